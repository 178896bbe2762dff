"""Programs that are nothing but deep or long: every construct of Python that nests, or goes on.

A shape wraps what it is given as often as it is told. An expression that wraps an expression can stand in any
other, so that shapes come alone and in pairs.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

COUNTS = (10, 30, 100, 300, 1_000, 3_000)

# What stands before and behind the expression within; "N" becomes the number of the level.
_EXPRESSIONS: dict[str, tuple[str, str]] = {
    "parentheses": ("(", ")"),
    "list": ("[", "]"),
    "set": ("{", "}"),
    "tuple": ("(", ",)"),
    "second of a tuple": ("(a, ", ")"),
    "dict": ("{1: ", "}"),
    "key": ("{", ": 1}"),
    "dict unpacked": ("{**", "}"),
    "argument": ("f(", ")"),
    "second argument": ("f(a, ", ")"),
    "keyword": ("f(a=", ")"),
    "unpacked argument": ("f(*", ")"),
    "unpacked keywords": ("f(**", ")"),
    "called": ("(", ")()"),
    "subscripted": ("(", ")[1]"),
    "attribute of": ("(", ").b"),
    "subscript": ("a[", "]"),
    "second subscript": ("a[1, ", "]"),
    "slice from": ("a[", ":]"),
    "slice to": ("a[:", "]"),
    "slice step": ("a[::", "]"),
    "type": ("list[", "]"),
    "type or": ("int | list[", "]"),
    "lambda": ("lambda: ", ""),
    "lambda in parentheses": ("(lambda: ", ")"),
    "lambda with a default": ("lambda a=", ": 0"),
    "not": ("not ", ""),
    "minus": ("-", ""),
    "invert": ("~", ""),
    "not in parentheses": ("not (", ")"),
    "await": ("await (", ")"),
    "yield": ("(yield ", ")"),
    "yield from": ("(yield from ", ")"),
    "walrus": ("(a := ", ")"),
    "else": ("1 if a else ", ""),
    "condition": ("1 if (", ") else 2"),
    "then": ("(", ") if a else 2"),
    "list comprehension": ("[a for a in ", "]"),
    "element of a comprehension": ("[", " for a in b]"),
    "condition of a comprehension": ("[a for a in b if ", "]"),
    "set comprehension": ("{a for a in ", "}"),
    "dict comprehension": ("{a: a for a in ", "}"),
    "value of a dict comprehension": ("{a: ", " for a in b}"),
    "generator": ("(a for a in ", ")"),
    "generator as argument": ("f(a for a in ", ")"),
    "right of a sum": ("a + (", ")"),
    "left of a sum": ("(", ") + a"),
    "right of a product": ("a * (", ")"),
    "power": ("a ** ", ""),
    "power in parentheses": ("a ** (", ")"),
    "comparison": ("a < (", ")"),
    "membership": ("a not in (", ")"),
    "conjunction": ("a and (", ")"),
    "disjunction": ("(", ") or a"),
    "starred": ("[*", "]"),
    "f-string": ("f'{", "}'"),
    "format": ("f'{a:{", "}}'"),
}
# What goes on behind an expression.
_CHAINS: dict[str, str] = {
    "sum": " + a",
    "product": " * a",
    "power of power": " ** a",
    "shift": " << a",
    "bits": " | a",
    "matrix product": " @ a",
    "conjunction of": " and a",
    "disjunction of": " or a",
    "comparisons": " < a",
    "is not": " is not a",
    "attributes": ".a",
    "calls": "(1)",
    "empty calls": "()",
    "subscripts": "[1]",
    "methods": ".a(1)",
    "items called": "[1](1)",
    "conditionals": " if a else a",
    "strings": " 'a'",
    "elements": ", a",
    "loops": " for a in a",
    "conditions": " if a",
    "keywords": ", **a",
}
_IN_BRACKETS = {"strings": "('a'{})", "elements": "(a{})", "loops": "[a for a in a{}]"}
_IN_BRACKETS |= {"conditions": "[a for a in a{}]", "keywords": "f(**a{})"}
_PATTERNS: dict[str, tuple[str, str]] = {
    "pattern list": ("[", "]"),
    "pattern tuple": ("(", ",)"),
    "pattern parentheses": ("(", ")"),
    "pattern dict": ("{1: ", "}"),
    "pattern dict and rest": ("{1: ", ", **a}"),
    "pattern class": ("A(", ")"),
    "pattern keyword": ("A(a=", ")"),
    "pattern of a dotted class": ("A.B(", ")"),
    "pattern second": ("[a, ", "]"),
    "pattern named": ("(", " as a)"),
    "pattern or": ("1 | (", ")"),
    "pattern star": ("[*a, ", "]"),
}
_PATTERN_CHAINS = {
    "alternatives": ("1", " | 1"), "pattern attributes": ("a", ".a"), "pattern elements": ("[1", ", 1"),
    "pattern keywords": ("A(a=1", ", a=1"), "pattern strings": ("'a'", " 'a'"),
    "pattern items": ("{1: 1", ", 1: 1"),
}  # fmt: skip
_PATTERN_ENDS = {"pattern elements": "]", "pattern keywords": ")", "pattern items": "}"}
# Statements that hold statements: the lines before, those behind.
_BLOCKS: dict[str, tuple[str, str]] = {
    "if": ("if a:", ""),
    "block of an else": ("if a:\n    pass\nelse:", ""),
    "while": ("while a:", ""),
    "for": ("for a in b:", ""),
    "for and else": ("for a in b:\n    pass\nelse:", ""),
    "with": ("with a:", ""),
    "with of two": ("with a as b, c as d:", ""),
    "with in parentheses": ("with (a as b, c as d):", ""),
    "try": ("try:", "finally:\n    pass"),
    "finally": ("try:\n    pass\nfinally:", ""),
    "except": ("try:\n    pass\nexcept A:", ""),
    "function": ("def f():", ""),
    "async function": ("async def f():", ""),
    "class": ("class A:", ""),
    "case": ("match a:\n    case b:", ""),
}
# Statements that go on: the beginning, what comes again and again, the end.
_LONG: dict[str, tuple[str, str, str]] = {
    "elif": ("if a:\n    pass\n", "elif a:\n    pass\n", ""),
    "except after except": ("try:\n    pass\n", "except A:\n    pass\n", ""),
    "except star": ("try:\n    pass\n", "except* A:\n    pass\n", ""),
    "cases": ("match a:\n", "    case 1:\n        pass\n", ""),
    "decorators": ("", "@a\n", "def f(): pass"),
    "decorators that are called": ("", "@a.a(1)\n", "class A: pass"),
    "targets": ("", "a = ", "1"),
    "targets in a list": ("", "a, ", "a = b"),
    "deleted": ("del a", ", a", ""),
    "imports": ("import a", ", a", ""),
    "names imported": ("from a import (a", ", a", ")"),
    "dotted import": ("import a", ".a", ""),
    "relative import": ("from ", ".", " import a"),
    "global": ("def f():\n    global a", ", a", ""),
    "with items": ("with a", ", a", ": pass"),
    "with items in parentheses": ("with (a as b", ", a as b", "): pass"),
    "parameters": ("def f(a", ", a", "): pass"),
    "parameters with types": ("def f(a", ", a: list[int] = 1", "): pass"),
    "bases": ("class A(a", ", a", "): pass"),
    "statements on a line": ("a", "; a", ""),
    "statements": ("", "a = f(a)\n", ""),
    "empty lines": ("if a:\n", "\n", "    pass"),
    "blank lines": ("if a:\n", "    \n", "    pass"),
    "comments": ("if a:\n", "    # a\n", "    pass"),
    "comments farther left": ("if a:\n    if a:\n        a\n", "    # a\n", "    a"),
    "comments in brackets": ("f(\n", "    # a\n", "    a)"),
    "backslashes": ("a = ", "\\\n", "1"),
    "semicolons and comments": ("a;", "a;", "  # a"),
    "assertions": ("", "assert a, a\n", ""),
    "words of an f-string": ("f'", "{a} a ", "'"),
    "one-line loops": ("", "for a in b: a\n", ""),
    "functions": ("", "def f(a):\n    return a\n", ""),
    "classes": ("", "class A(B):\n    a = 1\n", ""),
    "type parameters": ("def f[T", ", T", "](): pass"),
    "long name": ("a", "a", " = 1"),
    "long string": ("'", "a", "'"),
    "long number": ("1", "1", ""),
    "long comment": ("#", "#", ""),
}
# Where an expression may stand.
_PLACES: dict[str, str] = {
    "value": "x = {}",
    "annotation": "x: {} = 1",
    "return type": "def f() -> {}: pass",
    "default": "def f(a={}): pass",
    "decorator": "@a({})\ndef f(): pass",
    "base": "class A(a({})): pass",
    "with": "with {}: pass",
    "with as": "with {} as a: pass",
    "for": "for a in {}: pass",
    "if": "if {}: pass",
    "deleted": "del {}",
    "target": "{} = 1",
    "loop target": "for {} in a: pass",
    "augmented": "a += {}",
    "return": "def f():\n    return {}",
    "raise": "raise {} from a",
    "assert": "assert a, {}",
    "match": "match {}:\n    case 1: pass",
    "guard": "match a:\n    case 1 if {}: pass",
    "except": "try: pass\nexcept {}: pass",
    "statement": "{}",
    "type alias": "type A = {}",
    "bound": "def f[T: {}](): pass",
    "of a call": "print({}, a)",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A program of one kind.

    Args:
        name: what it is made of.
        text: it.
    """

    name: str
    text: str


