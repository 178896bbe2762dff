"""Scripts exported from notebooks: IPython's lines are passed over, and said to be."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.fixes.applying import fixed_source
from dropout_lint.source.exported import without_magics
from dropout_lint.source.text import SourceFile
from dropout_lint.target import hints

SCRIPT = '''\
"""Made of a notebook.

print "a"
"""
import numpy as np
!pip install -q keras-tuner  # it's needed
from tensorflow import keras
from tensorflow.keras import layers
%matplotlib inline
files = !ls "*.h5
if files:
    !rm -f \\
      *.h5
base = keras.Sequential([layers.Dense(4), layers.Dropout(0.5)])
base.trainable = False
inputs = keras.Input((6,))
%%time
model = keras.Model(inputs, layers.Dense(1)(base(inputs)))
model.compile("sgd", "mse")
%time model.fit(np.ones((4, 6)), np.ones((4, 1)))
model.fit??
'''
SETTINGS = Settings(keras_version="2", opt_in=frozenset({"KFD900"}))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_found_at_its_place_and_fixed_there_alone(newline: str) -> None:
    text = SCRIPT.replace("\n", newline)
    found = lint_source(text, "script.py", SETTINGS)
    assert [(f.code, f.place.line, f.place.column) for f in found] == [("KFD101", 18, 44), ("KFD900", 6, 0)]
    assert "magics and shell lines" in found[1].message
    fixed = fixed_source(text, "script.py", SETTINGS)
    assert fixed.text == text.replace("base(inputs)", "base(inputs, training=False)")


def test_a_silent_twin() -> None:
    text = SCRIPT.replace("base(inputs)", "base(inputs, training=False)")
    assert [f.code for f in lint_source(text, "script.py", SETTINGS)] == ["KFD900"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("!ls\nx = 1", "pass\nx = 1"),
        ("if a:\n\t%cd b", "if a:\n\tpass"),
        ("%time f(x)\r\ny", "0;    f(x)\r\ny"),
        ("!a \\\r\n  b\r\nx", "pass\n\r\nx"),
        ("%%time\nx", "pass\nx"),
        ("x?", "pass"),
        ("?x.y", "pass"),
        ("x = 1", None),
        ("'''\n!ls\n'''", None),
        ("x = [\n%ls\n]", None),
        ("!ls\n%%bash\nls", None),
        ("%%writefile a.py\nx = 1", None),
        ("/f x", None),
        (";f x", None),
        ("is it?", None),
    ],
)
def test_lines(before: str, after: str | None) -> None:
    found = without_magics(before)
    assert (None if found is None else found.text) == after


def test_with_print_statements() -> None:
    file = SourceFile("script.py", 'print "a"\n!ls\n')
    assert file.module is not None
    assert file.remark == "the magics and shell lines of IPython and the print statements of Python 2"
    assert file.remark_line == 1


@pytest.mark.parametrize(
    ("text", "installs"),
    [
        ("!pip install tensorflow==2.15\n", ("tensorflow==2.15",)),
        ("get_ipython().system('pip install tensorflow==2.15')\n", ("tensorflow==2.15",)),
        ("get_ipython().run_line_magic('pip', 'install -q keras')\n", ("keras",)),
        ('"""\n!pip install tensorflow==2.15\n"""\n', ()),
        ('"""\n!pip install tensorflow==2.15\n"""\n!ls\n', ()),
    ],
)
def test_what_it_installs(text: str, installs: tuple[str, ...]) -> None:
    assert SourceFile("script.py", text).installs == installs


def test_a_text_in_a_string_is_no_print_statement() -> None:
    assert hints.find(SCRIPT) is None


def test_what_is_no_python_at_all_is_still_refused() -> None:
    with pytest.raises(SyntaxError):
        lint_source(f"{SCRIPT}model.fit(x y)\n", "script.py")
