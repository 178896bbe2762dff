"""Statements: names, functions, classes, imports."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from tests.interpreter.fake import explore, recorded


def check(program: str, *expected: Any) -> None:
    assert recorded(dedent(program)) == list(expected)


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


def test_functions() -> None:
    check(
        """
        def f(a, b=1, /, c=2, *args, d, e=5, **more):
            return a, b, c, args, d, e, more
        lib.record(f(1, 2, 3, 4, 5, d=6, z=7))
        lib.record(f(1, d=0))
        lib.record(f(1))
        """,
        (1, 2, 3, (4, 5), 6, 5, {"z": 7}), (1, 1, 2, (), 0, 5, {}), "escape f(1)", "?",
    )  # fmt: skip


def test_defaults_are_evaluated_at_def() -> None:
    check("n = 1\ndef f(a=n, b=[]):\n    b.append(a)\n    return b\nn = 2\nf()\nlib.record(f())", [1, 1])


def test_closures_and_scopes() -> None:
    check(
        """
        count = 0
        def outer(x):
            y = x
            def inner(z):
                nonlocal y
                global count
                y += z
                count += 1
                return y
            return inner
        add = outer(10)
        add(1)
        lib.record(add(2), count)
        fs = [lambda: i for i in range(3)]
        lib.record([f() for f in fs])
        lib.record(what_i if False else 'i' in dir())
        """,
        (13, 2), [2, 2, 2], "?",
    )  # fmt: skip


def test_walrus_in_a_comprehension_binds_outside() -> None:
    check("def f():\n    [last := x for x in range(3)]\n    return last\nlib.record(f())", 2)


def test_recursion() -> None:
    check("def f(n):\n    return 1 if n == 0 else n * f(n - 1)\nlib.record(f(5))", 120)


def test_recursion_without_end_is_unknown() -> None:
    assert recorded("def f(n):\n    return f(n + 1)\nlib.record(f(0))")[-1] == "?"


def test_recursion_over_a_tree() -> None:
    check(
        """
        def freeze(m):
            m.frozen = True
            for part in m.parts:
                freeze(part)
        freeze(lib.Thing(lib.Thing(lib.Thing()), lib.Thing()))
        """,
        "thing4.frozen = True", "thing2.frozen = True", "thing1.frozen = True", "thing3.frozen = True",
    )  # fmt: skip


def test_async_code_runs_like_other_code() -> None:
    check("async def f():\n    async with lib.ctx() as c:\n        return 1\nlib.record(await f())",
          "enter thing1", "exit thing1", 1)  # fmt: skip


def test_generators_that_may_not_end_are_opaque() -> None:
    endless = (
        "def g(x):\n    while True:\n        yield x\nlib.record(g(1))\nfor v in g(2):\n    lib.record(v)"
    )
    assert recorded(endless) == ["escape g(1)", "?", "escape g(2)", "?", "?"]


def test_generators_that_end_are_lists() -> None:
    check("def g(x):\n    yield x\nlib.record(g(1))\nfor v in g(2):\n    lib.record(v)", [1], 2)


@pytest.mark.parametrize(
    ("decorator", "called"),
    [
        ("@what.function", []),
        ("@what.command(name='x')", []),
        ("@lib.Thing", []),
        ("@functools.lru_cache(None)", []),
        ("@twice", ["in"]),
        ("@what.a\n@twice\n@what.b", ["in"]),
    ],
)
def test_decorators(decorator: str, called: list[str]) -> None:
    program = dedent("""
        import functools
        def twice(f):
            @functools.wraps(f)
            def wrapper(*args, **kwargs):
                lib.record("in")
                return f(*args, **kwargs)
            return wrapper
        %s
        def f(x):
            return x + 1
        lib.record(f(1))
    """)
    events = [e for e in recorded(program % decorator) if not str(e).startswith("escape")]
    assert events == [*called, 2]


def test_classes() -> None:
    check(
        """
        class A:
            kind = "a"
            def __init__(self, x, y=2):
                self.x = x
                self.__secret = y
            def both(self):
                return self.x, self.__secret
            @property
            def double(self):
                return self.x * 2
            @double.setter
            def double(self, value):
                self.x = value // 2
            @staticmethod
            def add(a, b):
                return a + b
            @classmethod
            def make(cls, x):
                return cls(x)
        class B(A):
            kind = "b"
            def __init__(self, x):
                super().__init__(x, y=5)
            def both(self):
                return super().both() + super(B, self).both()
        b = B.make(1)
        b.double = 8
        lib.record(b.both(), b.double, b.kind, A.kind, b.add(1, 2), B.__name__)
        lib.record(isinstance(b, A), isinstance(A(1), B), type(b) is B, issubclass(B, A), b._A__secret)
        lib.record(A.both(b), b.missing, hasattr(b, "x"), hasattr(b, "y"))
        """,
        ((4, 5, 4, 5), 8, "b", "a", 3, "B"), (True, False, True, True, 5), ((4, 5), "?", True, False),
    )  # fmt: skip


def test_special_methods() -> None:
    check(
        """
        class Box:
            def __init__(self, items): self.items = items
            def __call__(self, x): return x + 1
            def __getitem__(self, i): return self.items[i]
            def __setitem__(self, i, v): self.items[i] = v
            def __len__(self): return len(self.items)
            def __iter__(self): return iter(self.items)
            def __contains__(self, x): return x in self.items
            def __getattr__(self, name): return name
            def __enter__(self): lib.record("in"); return self
            def __exit__(self, *error): lib.record("out")
            def __add__(self, other): return "sum"
            def __eq__(self, other): return True
        b = Box([1, 2])
        b[0] = 7
        lib.record(b(1), b[0], len(b), [x for x in b], 7 in b, 9 in b, b.foo, b + 1, b == 3, bool(Box([])))
        with b as c:
            lib.record(c is b)
        """,
        (2, 7, 2, [7, 2], True, False, "foo", "sum", True, False), "in", True, "out",
    )  # fmt: skip


def test_classes_that_extend_the_library() -> None:
    check(
        """
        class Mine(lib.Base):
            def __init__(self, x):
                super().__init__()
                self.kept = x
                self.own = 2
            def step(self):
                return self.kept, self.own
        m = Mine(1)
        lib.record(m.step(), lib.run(m.step), isinstance(m, lib.Base), isinstance(m, Mine))
        m(3)
        m.go()
        class Plain(lib.Base):
            pass
        Plain(1)
        """,
        "thing1.__init__", "thing1.kept = 1", "thing1.own = 2", ((1, 2), (1, 2), False, True),
        "call thing1(3)", "call thing1.go()", "thing2.__init__",
    )  # fmt: skip


def test_the_library_base_is_found_behind_others() -> None:
    events = recorded("from abc import ABC\nclass M(object, ABC, what.Mixin, lib.Base):\n    pass\nM().a = 1")
    assert events == ["thing1.__init__", "thing1.a = 1"]


def test_a_class_with_an_unknown_base() -> None:
    check(
        """
        class M(what.Base):
            def f(self): return 1
        m = M(2)
        lib.record(m.f(), m.g, m.g == m.g, hasattr(m, 'g'))
        """,
        "escape M(2)", (1, "?", True, "?"),
    )  # fmt: skip


@pytest.mark.parametrize("decorator", ["@dataclass", "@dataclass(frozen=True)", "@dataclasses.dataclass"])
def test_dataclasses(decorator: str) -> None:
    check(
        f"""
        import dataclasses
        from dataclasses import dataclass, field
        {decorator}
        class A:
            x: int
            y: float = 0.5
            z: list = field(default_factory=list)
            def __post_init__(self): self.done = True
        @dataclass
        class B(A):
            w: int = 3
        a, b = A(1), B(x=2, w=9)
        a.z.append(4)
        lib.record(a.x, a.y, a.z, a.done, b.x, b.z, b.w)
        """,
        (1, 0.5, [4], True, 2, [], 9),
    )


def test_enums() -> None:
    check(
        """
        from enum import Enum, auto
        class Mode(Enum):
            TRAIN = "train"
            TEST = auto()
        m = Mode.TRAIN
        lib.record(m is Mode.TRAIN, m == Mode.TEST, m.value, m.name)
        lib.record(len(list(Mode)), Mode["TEST"] is Mode.TEST)
        class Size(str, Enum):
            BIG = "big"
            SMALL = "small"
        lib.record(Mode("train") is Mode.TRAIN, Size("big") == Size.BIG, Size("small") == Size.BIG)
        lib.record(Mode(unknown) is Mode.TRAIN, Size(unknown) == Size.BIG)
        """,
        (True, False, "train", "TRAIN"),
        (2, True),
        (True, True, False),
        ("?", "?"),
    )


def test_a_cached_property_is_computed_once() -> None:
    check(
        """
        from functools import cached_property
        class A:
            @cached_property
            def thing(self): return lib.Thing()
        a = A()
        lib.record(a.thing is a.thing)
        """,
        True,
    )


def test_attributes_of_library_objects() -> None:
    check(
        """
        t = lib.Thing(1, 2)
        t.kept = 1
        t.own = 2
        setattr(t, "kept", 3)
        u = t
        lib.record(u.kept, u.own, t.missing, getattr(t, "missing", 0), hasattr(t, "kept"), hasattr(t, "no"))
        setattr(t, what, 1)
        for part in t:
            lib.record(part)
        """,
        "thing1.kept = 1", "thing1.own = 2", "thing1.kept = 3", (3, 2, "?", 0, True, False),
        "escape setattr(thing1)", 1, 2,
    )  # fmt: skip


def test_operators_on_library_objects() -> None:
    check(
        '''
        t, u = lib.Thing(), lib.Thing()
        t + 1
        2 * t
        t[1:]
        t["k"] = 3
        -t
        lib.record(t is t, t is None, not t, t == t, t == None, t == 3, t == u)
        lib.record(t in [u], t in [u, t], [u, t].index(t))
        ''',
        "+ thing1 1", "* 2 thing1", "[] thing1 slice(1, None, None)", "[]= thing1 k 3", "- thing1",
        (True, False, False, True, False, "?", "?"), (False, True, 1),
    )  # fmt: skip


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


@pytest.mark.parametrize(
    ("call", "escapes"),
    [
        ("mystery(t)", ["escape mystery(thing1)"]),
        ("a.b.mystery([t], k={'x': t})", ["escape a.b.mystery k(['thing1'], {'x': 'thing1'}, thing1)"]),
        ("what.attr.method(t, 1)", ["escape what.attr.method(thing1, 1)"]),
        ("print(t); len(t); str(t); isinstance(t, int)", []),
        ("np.mean(t); plt.plot(t); os.path.join(t); logger.info(t)", []),
        ("what.save(t)", ["escape what.save(thing1)"]),
        ("from shop import save; save(t)", ["escape shop.save(thing1)"]),
        ("logging.getLogger('a').handlers.add(t); plt.figure().gca().plot(t)", []),
        ("what.np.mean(t)", ["escape what.np.mean(thing1)"]),
        ("np.vectorize(t)", ["escape numpy.vectorize(thing1)"]),
        ("import argparse; argparse.ArgumentParser().parse_args().run(t)", ["escape ….run(thing1)"]),
        ("mystery(*what, t)", ["escape mystery(?, thing1)"]),
        ("functools.partial(mystery, t)()", ["escape <expression>(thing1)"]),
        ("(lambda a: a)(t, 2)", ["escape <lambda>(thing1, 2)"]),
        ("(lambda a: a)(b=t)", ["escape <lambda> b(thing1)"]),
    ],
)
def test_unseen_code(call: str, escapes: list[str]) -> None:
    program = "import a.b, functools, os, logging\nimport numpy as np, matplotlib.pyplot as plt\n"
    events = recorded(f"{program}logger = logging.getLogger()\nt = lib.Thing()\n{call}")
    assert events == escapes


def test_the_lambda_of_a_map_runs_when_it_is_iterated() -> None:
    check("m = map(lambda t: lib.record(t), [1, 2])\nlib.record(0)\nlist(m)\nlist(m)", 0, 1, 2)


def test_notes_say_what_is_unknown() -> None:
    run = explore("x = [].nope\nfor i in what: pass")[0]
    assert run.notes == ["no attribute 'nope'", "a loop over something unknown, run twice"]