def alone(counts: tuple[int, ...] = COUNTS) -> Iterator[Shape]:
    """Every construct by itself, on one line and over lines, in each number of levels or links."""
    for count in counts:
        for lines in (False, True):
            yield from _all(count, lines)
        for name, (start, link, end) in _LONG.items():
            yield Shape(f"{name} × {count}", f"{start}{link * count}{end}\n")
        for name, block in _BLOCKS.items():
            yield Shape(f"{name} × {count}", _nested([block] * count))
        for place in _PLACES:
            for kind in ("parentheses", "list", "argument", "subscript", "minus"):
                yield Shape(
                    f"{kind} × {count}, {place}",
                    _PLACES[place].format(_expression(kind, count, "a", False)) + "\n",
                )


def _all(count: int, lines: bool) -> Iterator[Shape]:
    way = " over lines" if lines else ""
    for name in _EXPRESSIONS:
        yield Shape(f"{name} × {count}{way}", f"x = ({_expression(name, count, 'a', lines)})\n")
    for name in _CHAINS:
        yield Shape(f"{name} × {count}{way}", f"x = ({_chain(name, count, 'a', lines)})\n")
    for name in _PATTERNS:
        yield Shape(f"{name} × {count}{way}", _match(_pattern(name, count, "1", lines)))
    for name in _PATTERN_CHAINS:
        start, link = _PATTERN_CHAINS[name]
        links = ("\n" if lines else "").join([link] * count)
        yield Shape(f"{name} × {count}{way}", _match(f"({start}{links}{_PATTERN_ENDS.get(name, '')})"))


