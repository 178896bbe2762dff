"""Small questions about nodes that a finding speaks of."""

from __future__ import annotations

import libcst as cst

from dropout_lint.interpreter.syntax.walk import walk

# libcst.matchers would do some of this, but takes as long to import as all the rest of libcst.


def is_name(node: cst.CSTNode, *names: str) -> bool:
    """Whether a node is one of these bare names."""
    return isinstance(node, cst.Name) and node.value in names


def method_call(node: cst.CSTNode) -> tuple[cst.BaseExpression, cst.Call] | None:
    """The object and the call of `object.method(...)`."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return node.func.value, node
    return None


def contains(node: cst.CSTNode, part: cst.CSTNode) -> bool:
    """Whether a node stands inside another."""
    return any(inner is part for inner in walk(node))


def block_of(module: cst.Module, part: cst.CSTNode) -> tuple[cst.CSTNode, int] | None:
    """The block that holds a node and the place there of its statement, a plain line of its own."""
    for block in walk(module):
        if isinstance(block, (cst.Module, cst.IndentedBlock)):
            for place, line in enumerate(block.body):
                if isinstance(line, cst.SimpleStatementLine) and contains(line, part):
                    return (block, place) if len(line.body) == 1 else None
    return None


def is_fresh(node: cst.CSTNode) -> bool:
    """Whether an expression makes the same things anew each time: constants and constructor calls."""
    if isinstance(node, (cst.BaseNumber, cst.SimpleString)) or is_name(node, "True", "False", "None"):
        return True
    if isinstance(node, cst.UnaryOperation):
        return is_fresh(node.expression)
    if isinstance(node, (cst.List, cst.Tuple)):
        return all(isinstance(e, cst.Element) and is_fresh(e.value) for e in node.elements)
    if isinstance(node, cst.Dict):
        return all(
            isinstance(e, cst.DictElement) and is_fresh(e.key) and is_fresh(e.value) for e in node.elements
        )
    if not isinstance(node, cst.Call):
        return False
    made = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    a_class = isinstance(made, cst.Name) and made.value[:1].isupper()
    return a_class and all(not arg.star and is_fresh(arg.value) for arg in node.args)


def has_flag(call: cst.CSTNode) -> bool:
    """Whether a call has a `training` argument, other than a literal None."""
    if not isinstance(call, cst.Call):
        return False
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == "training":
            return not is_name(arg.value, "None")
    return False


def rebinds(function: cst.CSTNode, name: str) -> bool:
    """Whether the body of a function gives a name another value."""
    return any(isinstance(node, cst.AssignTarget) and is_name(node.target, name) for node in walk(function))
