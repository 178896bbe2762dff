"""A module of the project in parts that are parsed when they are used: most of it plays no part.

Python's own parser, many times faster than libcst's, says where the statements are. A function or class
whose definition can wait, since nobody can tell, is a part of its own; all other statements are one.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dropout_lint.once import Once
from dropout_lint.source.text import SourceFile

if TYPE_CHECKING:
    import libcst as cst

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_GLOBAL = re.compile(r"^[ \t]*global[ \t]+(.*)", re.MULTILINE)
# What a definition may do at once without anybody noticing when.
_STILL = (ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp, ast.unaryop, ast.expr_context, ast.Subscript,
          ast.Tuple, ast.keyword, ast.BinOp, ast.operator)  # fmt: skip
_BINDINGS = frozenset({"property", "staticmethod", "classmethod", "abstractmethod"})

Range = tuple[int, int]
"""The first and the last of some lines; 1-based."""


class Part(SourceFile):
    """Some statements of a file, at the lines where they are.

    Args:
        whole: the file.
        lines: its lines.
        ranges: the lines of the statements, in order.
    """

    def __init__(self, whole: SourceFile, lines: list[str], ranges: Iterable[Range]) -> None:
        super().__init__(whole.path, whole.text)
        self.whole = whole
        self._parsed = "".join(_kept(lines, ranges))

    @cached_property
    def lines(self) -> int:
        """How many of its lines are parsed."""
        return sum(not line.isspace() for line in _LINE.findall(self._parsed))

    @cached_property
    def module(self) -> cst.Module:
        return SourceFile(self.path, self._parsed).module


def _kept(lines: list[str], ranges: Iterable[Range]) -> Iterator[str]:
    """The lines of the ranges; what is between them is one string, for libcst makes nodes of empty lines."""
    done = 0
    for first, last in ranges:
        gap = first - 1 - done
        if gap:
            yield "pass\n" if gap == 1 else '"""' + "\n" * (gap - 1) + '"""\n'
        yield from lines[first - 1 : last]
        done = last


@dataclass(frozen=True, slots=True)
class Parts:
    """A module in parts.

    Args:
        body: the statements that are run with the module.
        waiting: the functions and classes that can be defined when they are used, by name.
    """

    body: SourceFile
    waiting: dict[str, Part]


_PARTS: Once[Parts] = Once()


def parts_of(file: SourceFile) -> Parts:
    """A module in parts; found out once per file. What Python cannot parse is one part."""
    return _PARTS.of(file, lambda: _parts(file))


def parsed_lines(file: SourceFile) -> int:
    """How many lines of a file have a tree by now."""
    parts = _PARTS.known(file)
    if parts is None:
        return file.lines
    parsed = (part for part in (parts.body, *parts.waiting.values()) if "module" in part.__dict__)
    return sum(part.lines for part in parsed)


def _parts(file: SourceFile) -> Parts:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the program's escapes
            body = ast.parse(file.text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
        return Parts(file, {})
    bound = _bound(body, file.text)
    waiting = [node for node in body if _can_wait(node) and _is_settled(node, bound)]
    if not waiting:
        return Parts(file, {})
    lines = _LINE.findall(file.text)
    inside = {id(node) for node in waiting}
    rest = _joined(_range(node) for node in body if id(node) not in inside)
    return Parts(
        Part(file, lines, rest),
        {node.name: Part(file, lines, [_range(node)]) for node in waiting if isinstance(node, _DEFINITIONS)},
    )


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)


def _range(node: ast.stmt) -> Range:
    decorators = node.decorator_list if isinstance(node, _DEFINITIONS) else []
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return first, node.end_lineno or node.lineno


def _joined(ranges: Iterable[Range]) -> Iterator[Range]:
    """The same lines; statements that share one are in one range."""
    pending: Range | None = None
    for first, last in ranges:
        if pending is not None and first <= pending[1]:
            pending = pending[0], max(last, pending[1])
            continue
        if pending is not None:
            yield pending
        pending = first, last
    if pending is not None:
        yield pending


def _can_wait(node: ast.stmt) -> bool:
    """Whether a statement defines a function or class, and does nothing else."""
    if isinstance(node, _FUNCTIONS):
        values = [*node.args.defaults, *(value for value in node.args.kw_defaults if value is not None)]
        return not node.decorator_list and _is_still(values)
    if isinstance(node, ast.ClassDef):
        still = not node.decorator_list and _is_still([*node.bases, *node.keywords])
        return still and all(map(_is_member, node.body))
    return False


def _is_member(node: ast.stmt) -> bool:
    """Whether a statement of a class body only defines something."""
    if isinstance(node, _FUNCTIONS):
        usual = all(_is_binding(decorator) for decorator in node.decorator_list)
        plain = ast.FunctionDef(node.name, node.args, [], [], lineno=0)
        return usual and _can_wait(plain)
    if isinstance(node, ast.ClassDef):
        return _can_wait(node)
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) for target in node.targets) and _is_still([node.value])
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and (node.value is None or _is_still([node.value]))
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _is_binding(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Attribute):
        return decorator.attr in ("setter", "getter", "deleter") or decorator.attr in _BINDINGS
    return isinstance(decorator, ast.Name) and decorator.id in _BINDINGS


def _is_still(values: Iterable[ast.AST]) -> bool:
    return all(isinstance(node, _STILL) for value in values for node in ast.walk(value))


def _is_settled(node: ast.stmt, bound: Counter[str]) -> bool:
    """Whether a definition finds later what it finds in its place, and its name means nothing else."""
    if not isinstance(node, _DEFINITIONS) or bound[node.name] != 1:
        return False
    return all(bound[name] <= 1 for name in _read_at_once(node))


def _read_at_once(node: ast.stmt) -> Iterator[str]:
    """The names that a definition reads when it is run."""
    if isinstance(node, _FUNCTIONS):
        values: list[ast.AST] = [*node.args.defaults, *(v for v in node.args.kw_defaults if v is not None)]
    elif isinstance(node, ast.ClassDef):
        values = [*node.bases, *node.keywords]
        for inner in node.body:
            yield from _read_at_once(inner)
    else:
        values = [node]
    for value in values:
        yield from (part.id for part in ast.walk(value) if isinstance(part, ast.Name))


def _bound(body: list[ast.stmt], text: str) -> Counter[str]:
    """How often a module binds its names, itself or through `global`; a star import may bind any of them,
    but whoever writes one does not expect that."""
    bound: Counter[str] = Counter()
    for node in body:
        if isinstance(node, _DEFINITIONS):
            bound[node.name] += 1
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
                bound[part.id] += 1
            elif isinstance(part, _DEFINITIONS):
                bound[part.name] += 1
            elif isinstance(part, ast.alias):
                bound[part.asname or part.name.partition(".")[0]] += 1
    for names in _GLOBAL.findall(text) if "global" in text else ():
        bound.update(2 * re.findall(r"\w+", names))
    return bound
