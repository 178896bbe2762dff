"""Context managers, as Python has them: each program is run by Python too."""

from __future__ import annotations

import pytest

from tests.interpreter.fake import all_recorded, explore
from tests.interpreter.test_against_python import python_records

HEAD = """
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
import contextlib

@contextmanager
def scope(name, result=None):
    lib.record("enter", name)
    yield result
    lib.record("leave", name)

@contextlib.contextmanager
def careful(name):
    lib.record("enter", name)
    try:
        yield name
    except KeyError:
        lib.record("swallowed", name)
    finally:
        lib.record("leave", name)

class Manager:
    def __init__(self, name):
        self.name = name
    def __enter__(self):
        lib.record("enter", self.name)
        return self
    def __exit__(self, kind, error, trace):
        lib.record("leave", self.name, kind is None)
        return self.name == "deaf"
    @contextmanager
    def inner(self, other):
        with self, scope(other) as given:
            yield given
"""
PROGRAMS = [
    "with scope('a', 3) as x:\n    lib.record(x)\nlib.record('end')",
    "with scope('a'), scope('b', 2) as x, scope('c'): lib.record(x)",
    "with scope('a'):\n    with scope('a'):\n        lib.record(1)",
    "def f():\n    with scope('a'):\n        return lib.record(1)\n    lib.record(2)\nf()\nlib.record(3)",
    "for i in range(3):\n    with scope(i):\n        if i == 1: continue\n        lib.record(i)",
    "for i in range(3):\n    with careful(i):\n        if i == 1: break\n        lib.record(i)",
    "with careful('a') as x:\n    lib.record(x)\n    raise KeyError\nlib.record('end')",
    "try:\n    with careful('a'):\n        raise ValueError\nexcept ValueError: lib.record('out')",
    "try:\n    with scope('a'):\n        raise KeyError\nexcept KeyError: lib.record('out')",
    "with careful('a'), scope('b'):\n    raise KeyError\nlib.record('end')",
    "with Manager('deaf').inner('b') as x:\n    lib.record(x)\n    raise KeyError\nlib.record('end')",
    "with Manager('m') as m, m.inner('b'): lib.record(m.name)",
    "with nullcontext(4) as x: lib.record(x)\nwith nullcontext() as x: lib.record(x)",
    "with suppress(KeyError, TypeError):\n    lib.record(1)\n    raise KeyError\nlib.record(2)",
    "with suppress(KeyError):\n    lib.record(1)\nlib.record(2)",
    "try:\n    with suppress(KeyError): raise ValueError\nexcept ValueError: lib.record(1)",
    "with closing([1, 2]) as x: lib.record(x)",
    "with ExitStack() as s:\n    m = s.enter_context(Manager('a'))\n    s.enter_context(Manager('b'))\n"
    "    lib.record(m.name)\nlib.record('end')",
    "with ExitStack() as s:\n    s.callback(lib.record, 1)\n    s.callback(lambda x: lib.record(x), x=2)",
    "with ExitStack() as s:\n    s.enter_context(Manager('deaf'))\n    raise KeyError\nlib.record('end')",
    "s = ExitStack()\ns.enter_context(Manager('a'))\ns.close()\nlib.record('end')",
    "class A(contextlib.AbstractContextManager):\n    def __exit__(self, *_): lib.record('leave')\n"
    "with A() as a: lib.record(isinstance(a, A))",
    "scope('a')\nlib.record(1)",
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_as_python(program: str) -> None:
    found = explore("import lib" + HEAD + program)[0].events
    assert found == [values[0] if len(values) == 1 else values for values in python_records(HEAD + program)]


def test_what_may_yield_nothing() -> None:
    program = "@contextmanager\ndef f():\n    if what: yield\nwith f(): lib.record(1)\nlib.record(2)"
    assert all_recorded("import lib" + HEAD + program) == [[1, 2], [2]]


def test_arguments_that_do_not_fit() -> None:
    assert all_recorded(f"import lib{HEAD}with scope(): lib.record(1)") == [[1]]
