"""Expressions: what is known, and what is not."""

from __future__ import annotations

import collections
import copy
import functools
import itertools
import math
import os
import re
import typing
from typing import Any

import pytest

from tests.interpreter.fake import recorded

UNKNOWN = "?"


EXPRESSIONS: list[tuple[str, Any]] = [
    # arithmetic
    ("1 + 2 * 3 - 4", 3),
    ("7 // 2, 7 % 2, 7 / 2, 2 ** 10", (3, 1, 3.5, 1024)),
    ("-5, +5, ~5, not 5", (-5, 5, -6, False)),
    ("1 << 4 | 3 & 2 ^ 1", 19),
    ("1 / 0", UNKNOWN),
    ("10 ** 10 ** 7", UNKNOWN),
    ("'x' * 10 ** 9", UNKNOWN),
    ("[0] * 10 ** 9", UNKNOWN),
    ("1 << 10 ** 9", UNKNOWN),
    ("'%1000000000d' % 1", UNKNOWN),
    ("'{:1000000000}'.format(1)", UNKNOWN),
    ("f'{1:1000000000}'", UNKNOWN),
    ("round(1, -10 ** 9)", UNKNOWN),
    ("pow(10, 10 ** 9)", UNKNOWN),
    ("1 + 'a'", UNKNOWN),
    ("0x10, 1_000, 1e3, 2j", (16, 1000, 1000.0, 2j)),
    # comparison
    ("1 < 2 < 3, 1 < 2 > 3, 1 == 1.0, 'a' != 'b'", (True, False, True, True)),
    ("1 < 'a'", UNKNOWN),
    ("None is None, len is not None, 'a' in 'abc', 2 not in [1, 2]", (True, True, True, False)),
    ("[1, (2, 'x')] == [1, (2, 'x')], {'a': 1} == {'a': 2}, {1, 2} == {2, 1}", (True, False, True)),
    ("lib is None, lib.Thing is lib.Thing, lib.Thing is lib.Other", (False, True, False)),
    ("3 in range(5), 'k' in {'k': 1}, 'z' in {'k': 1}", (True, True, False)),
    # boolean
    ("1 and 2, 0 and 2, 0 or 2, '' or None", (2, 0, 2, None)),
    ("'yes' if 1 else 'no'", "yes"),
    ("'a' if 0 else 'b' if 0 else 'c'", "c"),
    # strings
    ("'a' 'b' 'c'", "abc"),
    ("'%s-%d' % ('x', 3), 'ab' * 3, 'a' + 'b'", ("x-3", "ababab", "ab")),
    ("'%(k)s' % {'k': 1}", "1"),
    ("f'{1 + 1}_{\"x\"!r}_{3.14159:.2f}_{{}}\\n'", "2_'x'_3.14_{}\n"),
    ("f'{what}'", UNKNOWN),
    ("'model_2024_%s' % 'a'", "model_2024_a"),
    ("'{} {b}'.format(1, b=2)", "1 2"),
    ("'{}'.format({'a': 1}), '{}'.format({'a': 1, 'b': what})", ("{'a': 1}", UNKNOWN)),
    ("'block5_conv1'.startswith('block5'), 'A,b'.lower().split(',')", (True, ["a", "b"])),
    ("'-'.join(['a', 'b']), 'abc'.replace('b', 'x'), 'abc'.find('c')", ("a-b", "axc", 2)),
    ("'12'.isdigit(), ' x '.strip(), 'abc'.upper()", (True, "x", "ABC")),
    ("str.lower('AB')", "ab"),
    ("dict.update(what, {}), list.append(lib.Thing(), 1), dict.get()", (UNKNOWN, UNKNOWN, UNKNOWN)),
    ("'abc'[1], 'abc'[-1], 'abc'[::-1], 'abc'[9:]", ("b", "c", "cba", "")),
    ("b'ab'.decode()", "ab"),
    ("'x'.nonsense", UNKNOWN),
    # containers
    ("[1, *[2, 3], *(4,)]", [1, 2, 3, 4]),
    ("[1, *what]", ("incomplete", [1])),
    ("(1,), {1, 1, 2}, {'a': 1, **{'b': 2}}", ((1,), {1, 2}, {"a": 1, "b": 2})),
    ("{what: 1}", ("incomplete", {})),
    ("[1, 2, 3][1], [1, 2, 3][-1], [1, 2, 3, 4][1:3], (1, 2)[:1]", (2, 3, [2, 3], (1,))),
    ("[1, 2][5]", UNKNOWN),
    ("[1, 2][what]", UNKNOWN),
    ("[1, 2, 3][:what]", UNKNOWN),
    ("{'a': 1}['a'], {'a': 1}.get('b'), {'a': 1}.get('b', 7)", (1, None, 7)),
    ("{(1, 'x'): 5}[1, 'x']", 5),
    ("{'a': 1}['b']", UNKNOWN),
    ("[1] + [2], (1,) + (2,), [0] * 3", ([1, 2], (1, 2), [0, 0, 0])),
    ("[1] + what", ("incomplete", [1])),
    ("{1, 2} | {3}, {1, 2} & {2}, {1, 2} - {2}, {1, 2} ^ {2, 3}", ({1, 2, 3}, {2}, {1}, {1, 3})),
    ("{'a': 1} | {'b': 2}", {"a": 1, "b": 2}),
    ("range(10)[2], range(10)[2:4]", (2, range(2, 4))),
    # comprehensions
    ("[x * 2 for x in range(4) if x % 2]", [2, 6]),
    ("[(a, b) for a in 'xy' for b in range(2)]", [("x", 0), ("x", 1), ("y", 0), ("y", 1)]),
    ("{k: v for k, v in zip('ab', [1, 2])}", {"a": 1, "b": 2}),
    ("{x % 2 for x in range(5)}", {0, 1}),
    ("sum(x for x in range(4))", 6),
    ("[x for x in what]", ("incomplete", [])),
    ("[[y for y in range(x)] for x in range(3)]", [[], [0], [0, 1]]),
    ("[y := 1, y]", [1, 1]),
    # functions
    ("(lambda a, b=2, *c, d, **e: (a, b, c, d, e))(1, d=4, z=5)", (1, 2, (), 4, {"z": 5})),
    ("(lambda *a, **k: (a, k))(*[1, 2], **{'x': 3})", ((1, 2), {"x": 3})),
    ("(lambda a: a)()", UNKNOWN),
    ("(lambda a=1: a)(**what)", UNKNOWN),
    ("(lambda a, b=1: a)(3, **what)", 3),
    ("...", ...),
    ("undefined_name", UNKNOWN),
]


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS)
def test_expression(expression: str, expected: Any) -> None:
    assert recorded(f"x = ({expression})\nlib.record(x)") == [expected]


