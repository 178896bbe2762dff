"""Tabs and blanks mixed as Python allows it: the tree is found, and positions are those of the text."""

from __future__ import annotations

import ast

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.fixes.editing import edited
from dropout_lint.source.indentation import evened

MIXED = """\
if a:
\tb = 1
        # comment
\tif b:
                c = (
\t1)
                d = '''
\tkept'''
                e = 2
f = 3
"""


def test_the_same_program() -> None:
    found = evened(MIXED)
    assert found is not None
    assert ast.dump(ast.parse(found[0])) == ast.dump(ast.parse(MIXED))


def test_columns_are_those_of_the_text() -> None:
    found = evened(MIXED)
    assert found is not None
    text, shifts = found
    pairs = zip(text.splitlines(), MIXED.splitlines(), strict=True)
    for number, (new, old) in enumerate(pairs, 1):
        shift = shifts.get(number, 0)
        assert new.lstrip() == old.lstrip()
        assert len(old) - len(new) == shift


@pytest.mark.parametrize(
    "text",
    [
        "if a:\n    b = (\n",  # does not end
        "if a:\n\tb = 1\n        c = 2\n",  # blanks where a tab may be anything
        "if a:\n    b = 1\n",  # no tab: it is something else that libcst does not take
        "print 'a'\n\tb\n",
    ],
)
def test_what_is_no_such_text(text: str) -> None:
    assert evened(text) is None


def test_a_finding_and_its_fix() -> None:
    layers = "[keras.Input((4,)), layers.Dense(2), layers.Dropout(0.5)]"
    text = (
        "import keras\nfrom keras import layers\ndef train(x, y):\n"
        f" \tbase = keras.Sequential({layers})\n \tbase.trainable = False\n"
        " \tif True:\n          model = keras.Sequential([base, layers.Dense(1)])\n"
        "          model.compile('sgd', 'mse')\n          model.fit(x, y)\n"
    )
    (finding,) = lint_source(text, "program.py", Settings(keras_version="3.15"))
    place = finding.place
    assert text.splitlines()[place.line - 1][place.column :].startswith("base, layers")
    assert finding.fix is not None
    fixed = edited(text, finding.fix.edits)
    assert " \tbase.trainable = False\n \tfor layer in " in fixed
    ast.parse(fixed)
