"""Programs of Python 2: their print statements are passed over, and said to be."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_cells, lint_source
from dropout_lint.source.python2 import without_prints
from dropout_lint.target import hints

PROGRAM = """\
import keras
from keras import layers
print "begin"
base = keras.Sequential([layers.Dense(4, input_shape=(6,)), layers.Dropout(0.5)])
base.trainable = False
try:
    import numpy as np
except ImportError, error:
    print >>log, error
if base: print 'layers: %d' % 3
model = keras.Sequential([base, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((4, 6)), np.ones((4, 1)))
"""


def test_found_at_its_place_in_keras_2() -> None:
    settings = Settings(opt_in=frozenset({"KFD900"}))
    found = lint_source(PROGRAM, "program.py", settings)
    assert [(f.code, f.place.line, f.place.column) for f in found] == [("KFD101", 11, 26), ("KFD900", 3, 0)]
    assert "Keras 3" not in found[0].message
    assert "print statements of Python 2" in found[1].message


def test_in_a_cell() -> None:
    cells = PROGRAM.split("try:")
    found = lint_cells([cells[0], "try:" + cells[1]], "notebook.ipynb")
    assert [(f.code, f.place.cell, f.place.line) for f in found] == [("KFD101", 2, 6)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("print 'a'", "pass #'a'"),
        ("print a, b", "pass #a, b"),
        ("if a: print b", "if a: pass #b"),
        ("print ('a %s') % b", "pass #('a %s') % b"),
        ("print('a')", None),
        ("print ('a')", None),
        ("print = log", None),
        ("print", None),
    ],
)
def test_statements(before: str, after: str | None) -> None:
    assert without_prints(before) == after


def test_a_text_in_a_string_is_no_hint() -> None:
    assert hints.find('"""\nprint "a"\n"""\nimport keras\n') is None
    hint = hints.find('print "a"\nimport keras\n')
    assert hint is not None
    assert (hint.specifier, hint.binding) == ("2", True)


def test_what_is_no_python_at_all_is_still_refused() -> None:
    with pytest.raises(SyntaxError):
        lint_source(f"{PROGRAM}model.fit(x y)\n", "program.py")
