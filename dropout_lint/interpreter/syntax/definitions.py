"""`def`, `class`, `lambda` and decorators."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.arguments import evaluate_arguments
from dropout_lint.interpreter.frame import Frame, bind
from dropout_lint.interpreter.models import dataclass_like
from dropout_lint.interpreter.signals import Break, Continue, Return
from dropout_lint.interpreter.values.classes import linearised
from dropout_lint.interpreter.values.keys import DottedName, Item
from dropout_lint.interpreter.values.kinds import (
    Args,
    BoundMethod,
    Builtin,
    Class,
    Const,
    ExternalName,
    Function,
    Instance,
    Modelled,
    Parameter,
    Partial,
    Scope,
    Unknown,
    Value,
)
from dropout_lint.interpreter.values.managers import GENERATOR
from dropout_lint.once import OnceEachNode

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

# Bases that only say how a class may be used.
PLAIN_BASES = frozenset(
    {
        "abc.ABC", "contextlib.AbstractContextManager", "contextlib.ContextDecorator", "object",
        "typing.Generic", "typing.Protocol", "typing_extensions.Protocol",
    }
)  # fmt: skip
CACHED = frozenset({"functools.cached_property", "django.utils.functional.cached_property"})


def function(machine: Machine, frame: Frame, node: cst.FunctionDef) -> None:
    """`def name(...): ...`, with its decorators."""
    decorators = [machine.evaluate(item.decorator, frame) for item in node.decorators]
    parameters = _usual_parameters(machine, frame, node)
    name = frame.mangled(node.name.value)
    value = Function(node.name.value, node, parameters, frame.scope, frame.file, frame.owner)
    if frame.private is not None:
        machine.private[id(node)] = frame.private
    machine.define(value, frame)
    result: Value = value
    for decorator, item in reversed(list(zip(decorators, node.decorators, strict=True))):
        result = _decorated(machine, frame, decorator, item, result)
    bind(frame.scope, name, result)


def _usual_parameters(machine: Machine, frame: Frame, node: cst.FunctionDef) -> tuple[Parameter, ...]:
    """The parameters; found out once per file where their defaults are the same in every run."""

    def usual() -> tuple[Parameter, ...]:
        found = _parameters(machine, frame, node.params)
        same = all(type(parameter.default) in _CONSTANT for parameter in found)
        return found if same and _are_literals(node.params) else ()

    return _USUAL.of(frame.file, node, usual) or _parameters(machine, frame, node.params)


_USUAL: OnceEachNode[cst.CSTNode, tuple[Parameter, ...]] = OnceEachNode()
_CONSTANT = frozenset({Const, type(None)})
_LITERALS = frozenset({cst.Integer, cst.Float, cst.SimpleString, cst.Ellipsis})


def _are_literals(node: cst.Parameters) -> bool:
    """Whether all defaults are written as constants."""
    listed = (*node.posonly_params, *node.params, *node.kwonly_params)
    defaults = [parameter.default for parameter in listed if parameter.default is not None]
    return all(type(default) in _LITERALS or _is_constant_name(default) for default in defaults)


def _is_constant_name(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value in ("None", "True", "False")


def function_of_lambda(machine: Machine, frame: Frame, node: cst.Lambda) -> Value:
    """`lambda ...: ...`."""
    parameters = _parameters(machine, frame, node.params)
    if frame.private is not None:
        machine.private[id(node)] = frame.private
    return Function("<lambda>", node, parameters, frame.scope, frame.file, frame.owner)


def _parameters(machine: Machine, frame: Frame, node: cst.Parameters) -> tuple[Parameter, ...]:
    """The parameters of a function; their defaults are evaluated here and now, as Python does."""
    found: list[Parameter] = []

    def add(parameter: cst.Param, kind: str) -> None:
        default = None if parameter.default is None else machine.evaluate(parameter.default, frame)
        found.append(Parameter(frame.mangled(parameter.name.value), kind, default))  # type: ignore[arg-type]

    for parameter in node.posonly_params:
        add(parameter, "positional")
    for parameter in node.params:
        add(parameter, "normal")
    if isinstance(node.star_arg, cst.Param):
        add(node.star_arg, "args")
    for parameter in node.kwonly_params:
        add(parameter, "keyword")
    if node.star_kwarg is not None:
        add(node.star_kwarg, "kwargs")
    return tuple(found)


def _decorated(machine: Machine, frame: Frame, decorator: Value, node: cst.Decorator, value: Value) -> Value:
    """What a decorator makes of a function or class.

    One that the program wrote is called; one that cannot be seen (`@tf.function`, `@wraps(f)`,
    `@app.command()`) is taken to leave the function what it is.
    """
    if isinstance(value, Function):
        bound = _binding(machine, decorator, node.decorator, value)
        if bound is not None:
            return bound
    if isinstance(value, Class) and dataclass_like.is_dataclass_decorator(decorator):
        return value
    if isinstance(decorator, (Function, Class, BoundMethod, Instance, Partial, Modelled)):
        result = machine.invoke(decorator, Args([value]), frame.site(node))
        return value if isinstance(result, Unknown) else result
    return value


def _binding(
    machine: Machine, decorator: Value, node: cst.BaseExpression, value: Function
) -> Function | None:
    """The function as `property`, `staticmethod`, `classmethod` or `x.setter` make it."""
    if isinstance(decorator, ExternalName) and decorator.dotted in CACHED:
        machine.cached.add(id(value.node))
        return dataclasses.replace(value, binding="property")
    if isinstance(decorator, ExternalName) and decorator.dotted == GENERATOR and value.is_generator:
        machine.managers.add(id(value.node))
        return value
    if isinstance(decorator, Builtin) and decorator.name in BINDINGS:
        return dataclasses.replace(value, binding=BINDINGS[decorator.name])  # type: ignore[arg-type]
    if isinstance(decorator, Builtin) and decorator.name == "property.setter":
        owner = decorator.receiver
        return dataclasses.replace(owner, setter=value) if isinstance(owner, Function) else None
    if isinstance(decorator, Builtin) and decorator.name in ("property.getter", "property.deleter"):
        return decorator.receiver if isinstance(decorator.receiver, Function) else None
    return None


BINDINGS = {"property": "property", "staticmethod": "static", "classmethod": "class"}


def class_(machine: Machine, frame: Frame, node: cst.ClassDef) -> None:
    """`class Name(bases): ...`, with its decorators."""
    decorators = [machine.evaluate(item.decorator, frame) for item in node.decorators]
    args = evaluate_arguments(machine, frame, node.bases)
    evaluate_arguments(machine, frame, node.keywords)
    bases = tuple(base for base in args.positional if not _is_plain(base))
    value = Class(node.name.value, node, bases, {}, frame.file)
    above = sum(len(base.order) if isinstance(base, Class) else 1 for base in bases)
    machine.budget.step(above * above // 50)  # what the lookup order of so many classes takes
    value.order = linearised(value)
    scope = Scope(frame.scope, "class")
    scope.names = value.names
    inner = Frame(frame.file, scope, private=node.name.value, owner=value, via=frame.via)
    with suppress(Return, Break, Continue):  # not Python in a class body, but they parse
        machine.execute(node.body, inner)
    dataclass_like.complete(machine, value, decorators, node)
    machine.define(value, frame)
    result: Value = value
    for decorator, item in reversed(list(zip(decorators, node.decorators, strict=True))):
        result = _decorated(machine, frame, decorator, item, result)
    bind(frame.scope, frame.mangled(node.name.value), result)


def _is_plain(base: Value) -> bool:
    if isinstance(base, Builtin):
        return base.name in PLAIN_BASES
    match base:
        case Unknown(key=Item(DottedName(dotted))):  # `Generic[T]`
            return dotted in PLAIN_BASES
    return isinstance(base, ExternalName) and base.dotted in PLAIN_BASES
