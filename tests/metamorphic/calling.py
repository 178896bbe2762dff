"""What is called, reached in other ways: through a variable, `getattr`, the class or `__call__`."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    assigned,
    call_statement,
    calls_super,
    code_of,
    expression,
    leaf,
    map_blocks,
    map_calls,
    parse_lines,
    with_value,
)
from tests.metamorphic.relation import relation


@relation()
def dunder_call(module: cst.Module) -> cst.Module | None:
    """`base(x)` becomes `base.__call__(x)` where base is a variable of the script."""
    names = {a[1] for s in module.body if (a := assigned(s)) and isinstance(a[0].value, cst.Call)}
    names -= {s.name.value for s in module.body if isinstance(s, (cst.FunctionDef, cst.ClassDef))}

    def change(call: cst.Call) -> cst.Call | None:
        if not isinstance(call.func, cst.Name) or call.func.value not in names:
            return None
        return call.with_changes(func=cst.Attribute(call.func, cst.Name("__call__")))

    return map_calls(module, change)


@relation()
def method_through_variable(module: cst.Module) -> cst.Module | None:
    """`model.fit(...)` becomes `bound_ = model.fit` and `bound_(...)`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            call = call_statement(statement)
            if call is None or not isinstance(call.func, cst.Attribute) or calls_super(call):
                out.append(statement)
                continue
            out += parse_lines(f"bound_ = {code_of(call.func)}\n")
            out.append(with_value(statement, call.with_changes(func=cst.Name("bound_"))))
        return out

    return map_blocks(module, change)


@relation()
def method_through_getattr(module: cst.Module) -> cst.Module | None:
    """`model.fit(...)` becomes `getattr(model, "fit")(...)` for methods of statements."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            call = call_statement(statement)
            if call is not None and isinstance(call.func, cst.Attribute) and not calls_super(call):
                got = expression(f'getattr({code_of(call.func.value)}, "{call.func.attr.value}")')
                statement = with_value(statement, call.with_changes(func=got))
            out.append(statement)
        return out

    return map_blocks(module, change)


@relation()
def method_through_class(module: cst.Module) -> cst.Module | None:
    """A statement `model.fit(...)` becomes `type(model).fit(model, ...)`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            call = call_statement(statement)
            if call is not None and isinstance(call.func, cst.Attribute) and _trains(call):
                owner = call.func.value
                function = expression(f"type({code_of(owner)}).{call.func.attr.value}")
                new = call.with_changes(func=function, args=[cst.Arg(owner), *call.args])
                statement = with_value(statement, new)
            out.append(statement)
        return out

    return map_blocks(module, change)


def _trains(call: cst.Call) -> bool:
    return leaf(call.func) in ("fit", "train_on_batch", "compile") and not calls_super(call)
