"""A module in parts: what can wait, and that each part stands where it stood."""

from __future__ import annotations

import ast

import libcst as cst
import pytest

from dropout_lint.interpreter.syntax.walk import walk
from dropout_lint.screening.lazy_definitions import parsed_lines, parts_of
from dropout_lint.source.positions import spans
from dropout_lint.source.text import SourceFile
from tests.fixture_files import FOLDER


def waiting(text: str) -> list[str]:
    return list(parts_of(SourceFile("m.py", text)).waiting)


@pytest.mark.parametrize(
    "definition",
    [
        "def f(a, b=1, *, c=None, d=-1, e=X, g=(1, 2), h=a.b): return make()",
        "async def f(): await x",
        "class f(Base, metaclass=abc.ABCMeta): pass",
        "class f(Generic[T]):\n    '''Text'''\n    x: int = 1\n    def g(self, a=1): return make()",
        "class f:\n    @property\n    def g(self): pass\n    @g.setter\n    def g(self, x): pass",
        "class f:\n    y = None\n    class h: pass",
    ],
)
def test_a_definition_that_can_wait(definition: str) -> None:
    assert waiting(definition) == ["f"]
    assert waiting(f"import x\n\n{definition}\ny = f\n") == ["f"]


@pytest.mark.parametrize(
    "text",
    [
        "@register\ndef f(): pass",
        "def f(a=make()): pass",
        "def f(a=[x for x in y]): pass",
        "def f(*, a=make()): pass",
        "class f(make()): pass",
        "class f:\n    x = make()",
        "class f:\n    make()",
        "class f:\n    for x in y: pass",
        "class f:\n    @register\n    def g(self): pass",
        "class f:\n    def g(self, x=make()): pass",
        "if x:\n    def f(): pass",
        "def f(): pass\ndef f(): pass",
        "def f(): pass\nf = wrap(f)",
        "from x import f\ndef f(): pass",
        "try:\n    import f\nexcept ImportError:\n    pass\ndef f(): pass",
        "def f(): pass\ndef g(x=1):\n    global f\n    f = x",
        "X = 1\ndef f(a=X): pass\nX = 2",
        "X = 1\nclass f:\n    a = X\nX += 1",
        "class f(B): pass\nfor B in x: pass\nB = 1",
        "def f(:",
        "def f(): pass\n\0",
    ],
)
def test_what_cannot_wait(text: str) -> None:
    assert "f" not in waiting(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("classes/*.py"))[:25] + sorted(FOLDER.glob("python/*.py"))[:25]
)
def test_each_statement_stands_where_it_stood(path: object, newline: str) -> None:
    text = open(str(path), encoding="utf-8").read()  # noqa: SIM115
    text = text.replace("\n", newline)
    parts = parts_of(SourceFile("m.py", text))
    found = {}
    for part in (parts.body, *parts.waiting.values()):
        names = [node for node in walk(part.module) if isinstance(node, cst.Name)]
        where = spans(part.module, names)
        found |= {(where[id(n)].line, where[id(n)].column): n.value for n in names if id(n) in where}
    wanted = {
        (node.lineno, node.col_offset): node.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name) and text.isascii()
    }
    assert wanted.items() <= found.items()


def test_only_what_is_used_is_parsed() -> None:
    file = SourceFile("m.py", "import x\n\ndef f():\n    pass\n\n\n\ndef g():\n    y = 1\n    return y\n")
    parts = parts_of(file)
    assert parsed_lines(file) == 0
    assert len(parts.body.module.body) <= 3
    count = parsed_lines(file)
    assert parts.waiting["g"].module
    assert parsed_lines(file) == count + parts.waiting["g"].lines
    assert parts.waiting["g"].text == file.text
    assert parts.waiting["g"].whole is file