BUILTINS: list[tuple[str, Any]] = [
    ("len([1, 2]), len('abc'), len({}), len(range(5)), len(lib.Thing(1, 2))", (2, 3, 0, 5, 2)),
    ("len(range(10 ** 30))", UNKNOWN),
    ("len(what)", UNKNOWN),
    (
        "list(range(3)), tuple([1]), set([1, 1]), dict(a=1), dict([('b', 2)])",
        ([0, 1, 2], (1,), {1}, {"a": 1}, {"b": 2}),
    ),
    ("list(what)", ("incomplete", [])),
    ("list(enumerate('ab', 1))", [(1, "a"), (2, "b")]),
    ("list(zip([1, 2, 3], 'ab'))", [(1, "a"), (2, "b")]),
    ("list(reversed([1, 2])), list(reversed(range(3)))", ([2, 1], [2, 1, 0])),
    (
        "sorted([3, 1, 2]), sorted('ba', reverse=True), sorted(['bb', 'a'], key=len)",
        ([1, 2, 3], ["b", "a"], ["a", "bb"]),
    ),
    ("sorted([lib.Thing(), lib.Thing()])", UNKNOWN),
    ("int('12'), float('1.5'), str(3), bool([]), abs(-2), round(2.567, 1)", (12, 1.5, "3", False, 2, 2.6)),
    ("int('x')", UNKNOWN),
    ("int(0.7 * len([1, 2, 3, 4]))", 2),
    (
        "min(3, 1), max([1, 5]), max(['a', 'bbb'], key=len), sum([1, 2], 10), min([], default=0)",
        (1, 5, "bbb", 13, 0),
    ),
    ("list(map(lambda x: x + 1, [1, 2])), list(filter(None, [0, 1]))", ([2, 3], [1])),
    ("list(filter(lambda x: x > 1, [1, 2])), sum([[1], [2]], [])", ([2], [1, 2])),
    ("any([0, 1]), all([0, 1]), any([]), all([])", (True, False, False, True)),
    ("any([what, 1]), all([what, 0])", (True, False)),
    ("any([what, 0])", UNKNOWN),
    (
        "isinstance(1, int), isinstance(True, int), isinstance('a', (int, str)), isinstance([], tuple)",
        (True, True, True, False),
    ),
    ("isinstance(lib.Thing(), lib.Thing), isinstance(lib.Thing(), lib.Other)", (True, False)),
    ("isinstance(lib.Thing(), (lib.Other, lib.Thing)), isinstance(3, lib.Thing)", (True, False)),
    ("isinstance(1, int | str)", True),
    ("isinstance(what, int)", UNKNOWN),
    ("type(1) is int, type('a').__name__, type(lib.Thing()).__name__", (True, "str", "Thing")),
    ("callable(len), callable(1), callable(lambda: 0)", (True, False, True)),
    ("hasattr('a', 'lower'), hasattr('a', 'nope'), hasattr([], 'append')", (True, False, True)),
    ("getattr('AB', 'lower')(), getattr(lib.Thing(), 'nope', 5)", ("ab", 5)),
    ("next(iter([1, 2])), next(iter([]), 'none'), next(x for x in [1, 2] if x > 1)", (1, "none", 2)),
    ("divmod(7, 2), ord('a'), chr(97), hex(255), repr('a')", ((3, 1), 97, "a", "0xff", "'a'")),
    ("dict.fromkeys(['a', 'b'], 0)", {"a": 0, "b": 0}),
    ("open('x')", UNKNOWN),
    ("slice(1, what)", slice(1, UNKNOWN)),
]


