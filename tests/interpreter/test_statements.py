"""Statements that bind names: assignments and imports."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interpreter.fake import recorded


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("a = b = 1; lib.record(a, b)", (1, 1)),
        ("a, (b, *c) = 1, (2, 3, 4); lib.record(a, b, c)", (1, 2, [3, 4])),
        ("[a, b] = 'xy'; lib.record(a, b)", ("x", "y")),
        ("*a, b = range(3); lib.record(a, b)", ([0, 1], 2)),
        ("a, b = what; lib.record(a, b)", ("?", "?")),
        ("a, *b = what; lib.record(a, b)", ("?", ("incomplete", []))),
        ("a, b = 1, 2; a, b = b, a; lib.record(a, b)", (2, 1)),
        ("a: int = 1; b: int; lib.record(a)", 1),
        ("a = 1; a += 2; a *= 3; lib.record(a)", 9),
        ("if (a := 5) > 3: lib.record(a)", 5),
        ("a = 1; del a; lib.record(a)", "?"),
        ("a = [0, 0]; a[0], a[1] = 1, 2; lib.record(a)", [1, 2]),
        ("x = 1,; lib.record(x)", (1,)),
        ("exec('x'); lib.record(1)", 1),
        ("class A: pass\na = A(); a.n = 1; a.n += 2; a.l = []; a.l += [1]; lib.record(a.n, a.l)", (3, [1])),
        ("class A: x = 1\na = A(); a.y = 2; del a.y, A.x; lib.record(a.y, A.x)", ("?", "?")),
        ("class A: pass\na = A(); vars(a)['k'] = 1; a.__dict__.update(j=2); lib.record(a.k, a.j)", (1, 2)),
        ("class A:\n    x = 1\n    f = property(lambda s: s.x)\nlib.record(A().f)", 1),
        ("def f(): pass\nf.n = 1; lib.record(f.n, f.__name__, f.__doc__)", (1, "f", None)),
        ("f = 'a'.upper; lib.record(f())", "A"),
        ("del what.x, what['k']; lib.record(1)", 1),
        ("what.x = 3; lib.record(what.x)", 3),
        ("what['k'] = 3; lib.record(what['k'])", 3),
        ("import os; os.environ['A'] = 'b'; lib.record(os.environ['A'])", "b"),
        ("assert 1; lib.record(1)", 1),
        ("if __name__ == '__main__': lib.record(1)", 1),
    ],
)
def test_assignment(program: str, expected: Any) -> None:
    assert recorded(program) == [expected]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("import lib as l; l.record(l.Thing)", "Thing"),
        ("from lib import Thing as T, record; record(T)", "Thing"),
        ("from lib import *; record(Thing)", "Thing"),
        ("import a.b.c; lib.record(a.b.c.d)", "extern a.b.c.d"),
        ("import a.b.c as x; lib.record(x.d)", "extern a.b.c.d"),
        ("from a.b import c; lib.record(c.d)", "extern a.b.c.d"),
        ("from . import x; lib.record(x)", "extern .x"),
        ("from ..a import x as y; lib.record(y)", "extern ..a.x"),
        ("from a import *; lib.record(b)", "?"),
        ("from __future__ import annotations; lib.record(1)", 1),
        ("from typing import TYPE_CHECKING; lib.record(TYPE_CHECKING)", False),
        ("L = lib; T = L.Thing; lib.record(isinstance(T(), L.Thing))", True),
        ("def f():\n    from lib import Thing\n    return Thing\nlib.record(f())", "Thing"),
    ],
)
def test_import(program: str, expected: Any) -> None:
    assert recorded(program) == [expected]
