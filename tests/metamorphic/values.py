"""Values on their way to the variable that keeps them: temporaries, functions, containers, conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    add_to_head,
    assigned,
    calls_super,
    code_of,
    contains,
    expression,
    keep_comments,
    lone,
    lone_value,
    map_blocks,
    parse_lines,
    with_comment,
    with_value,
)
from tests.metamorphic.relation import relation

Change = Callable[[cst.BaseExpression], cst.BaseExpression]


@relation()
def arguments_to_temporaries(module: cst.Module) -> cst.Module | None:
    """`y = f(a)(g(b))` becomes `t0 = f(a)`, `t1 = g(b)` and `y = t0(t1)`, in every block."""
    return map_blocks(module, _with_temporaries)


@relation()
def results_to_temporaries(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `result_ = f(x)` and `y = result_`, in every block."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            small = lone(statement)
            if isinstance(small, cst.Assign) and isinstance(small.value, cst.Call):
                new = parse_lines(f"result_ = {code_of(small.value)}\n")
                new.append(with_value(statement, cst.Name("result_")))
                out += with_comment(new, statement)
            else:
                out.append(statement)
        return out

    return map_blocks(module, change)


@relation()
def values_through_functions(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` of the script becomes `def make_(): return f(x)` and `y = make_()`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, statement in enumerate(statements):
            found = assigned(statement)
            if found is None or not isinstance(found[0].value, cst.Call) or _walrus(found[0]):
                out.append(statement)
                continue
            (function,) = parse_lines(f"def make_{i}():\n    return 0\n")
            returned = cst.SimpleStatementLine([cst.Return(found[0].value)])
            assert isinstance(function, cst.FunctionDef)
            assert isinstance(statement, cst.SimpleStatementLine)
            inside = cst.IndentedBlock([keep_comments(statement, returned)])
            out.append(function.with_changes(body=inside))
            out += parse_lines(f"{found[1]} = make_{i}()\n")
        return out

    return map_blocks(module, change, nested=False)


@relation()
def values_through_lambdas(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` of the script becomes `y = (lambda: f(x))()`."""

    def change(value: cst.BaseExpression) -> cst.BaseExpression:
        return cst.Call(cst.Lambda(cst.Parameters(), value, lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))

    return _map_values(module, change, nested=False)


@relation()
def values_through_identity(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `y = same_(f(x))`, a function of the program that returns what it gets."""
    changed = _map_values(module, lambda value: cst.Call(cst.Name("same_"), [cst.Arg(value)]))
    return add_to_head(changed, "def same_(value):\n    return value\n")


@relation()
def values_through_holder(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `y = Holder_(f(x)).value`, a plain class of the program."""
    changed = _map_values(module, lambda value: cst.Attribute(
        cst.Call(cst.Name("Holder_"), [cst.Arg(value)]), cst.Name("value")
    ))  # fmt: skip
    text = "class Holder_:\n    def __init__(self, value):\n        self.value = value\n"
    return add_to_head(changed, text)


@relation()
def values_through_containers(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `y = {"key": (f(x), None)}["key"][0]`."""
    return _map_values(module, lambda value: expression(f'{{"key": ({code_of(value)}, None)}}["key"][0]'))


@relation()
def values_through_conditions(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `y = f(x) if True else None`."""
    return _map_values(module, lambda value: expression(f"({code_of(value)} if True else None)"))


def _walrus(node: cst.CSTNode) -> bool:
    return contains(node, (cst.NamedExpr, cst.Await, cst.Yield))


def _map_values(module: cst.Module, change: Change, *, nested: bool = True) -> cst.Module:
    """Changes the value of each `target = call` statement."""

    def block(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            small = lone(statement)
            if isinstance(small, cst.Assign) and isinstance(small.value, cst.Call) and not _walrus(small):
                statement = with_value(statement, change(small.value))
            out.append(statement)
        return out

    return map_blocks(module, block, nested=nested)


def _with_temporaries(statements: Sequence[Statement]) -> list[Statement]:
    out: list[Statement] = []
    for i, statement in enumerate(statements):
        value = lone_value(statement)
        if not isinstance(value, cst.Call) or calls_super(value) or _walrus(value):
            out.append(statement)
            continue
        if any(a.star for a in value.args):
            out.append(statement)
            continue
        before: list[Statement] = []

        def temporary(node: cst.BaseExpression, before: list[Statement], i: int = i) -> cst.BaseExpression:
            if not isinstance(node, cst.Call) or code_of(node).startswith("super("):
                return node
            name = f"t{i}_{len(before)}_"
            before += parse_lines(f"{name} = {code_of(node)}\n")
            return cst.Name(name)

        function = temporary(value.func, before)
        args = [a.with_changes(value=temporary(a.value, before)) for a in value.args]
        last = with_value(statement, value.with_changes(func=function, args=args))
        out += with_comment([*before, last], statement)
    return out
