"""Where each kind of edit puts its text: comments, commas, line ends and indentation stay as they are."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m
import pytest

from dropout_lint.finding import Applicability
from dropout_lint.fixes.editing import edited
from dropout_lint.fixes.edits import fix_of, sites
from dropout_lint.fixes.repair import AddLines, Change, Repair, Replace, SetFlag, TakeTraining
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.source.positions import spans
from dropout_lint.source.text import SourceFile

CALL = m.Call(func=m.Name("base") | m.Call())
REFUSED = None


def _changed(text: str, kind: m.BaseMatcherNode, change: str) -> str | None:
    file = SourceFile("program.py", text)
    node = m.findall(file.module, kind)[0]
    repair = Repair("", Applicability.SAFE, (_change(Site(file, node), change),))
    made = fix_of(repair, file, spans(file.module, [site.node for site in sites(repair)]))
    if made is None:
        return None
    compile(edited(text, made.edits), "program.py", "exec")
    return edited(text, made.edits)


def _change(site: Site, change: str) -> Change:
    if change in ("training", "False"):
        return SetFlag(site, change)  # type: ignore[arg-type]
    if change == "parameter":
        return TakeTraining(site)
    if change in ("before", "after"):
        return AddLines(site, ("if new:", "\tnew = 1"), change)  # type: ignore[arg-type]
    return Replace(site, change)


CALLS = {
    "one argument": ("h = base(x)\n", "h = base(x, training=False)\n"),
    "no blank, no end": ("h=base(x)", "h=base(x, training=False)"),
    "trailing comma": ("h = base(x,)\n", "h = base(x, training=False,)\n"),
    "blank inside": ("h = base( x )\n", "h = base( x, training=False )\n"),
    "parentheses": ("h = base((x))\n", "h = base((x), training=False)\n"),
    "nested": ("h = base(f(x)[0])\n", "h = base(f(x)[0], training=False)\n"),
    "strings with commas": ("h = base(x['a, )'])\n", "h = base(x['a, )'], training=False)\n"),
    "unicode": ("é = base('→é')  # ü\n", "é = base('→é', training=False)  # ü\n"),
    "keyword": ("h = base(inputs=x)\n", "h = base(inputs=x, training=False)\n"),
    "second line": ("h = base(\n    x)\n", "h = base(\n    x, training=False)\n"),
    "own lines": ("h = base(\n    x\n)\n", "h = base(\n    x,\n    training=False\n)\n"),
    "own lines, comma": ("h = base(\n    x,\n)\n", "h = base(\n    x,\n    training=False,\n)\n"),
    "own lines, tabs": (
        "if 1:\n\th = base(\n\t\tx,\n\t)\n",
        "if 1:\n\th = base(\n\t\tx,\n\t\ttraining=False,\n\t)\n",
    ),
    "own lines, windows": ("h = base(\r\n  x,\r\n)\r\n", "h = base(\r\n  x,\r\n  training=False,\r\n)\r\n"),
    "comment after comma": (
        "h = base(\n    x,  # in\n)\n",
        "h = base(\n    x,  # in\n    training=False,\n)\n",
    ),
    "comment, no comma": ("h = base(\n    x  # in\n)\n", "h = base(\n    x,  # in\n    training=False\n)\n"),
    "comment below": (
        "h = base(\n    x,\n    # that is all\n)\n",
        "h = base(\n    x,\n    training=False,\n    # that is all\n)\n",
    ),
    "hanging": ("h = base(x,\n         )\n", "h = base(x, training=False,\n         )\n"),
    "argument over lines": ("h = base(f(\n    x\n))\n", "h = base(f(\n    x\n), training=False)\n"),
    "last one over lines": (
        "h = base(\n    f(\n        x\n    ),\n)\n",
        "h = base(\n    f(\n        x\n    ),\n    training=False,\n)\n",
    ),
    "comma on its own line": ("h = base(\n    x\n    ,\n)\n", "h = base(\n    x, training=False\n    ,\n)\n"),
    "literal": ("h = base(x, training=True)\n", "h = base(x, training=False)\n"),
    "literal in parentheses": ("h = base(x, training=(None))\n", "h = base(x, training=(False))\n"),
    "flag handed on": ("h = base(x, training=training)\n", "h = base(x, training=False)\n"),
    "flag first": ("h = base(training=True, inputs=x)\n", "h = base(training=False, inputs=x)\n"),
    "own setting": ("h = base(x, training=self.noisy)\n", REFUSED),
    "computed": ("h = base(x, training=not training)\n", REFUSED),
    "another name": ("h = base(x, training=mode)\n", REFUSED),
    "made on the spot": ("h = base(0.5)(x)\n", "h = base(0.5)(x, training=False)\n"),
    "partial": ("h = base(f, training=None)(x)\n", REFUSED),
    "starred": ("h = base(*x)\n", REFUSED),
    "keywords": ("h = base(x, **options)\n", REFUSED),
    "generator": ("h = base(i for i in x)\n", REFUSED),
    "nothing": ("h = base()\n", REFUSED),
    "two by position": ("h = base(x, mask)\n", REFUSED),
}


@pytest.mark.parametrize(("before", "after"), CALLS.values(), ids=CALLS)
def test_flag_at_a_call(before: str, after: str | None) -> None:
    assert _changed(before, CALL, "False") == after


PARAMETERS = {
    "plain": ("def call(self, x): pass\n", "def call(self, x, training=None): pass\n"),
    "trailing comma": ("def call(self, x,): pass\n", "def call(self, x, training=None,): pass\n"),
    "default": (
        "def call(self, x, mask=None): pass\n",
        "def call(self, x, mask=None, training=None): pass\n",
    ),
    "annotated": ("def call(self, x: T) -> T: pass\n", "def call(self, x: T, training=None) -> T: pass\n"),
    "own lines": (
        "def call(\n    self,\n    x,\n): pass\n",
        "def call(\n    self,\n    x,\n    training=None,\n): pass\n",
    ),
    "own lines, no comma": (
        "def call(\r\n    self,\r\n    x\r\n): pass\r\n",
        "def call(\r\n    self,\r\n    x,\r\n    training=None\r\n): pass\r\n",
    ),
    "comment": ("def call(\n    self,\n    x,  # in\n): pass\n", REFUSED),
    "keyword only": ("def call(self, x, *, mask): pass\n", REFUSED),
    "positional only": ("def call(self, x, /): pass\n", REFUSED),
    "star": ("def call(self, *x): pass\n", REFUSED),
    "keywords": ("def call(self, x, **rest): pass\n", REFUSED),
    "default in parentheses": ("def call(self, x, mask=(1)): pass\n", REFUSED),
    "decorated": ("@tf.function\ndef call(self, x): pass\n", REFUSED),
}


@pytest.mark.parametrize(("before", "after"), PARAMETERS.values(), ids=PARAMETERS)
def test_parameter(before: str, after: str | None) -> None:
    assert _changed(before, m.FunctionDef(), "parameter") == after


LINES = {
    "after": ("after", "a = 1\nb\n", "a = 1\nif new:\n    new = 1\nb\n"),
    "after the last line": ("after", "a = 1", "a = 1\nif new:\n    new = 1"),
    "after a comment": ("after", "a = 1  # one\nb\n", "a = 1  # one\nif new:\n    new = 1\nb\n"),
    "after many lines": ("after", "a = [\n  1,\n]\nb\n", "a = [\n  1,\n]\nif new:\n    new = 1\nb\n"),
    "before": ("before", "b\na = 1\n", "b\nif new:\n    new = 1\na = 1\n"),
    "before a comment": ("before", "# one\na = 1\n", "# one\nif new:\n    new = 1\na = 1\n"),
    "tabs": ("after", "if b:\n\ta = 1\n", "if b:\n\ta = 1\n\tif new:\n\t\tnew = 1\n"),
    "windows": ("after", "if b:\r\n  a = 1\r\n", "if b:\r\n  a = 1\r\n  if new:\r\n    new = 1\r\n"),
    "mixed ends": ("after", "b\r\na = 1\n", "b\r\na = 1\nif new:\n    new = 1\n"),
    "two on a line": ("after", "a = 1; b\n", REFUSED),
    "second on a line": ("after", "b; a = 1\n", REFUSED),
    "suite on a line": ("after", "if b: a = 1\n", REFUSED),
}


@pytest.mark.parametrize(("where", "before", "after"), LINES.values(), ids=LINES)
def test_lines(where: str, before: str, after: str | None) -> None:
    assert _changed(before, m.Assign(), where) == after


def test_one_node() -> None:
    assert _changed("m.trainble = '→' # é\n", m.Name("trainble"), "trainable") == "m.trainable = '→' # é\n"


def test_nothing_to_change_is_no_fix() -> None:
    assert _changed("h = base(x, training=False)\n", CALL, "False") is None


def test_a_node_of_another_file_is_no_fix() -> None:
    file, other = SourceFile("a.py", "base(x)\n"), SourceFile("b.py", "base(x)\n")
    call = cst.ensure_type(m.findall(other.module, CALL)[0], cst.Call)
    repair = Repair("", Applicability.SAFE, (SetFlag(Site(other, call), "False"),))
    assert fix_of(repair, file, spans(other.module, [site.node for site in sites(repair)])) is None
