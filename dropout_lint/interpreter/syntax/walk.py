"""Reading a syntax tree without visitors: libcst's own walk costs more than the parse."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache

import libcst as cst

_PUNCTUATION = frozenset(
    {
        "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon",
        "equal", "dot", "colon", "first_colon", "second_colon", "leading_lines", "header",
        "footer", "lines_after_decorators", "newline", "posonly_ind",
    }
)  # fmt: skip


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node type that hold program, not layout."""
    fields = (field for field in dataclasses.fields(kind) if field.type not in ("str", "bool", str, bool))
    names = [field.name for field in fields]
    return tuple(name for name in names if name not in _PUNCTUATION and "whitespace" not in name)


# Types of what is no node. Asking `isinstance(x, CSTNode)` instead is slow: it is an ABC.
_LEAVES = frozenset({str, bool, type(None), cst.MaybeSentinel})


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes directly below a node, in source order."""
    found: list[cst.CSTNode] = []
    for name in _fields(type(node)):
        value = getattr(node, name)
        kind = type(value)
        if kind is tuple or kind is list:
            found += [item for item in value if type(item) not in _LEAVES]
        elif kind not in _LEAVES:
            found.append(value)
    return found


def walk(node: cst.CSTNode, enter: Callable[[cst.CSTNode], bool] | None = None) -> Iterator[cst.CSTNode]:
    """A node and all nodes below it; below a node for which `enter` is False nothing."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if enter is None or enter(current):
            below = children(current)
            below.reverse()
            pending += below


_NESTED = frozenset({cst.FunctionDef, cst.Lambda, cst.ClassDef})


def is_generator(function: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether a function contains `yield` (nested ones do not count, and no lambda has one)."""
    if not isinstance(function, cst.FunctionDef):
        return False
    nodes = walk(function.body, lambda node: type(node) not in _NESTED)
    return any(type(node) is cst.Yield for node in nodes)


def dotted_text(node: cst.CSTNode) -> str | None:
    """`a.b.c` of a chain of attributes; None for anything else."""
    names: list[str] = []
    while type(node) is cst.Attribute:
        names.append(node.attr.value)
        node = node.value
    if type(node) is not cst.Name:
        return None
    names.append(node.value)
    return ".".join(reversed(names))


def callee_text(node: cst.CSTNode) -> str:
    """What a call calls, as a reader would name it: `a.b`, or at least the last name `….fit`."""
    function = node.func if type(node) is cst.Call else node
    text = dotted_text(function)
    if text is not None:
        return text
    if type(function) is cst.Attribute:
        return f"….{function.attr.value}"
    return "<expression>"
