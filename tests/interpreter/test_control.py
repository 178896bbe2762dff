"""Control flow: branches by replay, loops, exceptions, `match`."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from tests.interpreter.fake import all_recorded, recorded


def runs(program: str) -> list[list[Any]]:
    return all_recorded(dedent(program))


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        # each side once, the written side first
        ("if what: lib.record(1)\nelse: lib.record(2)", [[1], [2]]),
        ("if what: lib.record(1)", [[1], []]),
        ("if not what: lib.record(1)\nelse: lib.record(2)", [[1], [2]]),
        ("if 1: lib.record(1)\nelse: lib.record(2)", [[1]]),
        ("if lib.Thing(): lib.record(1)\nif len: lib.record(2)\nif range(0): lib.record(3)", [[1, 2]]),
        ("x = []\nmystery(x)\nif x: lib.record(1)\nelse: lib.record(2)",
         [["escape mystery([])", 1], ["escape mystery([])", 2]]),
        ("if u.get('k'): lib.record(1)\nif u.get('k'): lib.record(2)", [[1, 2], []]),
        ("if bool(u.x): lib.record(1)\nif u.x: lib.record(2)", [[1, 2], []]),
        ("if what: lib.record(1)\nelif 1: lib.record(2)\nelse: lib.record(3)", [[1], [2]]),
        ("if a: lib.record(1)\nelif b: lib.record(2)\nelse: lib.record(3)", [[1], [2], [3]]),
        # the same condition gets the same answer
        ("if w.x: lib.record(1)\nif w.x: lib.record(2)", [[1, 2], []]),
        ("if w.x: lib.record(1)\nif not w.x: lib.record(2)", [[1], [2]]),
        ("f = w.x\nif f: lib.record(1)\nlib.record(2 if f else 3)", [[1, 2], [3]]),
        ("if w == 'a': lib.record(1)\nif w != 'a': lib.record(2)", [[1], [2]]),
        ("if w is None: lib.record(1)\nif w is not None: lib.record(2)", [[1], [2]]),
        ("if w in ('a', 'b'): lib.record(1)\nif w not in ('a', 'b'): lib.record(2)", [[1], [2]]),
        ("if w > 3: lib.record(1)\nif w <= 3: lib.record(2)", [[1], [2]]),
        ("if w < 3: lib.record(1)\nif 3 > w: lib.record(2)", [[1, 2], []]),
        ("x = w + 1\ny = w + 1\nif x: lib.record(1)\nif y: lib.record(2)", [[1, 2], []]),
        ("if w['k']: lib.record(1)\nif w['k']: lib.record(2)", [[1, 2], []]),
        ("if len(w) > 1: lib.record(1)\nif len(w) > 1: lib.record(2)", [[1, 2], []]),
        ("if isinstance(w, int): lib.record(1)\nif isinstance(w, int): lib.record(2)", [[1, 2], []]),
        ("if hasattr(w, 'a'): lib.record(1)\nif hasattr(w, 'a'): lib.record(2)", [[1, 2], []]),
        ("if f'{w}': lib.record(1)\nif f'{w}': lib.record(2)", [[1, 2], []]),
        # a call may give another answer each time
        ("if f(): lib.record(1)\nif f(): lib.record(2)", [[1, 2], [2], [1]]),
        # what one answer says about another condition
        ("if w == 'a': lib.record(1)\nif w == 'b': lib.record(2)", [[1], [2], []]),
        ("if w == 'a':\n    if w: lib.record(1)\n    else: lib.record(2)", [[1], []]),
        ("if w:\n    if w is None: lib.record(1)\n    else: lib.record(2)", [[2], []]),
        # a stored attribute is known
        ("w.x = True\nif w.x: lib.record(1)\nelse: lib.record(2)", [[1]]),
        # a side that merely fails, or two that do nothing, cost no run
        ("if what: raise ValueError('x')\nlib.record(1)", [[1]]),
        ("if what: print('usage'); exit(1)\nlib.record(1)", [[1]]),
        ("if what: lib.record(1)\nelse: raise ValueError", [[1]]),
        ("if what: print(1)\nelse: pass\nlib.record(1)", [[1]]),
        ("if a and b: raise ValueError\nlib.record(1)", [[1]]),
        ("assert what\nif what: lib.record(1)\nelse: lib.record(2)", [[1]]),
        # but one that works before it exits does
        ("if what:\n    lib.record(1)\n    exit()\nlib.record(2)", [[2], [1]]),
        # and / or
        ("if a and b: lib.record(1)\nelse: lib.record(2)", [[1], [2], [2]]),
        ("if a or b: lib.record(1)\nelse: lib.record(2)", [[1], [1], [2]]),
        ("x = w or 5\nlib.record(x)", [["extern config.w"], [5]]),
        ("x = w and 5\nlib.record(x)", [[5], ["extern config.w"]]),
        ("x = None or 5\nlib.record(x)", [[5]]),
        ("lib.record(0 if w else 1)", [[0], [1]]),
        ("lib.record('a' if w else 'b')", [["a"]]),
        ("lib.record([x for x in (1, 2) if w])", [[[1, 2]], [[]]]),
        # a table of functions is a branch
        ("T = {'a': lib.Thing, 'b': lib.Other}\nlib.record(T[w])\nif w == 'b': lib.record(1)",
         [["Thing"], ["Other", 1]]),
        ("T = {'a': lib.Thing, 'b': lib.Other}\nlib.record(T.get(w, 0))", [["Thing"], ["Other"], [0]]),
        ("T = {'a': 1, 'b': 2}\nlib.record(T[w])", [["?"]]),
    ],
)  # fmt: skip
def test_branches(program: str, expected: list[list[Any]]) -> None:
    assert all_recorded("from config import w\n" + program) == expected


def test_at_most_eight_runs_cover_all_sides() -> None:
    program = "".join(f"if a{i}: lib.record({i})\nelse: lib.record(-{i})\n" for i in range(1, 21))
    found = runs(program)
    assert len(found) <= 8
    assert {event for run in found for event in run} == {*range(1, 21), *range(-20, 0)}


def test_a_branch_inside_the_other_side_is_reached() -> None:
    assert runs("""
        if a:
            lib.record(1)
        elif b:
            if c: lib.record(2)
            else: lib.record(3)
    """) == [[1], [2], [], [3]]


def test_exploring_is_deterministic() -> None:
    program = "if a: lib.record(1)\nfor x in b:\n    if x: lib.record(2)\nif c or d: lib.record(3)"
    assert runs(program) == runs(program)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("for i in range(3): lib.record(i)", [0, 1, 2]),
        ("for a, (b, c) in [(1, (2, 3))]: lib.record(a, b, c)", [(1, 2, 3)]),
        ("for i in [1, 2]:\n    if i == 1: continue\n    lib.record(i)\nelse: lib.record('end')", [2, "end"]),
        ("for i in [1, 2]:\n    lib.record(i)\n    break\nelse: lib.record('end')", [1]),
        ("for k in {'a': 1}: lib.record(k)", ["a"]),
        ("for k, v in {'a': 1}.items(): lib.record(k, v)", [("a", 1)]),
        ("for i, x in enumerate(lib.Thing('p', 'q')): lib.record(i, x)", [(0, "p"), (1, "q")]),
        ("for x in what: lib.record(x)", ["?", "?"]),
        ("for i in []: lib.record(i)\nlib.record('done')", ["done"]),
        ("for i in range(1000): lib.record(i)", [0, 1, 2]),
        ("x = list(range(100))\nfor i in range(100): lib.record(x[i])", list(range(100))),
        ("x = what\nfor i in range(100): lib.record(x[i])", ["?"] * 3),
        ("n = 0\nfor i in range(100): n += 1\nlib.record(n)", [100]),
        ("for x in [0] * 100: lib.record(x)", [0] * 100),
        ("i = 0\nwhile i < 3:\n    lib.record(i)\n    i += 1\nelse: lib.record('end')", [0, 1, 2, "end"]),
        ("while what: lib.record(1)", [1, 1]),
        ("while True: lib.record(1)", [1, 1, 1]),
        ("while True:\n    lib.record(1)\n    if what: break\nlib.record(2)", [1, 1, 1, 2]),
        ("i = 0\nwhile True:\n    i += 1\n    if i > 9: break\nlib.record(i)", [10]),
        ("flag = False\nfor n in 'ab':\n    if n == 'b': flag = True\n    lib.record(flag)", [False, True]),
    ],
)  # fmt: skip
def test_loops(program: str, expected: list[Any]) -> None:
    assert recorded(program) == expected


def test_a_break_on_something_unknown() -> None:
    assert runs("for x in 'ab':\n    if x == what: break\n    lib.record(x)") == [["a", "b"], []]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        # the program's own raise
        ("try:\n    raise ValueError('x')\nexcept ValueError: lib.record(1)", [[1]]),
        ("try:\n    raise ValueError\nexcept KeyError: lib.record(1)\nexcept Exception: lib.record(2)",
         [[2], [1]]),
        ("try:\n    raise ValueError\nexcept (KeyError, ValueError) as e: lib.record(e)", [["?"]]),
        ("class E(Exception): pass\nclass F(E): pass\ntry:\n    raise F(1)\nexcept E as e: lib.record(e)",
         [["<F>"]]),
        ("try:\n    raise ValueError\nfinally: lib.record(1)", [[1]]),
        ("try:\n    try: raise ValueError\n    except ValueError: raise\nexcept ValueError: lib.record(2)",
         [[2]]),
        # a handler that does something is another way to go, instead of the body
        ("try: lib.record(1)\nexcept OSError: lib.record(2)\nelse: lib.record(3)\nfinally: lib.record(4)",
         [[1, 3, 4], [2, 4]]),
        ("try: lib.record(1)\nexcept OSError: pass", [[1]]),
        ("try: lib.record(1)\nexcept OSError as e: print(e); raise", [[1]]),
        ("try:\n    import x\n    ok = 1\nexcept ImportError:\n    ok = 0\nlib.record(ok)", [[1], [0]]),
        ("try:\n    from lib import Thing\nexcept ImportError: Thing = 0\nlib.record(Thing)", [["Thing"]]),
        # finally runs on every way out
        ("def f():\n    try: return 1\n    finally: lib.record(2)\nlib.record(f())", [[2, 1]]),
        ("for i in range(2):\n    try: continue\n    finally: lib.record(i)", [[0, 1]]),
        # the end of the program
        ("lib.record(1)\nraise ValueError\nlib.record(2)", [[1]]),
        ("import sys\nlib.record(1)\nsys.exit()\nlib.record(2)", [[1]]),
        ("def f(): quit()\nf()\nlib.record(2)", [[]]),
        ("assert False\nlib.record(1)", [[]]),
    ],
)  # fmt: skip
def test_exceptions(program: str, expected: list[list[Any]]) -> None:
    assert all_recorded(program) == expected


def test_with() -> None:
    assert recorded(dedent("""
        with lib.ctx() as a, lib.ctx() as b, what.scope() as c:
            lib.record(a, b, c)
        def f():
            with lib.ctx():
                return 1
        lib.record(f())
        try:
            with lib.ctx():
                raise ValueError
        except ValueError:
            pass
    """)) == [
        "enter thing1", "enter thing2", ("thing1", "thing2", "?"), "exit thing2", "exit thing1",
        "enter thing3", "exit thing3", 1, "enter thing4", "exit thing4",
    ]  # fmt: skip


MATCH = """
def f(x):
    match x:
        case 0 | 1: return "small"
        case None: return "none"
        case "a": return "text"
        case [1, *rest]: return ("list", rest)
        case (a, b): return ("pair", a, b)
        case {"k": v, **rest}: return ("map", v, rest)
        case Point(x=0, y=y): return ("point", y)
        case str(s): return ("str", s)
        case int() as n if n > 100: return ("big", n)
        case _: return "other"
