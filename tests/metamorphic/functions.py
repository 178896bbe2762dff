"""Calls through helper functions, and functions that are decorated or written in place of their call."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    add_to_head,
    assigned,
    body_of,
    bound_names,
    call_statement,
    code_of,
    contains,
    in_text,
    is_definition,
    keyword,
    leaf,
    lone,
    map_blocks,
    parse_lines,
    statements_of,
    with_value,
)
from tests.metamorphic.relation import relation


@relation()
def layer_calls_through_helper(module: cst.Module) -> cst.Module | None:
    """`y = base(x, ...)` becomes `y = apply_(base, x, ...)` with a helper of its own for each call."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, statement in enumerate(statements):
            found = assigned(statement)
            call = found[0].value if found is not None else None
            if found is None or not isinstance(call, cst.Call) or not _plain_call(call):
                out.append(statement)
                continue
            text = f"def apply_{i}(layer_, *args, **kwargs):\n    return layer_(*args, **kwargs)\n"
            (function,) = parse_lines(text)
            assert isinstance(function, cst.FunctionDef)
            assert isinstance(statement, cst.SimpleStatementLine)
            inner = function.body.body[0]
            assert isinstance(inner, cst.SimpleStatementLine)
            kept = inner.with_changes(trailing_whitespace=statement.trailing_whitespace)
            out.append(function.with_changes(body=cst.IndentedBlock([kept])))
            new = cst.Call(cst.Name(f"apply_{i}"), [cst.Arg(call.func), *call.args])
            out.append(with_value(statement, new))
        return out

    return map_blocks(module, change)


@relation()
def training_steps_through_helpers(module: cst.Module) -> cst.Module | None:
    """A statement `model.fit(...)` becomes `def step_(m): m.fit(...)` and `step_(model)`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, statement in enumerate(statements):
            call = call_statement(statement)
            if call is None or not isinstance(call.func, cst.Attribute) or contains(call, cst.NamedExpr):
                out.append(statement)
                continue
            if not isinstance(call.func.value, cst.Name) or not isinstance(
                statement, cst.SimpleStatementLine
            ):
                out.append(statement)
                continue
            (function,) = parse_lines(f"def step_{i}(subject_):\n    pass\n")
            method = call.func.with_changes(value=cst.Name("subject_"))
            inside = with_value(statement, call.with_changes(func=method))
            assert isinstance(function, cst.FunctionDef)
            out.append(function.with_changes(body=cst.IndentedBlock([inside])))
            out += parse_lines(f"step_{i}({call.func.value.value})\n")
        return out

    return map_blocks(module, change, nested=False)


@relation()
def functions_decorated(module: cst.Module) -> cst.Module | None:
    """Every plain function gets a decorator that returns it as it is."""
    changed = _decorated(module, "kept_")
    return add_to_head(changed, "def kept_(function):\n    return function\n")


@relation()
def functions_wrapped(module: cst.Module) -> cst.Module | None:
    """Every plain function gets a `functools.wraps` decorator that passes calls on."""
    text = """\
import functools as functools_


def passing_(function):
    @functools_.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper
"""
    return add_to_head(_decorated(module, "passing_"), text)


@relation()
def function_inlined(module: cst.Module) -> cst.Module | None:
    """A function of straight code that is called once, by `y = f(...)`, is written in place of its call."""
    for function in module.body:
        if isinstance(function, cst.FunctionDef):
            changed = _inlined(module, function)
            if changed is not None:
                return changed
    return None


def _plain_call(call: cst.Call) -> bool:
    """`name(...)` or `a.b(...)` or `f(..)(...)` that may be handed to a helper as it stands."""
    text = code_of(call.func)
    own = ("locals", "globals", "vars", "dict", "type", "Sequential")
    # An unknown function's own name says whether it may have switched Dropout off: it must stay readable.
    return "super" not in text and "dropout" not in leaf(call.func).lower() and leaf(call.func) not in own


def _decorated(module: cst.Module, name: str) -> cst.Module:
    decorator = cst.Decorator(cst.Name(name))
    body = [
        s.with_changes(decorators=[decorator, *s.decorators]) if isinstance(s, cst.FunctionDef) else s
        for s in module.body
    ]
    return module.with_changes(body=body)


def _inlined(module: cst.Module, function: cst.FunctionDef) -> cst.Module | None:
    name = function.name.value
    parameters = function.params
    body = body_of(function)
    if function.decorators or parameters.star_arg or parameters.kwonly_params or parameters.star_kwarg:
        return None
    if parameters.posonly_params or not isinstance(body[-1] if body else None, cst.SimpleStatementLine):
        return None
    returned = lone(body[-1])
    if not isinstance(returned, cst.Return) or returned.value is None:
        return None
    if any(contains(s, (cst.Return, cst.Yield, cst.Global)) or is_definition(s) for s in body[:-1]):
        return None
    locals_ = {n for s in body for n in bound_names(s)} | {p.name.value for p in parameters.params}
    outside = module.deep_remove(function)
    assert isinstance(outside, cst.Module)
    if outside.code.count(name) != 1 or in_text(module, ("locals(", "lambda")):
        return None
    if locals_ & bound_names(outside):
        return None
    for i, statement in enumerate(module.body):
        found = assigned(statement)
        call = found[0].value if found is not None else None
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Name) and call.func.value == name:
            given = _arguments(parameters, call)
            if given is None:
                return None
            lines = parse_lines("".join(f"{n} = {code_of(v)}\n" for n, v in given))
            lines += [*body[:-1], with_value(statement, returned.value)]
            script = statements_of(module)
            new = [*script[:i], *lines, *script[i + 1 :]]
            return module.with_changes(body=[s for s in new if s is not function])
    return None


def _arguments(parameters: cst.Parameters, call: cst.Call) -> list[tuple[str, cst.BaseExpression]] | None:
    if any(a.star for a in call.args):
        return None
    out: list[tuple[str, cst.BaseExpression]] = []
    positional = [a for a in call.args if a.keyword is None]
    for i, parameter in enumerate(parameters.params):
        given = keyword(call, parameter.name.value)
        if i < len(positional):
            out.append((parameter.name.value, positional[i].value))
        elif given is not None:
            out.append((parameter.name.value, given.value))
        elif parameter.default is not None:
            out.append((parameter.name.value, parameter.default))
        else:
            return None
    return out
