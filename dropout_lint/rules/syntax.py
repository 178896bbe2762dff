"""Small questions about nodes that a finding speaks of."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The node and everything below it."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(current.children)


def contains(node: cst.CSTNode, part: cst.CSTNode) -> bool:
    """Whether a node stands inside another."""
    return any(inner is part for inner in walk(node))


def has_flag(call: cst.CSTNode) -> bool:
    """Whether a call has a `training` argument, other than a literal None."""
    if not isinstance(call, cst.Call):
        return False
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == "training":
            return not (isinstance(arg.value, cst.Name) and arg.value.value == "None")
    return False


def rebinds(function: cst.CSTNode, name: str) -> bool:
    """Whether the body of a function gives a name another value."""
    return any(
        isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Name) and node.target.value == name
        for node in walk(function)
    )


def calls_on_self(function: cst.CSTNode) -> set[str]:
    """The names of the attributes of `self` that a method calls."""
    names = set()
    for node in walk(function):
        callee = node.func if isinstance(node, cst.Call) else None
        if isinstance(callee, cst.Attribute) and m.matches(callee.value, m.Name("self")):
            names.add(callee.attr.value)
    return names
