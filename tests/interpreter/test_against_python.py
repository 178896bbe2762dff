"""Random programs, run by Python and by the interpreter: all that they record must be the same.

The programs use no unknown values, so the interpreter has no excuse: each value is known.
"""

from __future__ import annotations

import copy
import random
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest

from tests.interpreter.fake import explore

PROGRAMS = 100


class Writer:
    """Writes one random program; few of them fail."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.count = 0
        self.functions: list[str] = []

    def program(self) -> str:
        self.write(0, "i0, i1, l0, l1, d0, s0 = 3, 5, [1, 2], [4], {'a': 1}, 'xy'")
        for _ in range(12):
            self.statement(0, 3)
            self.write(0, "lib.record(i0, i1, list(l0), list(l1), dict(d0), s0)")
        return "\n".join(self.lines)

    def write(self, indent: int, line: str) -> None:
        self.lines.append("    " * indent + line)

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def number(self, depth: int = 2) -> str:
        pick = self.random.choice
        if depth == 0:
            return pick(["i0", "i1", str(self.random.randrange(-3, 9)), "len(l0)", "d0.get('a', 2)"])
        a, b, test = self.number(depth - 1), self.number(depth - 1), self.test(depth - 1)
        forms = [
            f"({a} + {b}) % 97", f"({a} - {b})", f"({a} * {b}) % 13", f"({a} if {test} else {b})",
            f"sum(x for x in {self.items()} if x > {a})", f"max({a}, {b})", f"(l0 or [{b}])[{pick('0-')}0]",
            f"({test} and {a} or {b})", f"len({self.text()})", f"(lambda x, y={a}: x - y)({b})",
            f"sum(1 for _ in range({a} % 5))", f"abs({a}) // 3", f"[{a}, {b}][{test}]",
        ]  # fmt: skip
        forms += [f"{name}({a}, b={b}) % 31" for name in self.functions]
        return pick(forms).replace("[-0]", "[-1]")

    def test(self, depth: int = 1) -> str:
        if depth == 0:
            return self.random.choice(["i0 > i1", "'a' in d0", "l0 == l1", "not l1", "i0 in l0"])
        a, b = self.number(depth - 1), self.number(depth - 1)
        return self.random.choice(
            [f"{a} < {b}", f"{a} != {b}", f"0 <= {a} < {b}", f"not {self.test(0)}",
             f"({self.test(0)} or {a} > {b})", f"isinstance({a}, int)", f"any([{a} > 2, {b} > 2])"]
        )  # fmt: skip

    def items(self) -> str:
        return self.random.choice(
            ["l0", "l1", "l0[1:]", "l1[::-1]", "l0 + l1", "[x * 2 for x in l0]", "sorted(l1)",
             "list(d0.values())",
             "[*l1, i0]", "range(i1 % 4)", "[a for a, b in zip(l0, l1)]", "[n for n, _ in enumerate(l0)]"]
        )  # fmt: skip

    def text(self) -> str:
        return self.random.choice(
            ["s0", "s0[::-1]", "f'{i0}-{s0!r}'[:9]", "('%d' % i1)", "'-'.join(d0)", "s0.upper()", "str(l0)"]
        )

    def block(self, indent: int, depth: int) -> None:
        for _ in range(self.random.randrange(1, 3)):
            self.statement(indent, depth)

    def statement(self, indent: int, depth: int) -> None:
        kinds = [self.simple] * 3
        if depth > 0:
            kinds += [self.if_, self.for_, self.while_, self.try_, self.function, self.class_]
        self.random.choice(kinds)(indent, depth)

    def simple(self, indent: int, depth: int) -> None:
        name = self.random.choice(["i0", "i1"])
        n, other = self.number(), self.random.choice(["l0", "l1"])
        self.write(indent, self.random.choice([
            f"{name} = {n}", f"{name} += {n}", f"i0, i1 = i1, {n}", f"l0 = list({self.items()})[:6]",
            f"{other}.append({n})", f"l1 = {other}", "l0 += [i0]", f"l1 = l1[:5]; l1[:1] = [{n}, 7]",
            f"d0['k%d' % ({n} % 3)] = {n}", "d0 = {k: v + 1 for k, v in d0.items()}",
            f"s0 = {self.text()}[:12]",
            f"*l1, {name} = [1, {n}, 3]", f"d0.update(a={n})", "l0.sort(); l0 = l0[-4:]",
            f"{name} = d0.setdefault('z', {n})", f"i1 = ({name} := {n})", f"del l1[:{n} % 2]",
        ]))  # fmt: skip

    def if_(self, indent: int, depth: int) -> None:
        self.write(indent, f"if {self.test()}:")
        self.block(indent + 1, depth - 1)
        if self.random.random() < 0.5:
            self.write(indent, f"elif {self.test()}:")
            self.block(indent + 1, depth - 1)
            self.write(indent, "else:")
            self.block(indent + 1, depth - 1)

    def for_(self, indent: int, depth: int) -> None:
        self.write(indent, f"for x{depth} in list({self.items()})[:4]:")
        self.block(indent + 1, depth - 1)
        if self.random.random() < 0.4:
            self.write(indent + 1, f"if {self.test()}: {self.random.choice(['break', 'continue'])}")
        self.write(indent + 1, f"i0 = (i0 + x{depth}) % 50")
        if self.random.random() < 0.3:
            self.write(indent, "else:")
            self.block(indent + 1, depth - 1)

    def while_(self, indent: int, depth: int) -> None:
        counter = self.new("w")
        self.write(indent, f"{counter} = 0")
        self.write(indent, f"while {counter} < 3 and {self.test()}:")
        self.write(indent + 1, f"{counter} += 1")
        self.block(indent + 1, depth - 1)

    def try_(self, indent: int, depth: int) -> None:
        self.write(indent, "try:")
        self.write(indent + 1, f"if {self.test()}: raise {self.random.choice(['KeyError', 'ValueError(1)'])}")
        self.block(indent + 1, depth - 1)
        self.write(indent, "except LookupError:")
        self.write(indent + 1, "print(1)")
        self.write(indent, "except (TypeError, ValueError) as error:")
        self.write(indent + 1, "pass")
        if self.random.random() < 0.5:
            self.write(indent, "else:")
            self.block(indent + 1, depth - 1)
        self.write(indent, "finally:")
        self.block(indent + 1, depth - 1)

    def function(self, indent: int, depth: int) -> None:
        if indent:
            self.simple(indent, depth)
            return
        name = self.new("f")
        self.write(0, f"def {name}(a, b=i0, *c, **d):")
        if self.random.random() < 0.5:
            self.write(1, f"if a > 5: return {name}(a % 4, b, *c, **d)")
        self.write(1, "i0, l0 = a, [a, b]")
        self.write(1, "i1, l1, d0, s0 = b, [b], {'a': b}, 'fn'")
        functions, self.functions = self.functions, []
        self.block(1, 1)
        self.functions = functions
        self.write(1, "return i0 + i1 + len(l0)")
        self.functions.append(name)

    def class_(self, indent: int, depth: int) -> None:
        if indent:
            self.simple(indent, depth)
            return
        name, n = self.new("C"), self.number(1)
        self.write(0, f"class {name}:")
        self.write(1, f"size = {n}")
        self.write(1, "def __init__(self, x): self.x = x; self.__y = x + self.size")
        self.write(1, "def get(self): return self.__y")
        self.write(1, "@property\n    def twice(self): return self.x * 2")
        self.write(0, f"class {name}b({name}):")
        self.write(1, "def get(self): return super().get() + 1")
        self.write(0, f"i0, i1 = {name}b({self.number(1)}).get(), {name}(i1).twice + {name}b.size")


def python_records(program: str) -> list[Any]:
    """What Python records when it runs a program, up to its first mistake."""
    events: list[Any] = []
    lib = SimpleNamespace(record=lambda *values: events.append(copy.deepcopy(values)))
    with suppress(Exception):
        exec(program, {"lib": lib, "print": lambda *_: None})
    return events


@pytest.mark.parametrize("first", range(0, PROGRAMS, 25))
def test_random_programs(first: int) -> None:
    for seed in range(first, first + 25):
        program = Writer(seed).program()
        found = explore("import lib\n" + program)[0].events
        expected = python_records(program)
        assert found[: len(expected)] == expected, f"seed {seed}\n{program}"
