"""Functions: arguments, scopes, recursion, generators, decorators."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.interpreter.fake import check, recorded


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


def test_the_lambda_of_a_map_runs_when_it_is_iterated() -> None:
    check("m = map(lambda t: lib.record(t), [1, 2])\nlib.record(0)\nlist(m)\nlist(m)", 0, 1, 2)