def pairs(seed: int) -> Iterator[Shape]:
    """Two constructs, one in the other, one after the other, or in turn; without end, the same for a seed."""
    draw = random.Random(seed)
    while True:
        count, other = draw.choice(COUNTS[:5]), draw.choice(COUNTS[:5])
        lines = draw.random() < 0.5
        yield draw.choice((_within, _within, _in_turn, _patterns_in_turn, _in_blocks))(
            draw, count, other, lines
        )


def _within(draw: random.Random, count: int, other: int, lines: bool) -> Shape:
    kinds = [*_EXPRESSIONS, *_CHAINS]
    one, two, place = draw.choice(kinds), draw.choice(kinds), draw.choice([*_PLACES])
    text = _any(one, count, f"({_any(two, other, 'a', lines)})", lines)
    way = " over lines" if lines else ""
    return Shape(
        f"{one} × {count} of {two} × {other}{way}, {place}",
        _PLACES[place].format(f"({text})") + "\n",
    )


def _in_turn(draw: random.Random, count: int, other: int, lines: bool) -> Shape:
    one, two = draw.sample([*_EXPRESSIONS], 2)
    place = draw.choice([*_PLACES])
    text = "a"
    for name in itertools.islice(itertools.cycle((one, two)), count):
        text = _expression(name, 1, text, lines)
    return Shape(f"{one} and {two} × {count}, {place}", _PLACES[place].format(f"({text})") + "\n")


def _patterns_in_turn(draw: random.Random, count: int, other: int, lines: bool) -> Shape:
    one, two = draw.sample([*_PATTERNS], 2)
    text = "1"
    for name in itertools.islice(itertools.cycle((one, two)), count):
        text = _pattern(name, 1, text, lines)
    return Shape(f"{one} and {two} × {count}", _match(text))


def _in_blocks(draw: random.Random, count: int, other: int, lines: bool) -> Shape:
    one, two, inner = draw.choice([*_BLOCKS]), draw.choice([*_BLOCKS]), draw.choice([*_EXPRESSIONS, *_CHAINS])
    levels = [_BLOCKS[name] for name in itertools.islice(itertools.cycle((one, two)), min(count, 99))]
    leaf = f"x = ({_any(inner, other, 'a', False)})"
    return Shape(f"{one} and {two} × {len(levels)} of {inner} × {other}", _nested(levels, leaf))


def _any(name: str, count: int, inner: str, lines: bool) -> str:
    make = _expression if name in _EXPRESSIONS else _chain
    return make(name, count, inner, lines)


def _expression(name: str, count: int, inner: str, lines: bool) -> str:
    start, end = _EXPRESSIONS[name]
    if "'" in start:  # the quotes of one must not end the other: three kinds are all that old Pythons can
        quotes = ("'", '"', "'''", '"""')
        for level in range(min(count, 4)):
            inner = start.replace("'", quotes[level]) + inner + end.replace("'", quotes[level])
        return inner
    gap = "\n" if lines else ""
    return (start + gap) * count + inner + (gap + end) * count


def _chain(name: str, count: int, inner: str, lines: bool) -> str:
    links = ("\n" if lines else "").join([_CHAINS[name]] * count)
    return _IN_BRACKETS[name].format(links) if name in _IN_BRACKETS else f"{inner}{links}"


def _pattern(name: str, count: int, inner: str, lines: bool) -> str:
    start, end = _PATTERNS[name]
    gap = "\n" if lines else ""
    return (start + gap) * count + inner + (gap + end) * count


def _match(pattern: str) -> str:
    return f"match x:\n    case {pattern}:\n        pass\n"


def _nested(blocks: list[tuple[str, str]], leaf: str = "pass") -> str:
    before: list[str] = []
    behind: list[str] = []
    indent = ""
    for start, end in blocks:
        before += [indent + line for line in start.split("\n")]
        behind += [indent + line for line in reversed(end.split("\n")) if line]
        indent += " " * (1 + len(before[-1]) - len(before[-1].lstrip()) - len(indent))
    return "\n".join([*before, indent + leaf, *reversed(behind)]) + "\n"