class Point:
    def __init__(self, x, y): self.x, self.y = x, y
"""


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("0", "small"),
        ("1", "small"),
        ("None", "none"),
        ("'a'", "text"),
        ("[1, 2, 3]", ("list", [2, 3])),
        ("[5, 6]", ("pair", 5, 6)),
        ("{'k': 1, 'z': 2}", ("map", 1, {"z": 2})),
        ("Point(0, 7)", ("point", 7)),
        ("Point(1, 7)", "other"),
        ("'zz'", ("str", "zz")),
        ("200", ("big", 200)),
        ("50", "other"),
    ],
)
def test_match(subject: str, expected: Any) -> None:
    assert recorded(f"{MATCH}\nlib.record(f({subject}))") == [expected]


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        ("[a, b]", ("?", "?")),
        ("{'k': a, **b}", ("?", ("incomplete", {}))),
        ("int(a) as b", ("?", "?")),
        ("what.Point(x=a, y=b)", ("?", "?")),
    ],
)
def test_a_pattern_may_or_may_not_fit_something_unknown(pattern: str, first: Any) -> None:
    program = f"match w:\n    case {pattern}: lib.record(a, b)\n    case _: lib.record(0)"
    assert runs(program) == [[first], [0]]


def test_match_of_something_unknown() -> None:
    program = """
        match w:
            case "a": lib.record(1)
            case "b": lib.record(2)
            case _: lib.record(3)
        if w == "b": lib.record(4)
    """
    assert runs(program) == [[1], [2, 4], [3]]


def test_a_form_is_a_default() -> None:
    program = """
        import lib
        rate = 0.5  #@param {type:"slider"}
        frozen = True  # @param {type:"boolean"}
        plain = 3  # parameters
        lib.record(rate, plain)
        if frozen: lib.record(1)
        else: lib.record(2)
        if plain: lib.record(3)
    """
    assert runs(program) == [[(0.5, 3), 1, 3], [(0.5, 3), 2, 3]]


@pytest.mark.parametrize(
    ("loop", "passes"),
    [
        ("for i, t in enumerate(np.arange(0.0, 1.0, 0.001)): lib.record(i)", 3),
        ("for t in list(range(300)): lib.record(t)", 3),
        ("for t in np.linspace(0, 1, 200): lib.record(t)", 200),
        # each is about something known, or is none of many numbers
        ("names = [str(n) for n in range(300)]\nfor n in names: lib.record(n)", 300),
        ("held = {n: n for n in range(300)}\nfor n in list(range(300)): lib.record(held[n])", 300),
        ("total = 0\nfor n in list(range(300)): total = max(total, n)\nlib.record(total)", 1),
    ],
)
def test_a_loop_over_many_numbers_goes_round_a_few_times(loop: str, passes: int) -> None:
    assert len(recorded("import numpy as np\n" + loop)) == passes