@pytest.mark.parametrize(("expression", "expected"), BUILTINS)
def test_builtin(expression: str, expected: Any) -> None:
    assert recorded(f"x = ({expression})\nlib.record(x)") == [expected]


STANDARD_LIBRARY: list[tuple[str, Any]] = [
    ("functools.partial(lambda a, b, c=0: (a, b, c), 1, c=3)(2)", (1, 2, 3)),
    ("functools.reduce(lambda a, b: a + b, [1, 2, 3])", 6),
    ("functools.reduce(lambda a, b: a + b, [1], 10)", 11),
    ("list(itertools.chain([1], 'a'))", [1, "a"]),
    ("list(itertools.product([1, 2], 'a'))", [(1, "a"), (2, "a")]),
    ("math.ceil(1.2), math.floor(1.8), math.sqrt(4), math.pi > 3", (2, 1, 2.0, True)),
    ("math.sqrt(-1)", UNKNOWN),
    ("copy.copy([1]), copy.deepcopy({'a': [1]})", ([1], {"a": [1]})),
    ("bool(re.search('conv$', 'block_conv')), re.match('conv', 'block_conv')", (True, None)),
    ("re.search('a|b', 'xb') is not None, bool(re.compile('^x').match('xb'))", (True, True)),
    ("re.search('(a+)+$', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')", UNKNOWN),
    ("collections.OrderedDict([('a', 1)])", {"a": 1}),
    ("typing.TYPE_CHECKING, typing.cast(int, 5)", (False, 5)),
    ("os.path.join('a', 'b')", "a/b"),
    ("numpy.zeros(3)", UNKNOWN),
    ("list(tqdm.tqdm([1, 2]))", [1, 2]),
    ("sys.argv[1]", UNKNOWN),
]


