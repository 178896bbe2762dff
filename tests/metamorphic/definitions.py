"""Functions of the program that get type hints or stand in another place."""

from __future__ import annotations

import libcst as cst

from tests.metamorphic.code import bound_names, code_of, expression, head_length
from tests.metamorphic.relation import relation


@relation()
def functions_with_hints(module: cst.Module) -> cst.Module | None:
    """Every parameter and result of every function gets a type hint."""

    class Changer(cst.CSTTransformer):
        def visit_Lambda(self, node: cst.Lambda) -> bool:
            return False

        def leave_Param(self, original_node: cst.Param, updated_node: cst.Param) -> cst.Param:
            if updated_node.annotation is not None or updated_node.name.value == "self":
                return updated_node
            return updated_node.with_changes(annotation=cst.Annotation(expression('"object | None"')))

        def leave_FunctionDef(
            self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
        ) -> cst.FunctionDef:
            return updated_node.with_changes(returns=cst.Annotation(expression('"object"')))

    changed = module.visit(Changer())
    assert isinstance(changed, cst.Module)
    return changed


@relation()
def definitions_reversed(module: cst.Module) -> cst.Module | None:
    """Neighbouring functions that do not need each other when they are made change places."""
    body = list(module.body)
    for i in range(len(body) - 1):
        if all(isinstance(s, cst.FunctionDef) and _lazy(s) for s in body[i : i + 2]):
            body[i], body[i + 1] = body[i + 1], body[i]
    return module.with_changes(body=body)


@relation()
def functions_to_top(module: cst.Module) -> cst.Module | None:
    """Functions without defaults and decorators are made right after the imports."""
    at = head_length(module)
    rest = list(module.body[at:])
    moved = [s for s in rest if isinstance(s, cst.FunctionDef) and _lazy(s)]
    if len({s.name.value for s in moved if isinstance(s, cst.FunctionDef)}) < len(moved):
        return None
    kept = [s for s in rest if not any(s is m for m in moved)]
    if {s.name.value for s in moved if isinstance(s, cst.FunctionDef)} & {
        name for s in kept for name in bound_names(s)
    }:
        return None
    return module.with_changes(body=[*module.body[:at], *moved, *kept])


def _lazy(function: cst.CSTNode) -> bool:
    """Making the function looks at nothing."""
    if not isinstance(function, cst.FunctionDef) or function.decorators:
        return False
    text = code_of(function.params)
    return "=" not in text and ":" not in text and function.returns is None