@pytest.mark.parametrize(("expression", "expected"), STANDARD_LIBRARY)
def test_standard_library(expression: str, expected: Any) -> None:
    modules = "collections, copy, functools, itertools, math, numpy, os, re, sys, tqdm, typing"
    assert recorded(f"import {modules}\nx = ({expression})\nlib.record(x)") == [expected]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (expression, expected)
        for expression, expected in [*EXPRESSIONS, *BUILTINS, *STANDARD_LIBRARY]
        if not re.search(r"\b(what|lib|tqdm|undefined_name)\b", expression) and expected is not UNKNOWN
    ],
)
def test_python_agrees(expression: str, expected: Any) -> None:
    modules = {m.__name__: m for m in (collections, copy, functools, itertools, math, os, re, typing)}
    assert eval(expression, modules) == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("x.append(3); x.extend([4]); x.insert(0, 9)", [9, 1, 2, 3, 4]),
        ("x.pop()", [1]),
        ("x.pop(0)", [2]),
        ("x.remove(1)", [2]),
        ("x.reverse()", [2, 1]),
        ("x.sort(reverse=True)", [2, 1]),
        ("x.clear()", []),
        ("x += [3]", [1, 2, 3]),
        ("x[0] = 5", [5, 2]),
        ("x[:1] = [7, 8]", [7, 8, 2]),
        ("del x[0]", [2]),
        ("y = x; y += [3]", [1, 2, 3]),
        ("y = x; y = y + [3]", [1, 2]),
        ("y = x.copy(); y.append(3)", [1, 2]),
        ("x.append(x.index(2)); x.append(x.count(1))", [1, 2, 1, 2]),
        ("x.extend(what)", ("incomplete", [1, 2])),
        ("x[what] = 3", ("incomplete", [1, 2])),
        ("x.insert(what, 3)", ("incomplete", [1, 2, 3])),
        ("mystery(x)", ("incomplete", [1, 2])),
        ("mystery({'k': [x]})", ("incomplete", [1, 2])),
        ("print(x); len(x); logging.info(x)", [1, 2]),
    ],
)
def test_list(statements: str, expected: Any) -> None:
    events = recorded(f"import logging\nx = [1, 2]\n{statements}\nlib.record(x)")
    assert events[-1] == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("x['b'] = 2", {"a": 1, "b": 2}),
        ("del x['a']", {}),
        ("x.update(b=2); x.update({'c': 3})", {"a": 1, "b": 2, "c": 3}),
        ("x.setdefault('a', 9); x.setdefault('b', 9)", {"a": 1, "b": 9}),
        ("x['b'] = x.pop('a')", {"b": 1}),
        ("x['n'] = list(x.items())", {"a": 1, "n": [("a", 1)]}),
        ("x['k'] = list(x.keys()); x['v'] = list(x.values())[:1]", {"a": 1, "k": ["a"], "v": [1]}),
        ("x |= {'b': 2}", {"a": 1, "b": 2}),
        ("x[what] = 1", ("incomplete", {"a": 1})),
        ("x.update(what)", ("incomplete", {"a": 1})),
        ("x['a'] += 1", {"a": 2}),
    ],
)
def test_dict(statements: str, expected: Any) -> None:
    assert recorded(f"x = {{'a': 1}}\n{statements}\nlib.record(x)")[-1] == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("x.add(1); x.add(3)", {1, 2, 3}),
        ("x.discard(1)", {2}),
        ("x.update([3])", {1, 2, 3}),
        ("x = x.union([3])", {1, 2, 3}),
        ("x = x.intersection([1])", {1}),
        ("x |= {3}", {1, 2, 3}),
        ("y = x; y -= {1}", {2}),
    ],
)
def test_set(statements: str, expected: Any) -> None:
    assert recorded(f"x = {{1, 2}}\n{statements}\nlib.record(x)")[-1] == expected
