"""Calls of any value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst

from dropout_lint.interpreter import escapes
from dropout_lint.interpreter.arguments import bind_arguments
from dropout_lint.interpreter.budget import MAX_DEPTH, MAX_REENTRY
from dropout_lint.interpreter.builtins.functions import call_builtin
from dropout_lint.interpreter.frame import Frame
from dropout_lint.interpreter.models import data_files, dataclass_like
from dropout_lint.interpreter.models.registry import FUNCTIONS as MODELLED
from dropout_lint.interpreter.models.side_effects import PURE_METHODS
from dropout_lint.interpreter.signals import Break, Continue, Return
from dropout_lint.interpreter.syntax.walk import callee_text, dotted_text, walk
from dropout_lint.interpreter.values import attributes
from dropout_lint.interpreter.values.keys import Attribute
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    BoundMethod,
    Builtin,
    Class,
    Collection,
    Const,
    Dict,
    ExternalName,
    Function,
    Instance,
    LibraryObject,
    Modelled,
    Partial,
    Scope,
    Site,
    Unknown,
    Value,
)
from dropout_lint.interpreter.values.managers import of_generator
from dropout_lint.interpreter.values.operators import undetermined
from dropout_lint.once import OnceEachNode

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine


def invoke(machine: Machine, function: Value, args: Args, at: Site) -> Value:
    """Calls a value of any kind and returns the result."""
    invoker = INVOKERS.get(type(function))
    if invoker is not None:
        return invoker(machine, function, args, at)
    if isinstance(function, LibraryObject):
        return machine.library.call(machine, function, args, at)
    machine.note("a call of something that cannot be called", at)
    return machine.opaque(callee_text(at.node), args, at)


def _function(machine: Machine, function: Function, args: Args, at: Site) -> Value:
    if id(function.node) in machine.managers:
        return of_generator(function, args)
    machine.budget.call()
    if function.is_generator and not _ends(function):
        return machine.opaque(function.name, args, at)
    names = _names(machine, function, args, at)
    return run_function(machine, function, names, at) if isinstance(names, dict) else names


def _names(machine: Machine, function: Function, args: Args, at: Site) -> dict[str, Value] | Value:
    """The parameters of a call; if it cannot be followed, its result."""
    node = id(function.node)
    # Another closure of the same text is another function: `lambda x: outer(inner(x))`.
    active = [names for scope, names in machine.active.get(node, ()) if scope is function.scope]
    if machine.depth >= MAX_DEPTH or len(active) >= MAX_REENTRY:
        machine.note("calls nested too deep", at)
        return machine.opaque(function.name, args, at)
    names = bind_arguments(machine, function, args, at)
    if names is None:
        machine.note(f"the arguments do not fit {function.name}()", at)
        return machine.opaque(function.name, args, at)
    if any(_same_call(names, other) for other in active):
        machine.note(f"{function.name}() calls itself", at)
        return machine.unknown(f"result of {function.name}(), called by itself", at)
    return names


def run_around(machine: Machine, manager: Partial, at: Site, body: Callable[[Value], None]) -> None:
    """Runs the generator of a manager that is entered, and `body` in the place of its first `yield`.

    Args:
        manager: as `of_generator` makes it.
        at: where it is entered.
        body: is given what is yielded, and run outside of the generator's call.
    """
    function, *positional = manager.args.positional
    assert isinstance(function, Function)
    machine.budget.call()
    names = _names(machine, function, Args(positional, manager.args.keywords, manager.args.complete), at)
    if not isinstance(names, dict):
        body(names)
        return
    active = machine.active.setdefault(id(function.node), [])
    given: list[Value] = []

    def outside(value: Value) -> None:
        given.append(value)
        call, caller = active.pop(), machine.callers.pop()
        machine.depth -= 1
        try:
            body(value)
        finally:
            machine.depth += 1
            machine.callers.append(caller)
            active.append(call)

    run_function(machine, function, names, at, outside)
    if not given:
        machine.note(f"{function.name}() may not yield, so that nothing is run under it", at)


def _ends(function: Function) -> bool:
    """Whether a generator can be run where it is called, and its elements be listed.

    Not one that never ends, nor one that a decorator makes something else of.
    """
    node = function.node
    if isinstance(node, cst.Lambda) or node.decorators or node.asynchronous is not None:
        return False
    return _ENDS.of(function.file, node, lambda: not _loops_for_ever(node))


_ENDS: OnceEachNode[cst.CSTNode, bool] = OnceEachNode()


def _loops_for_ever(node: cst.FunctionDef) -> bool:
    """Whether a function has a loop that only a `break` or a `return` ends."""
    loops = (part for part in walk(node.body) if isinstance(part, cst.While))
    return any(dotted_text(loop.test) == "True" or isinstance(loop.test, cst.Integer) for loop in loops)


def _same_call(names: dict[str, Value], others: dict[str, Value]) -> bool:
    """Whether a call inside of another call of the same function can do nothing new.

    What is known is the same object in both, and the rest is unknown in both. Without this,
    `for child in node: visit(child)` over unknown nodes takes all the steps there are.
    """
    return all(name in others and _same(value, others[name], 0) for name, value in names.items())


def _same(value: Value, other: Value, depth: int) -> bool:
    if isinstance(value, Const) and isinstance(other, Const):
        return type(value.value) is type(other.value) and bool(value.value == other.value)
    if (
        isinstance(value, Collection)
        and isinstance(other, Collection)
        and value.kind == "tuple"
        and depth < 3
    ):
        pairs = zip(value.items, other.items, strict=False)
        return len(value.items) == len(other.items) and all(_same(one, two, depth + 1) for one, two in pairs)
    if isinstance(value, Dict) and isinstance(other, Dict) and value is not other:
        return not value.items and not other.items  # `**kwargs` of a call that gave none
    return value is other or (isinstance(value, Unknown) and isinstance(other, Unknown))


def run_function(
    machine: Machine,
    function: Function,
    names: dict[str, Value],
    at: Site,
    around: Callable[[Value], None] | None = None,
) -> Value:
    """Runs the body of a function, called `at`, with its parameters bound; also that of a generator.

    around: what is done in the place of the first `yield`; see `run_around`.
    """
    scope = Scope(function.scope, "function")
    scope.names = names
    first = function.parameters[0].name if function.parameters else None
    frame = Frame(
        function.file,
        scope,
        function,
        receiver=None if first is None else names.get(first),
        private=machine.private.get(id(function.node)),
        via=machine.way(function.file, at),
    )
    if function.is_generator:
        frame.yields = Collection([])
        frame.around = around
    node = function.node
    machine.called.add(id(node))
    # A copy: the body may bind its parameters anew.
    machine.active.setdefault(id(node), []).append((function.scope, dict(names)))
    machine.depth += 1
    machine.callers.append(at)
    here = machine.here
    try:
        if isinstance(node, cst.Lambda):
            return machine.evaluate(node.body, frame)
        machine.execute(node.body, frame)
    except Return as returned:
        return returned.value if frame.yields is None else frame.yields
    except (Break, Continue):
        pass  # outside of a loop: not Python, but it parses
    finally:
        machine.depth -= 1
        machine.callers.pop()
        machine.active[id(node)].pop()
        machine.here = here
    return NONE if frame.yields is None else frame.yields


def _bound_method(machine: Machine, method: BoundMethod, args: Args, at: Site) -> Value:
    return _function(machine, method.function, prefixed(args, [method.receiver]), at)


def prefixed(args: Args, first: list[Value]) -> Args:
    """The arguments with some more in front."""
    return Args([*first, *args.positional], args.keywords, args.complete)


def _partial(machine: Machine, partial: Partial, args: Args, at: Site) -> Value:
    merged = Args(
        [*partial.args.positional, *args.positional],
        {**partial.args.keywords, **args.keywords},
        partial.args.complete and args.complete,
    )
    return machine.invoke(partial.function, merged, at)


def _class(machine: Machine, cls: Class, args: Args, at: Site) -> Value:
    """Makes an instance: the library's part first, then the program's own `__init__`."""
    if dataclass_like.is_enum(cls):
        return _member(machine, cls, args, at)
    instance = Instance(cls, made_with=args)
    for base in attributes.library_bases(cls):
        if isinstance(base, (LibraryObject, ExternalName)):
            instance.foreign = machine.library.subclass(machine, instance, base, at)
        if instance.foreign is not None:
            break
    method = machine.find_method(instance, "__init__")
    parameters = dataclass_like.fields(cls)
    if method is not None:
        machine.invoke(method, args, at)
    elif parameters is not None:
        generated = Function(cls.name, _no_body(cls), parameters, Scope(None, "module"), cls.file)
        names = bind_arguments(machine, generated, args, at)
        if names is None:
            machine.note(f"the arguments do not fit {cls.name}()", at)
        dataclass_like.fill(machine, instance, names or {}, at)
    elif instance.foreign is not None:
        inherited = machine.library.get(machine, instance.foreign, "__init__", at)
        if inherited is not None:
            machine.invoke(inherited, args, at)
    elif any(True for _ in attributes.library_bases(cls)):
        machine.opaque(cls.name, args, at)
    return instance


def _member(machine: Machine, cls: Class, args: Args, at: Site) -> Value:
    """`Colour("red")`: the member of an enum class that has this value."""
    wanted = args.positional[0] if args.positional else None
    if isinstance(wanted, Const):
        for name, member in cls.names.items():
            value = member.attributes.get("value") if isinstance(member, Instance) else member
            if isinstance(value, Const) and value.value == wanted.value and not name.startswith("_"):
                return member
    return undetermined(machine, f"{cls.name}()", list(args.values()), at)


def _no_body(cls: Class) -> cst.Lambda:
    """A node for the generated `__init__` of a class; it is never run."""
    return cst.Lambda(cst.Parameters(), cst.Name("None"))


def _instance(machine: Machine, instance: Instance, args: Args, at: Site) -> Value:
    method = machine.find_method(instance, "__call__")
    if method is not None:
        return machine.invoke(method, args, at)
    if instance.foreign is not None:
        return machine.library.call(machine, instance.foreign, args, at)
    return machine.opaque(callee_text(at.node), args, at)


def _builtin(machine: Machine, builtin: Builtin, args: Args, at: Site) -> Value:
    return call_builtin(machine, builtin, args, at)


def _extern(machine: Machine, extern: ExternalName, args: Args, at: Site) -> Value:
    modelled = MODELLED.get(extern.dotted)
    if modelled is not None:
        result = modelled(machine, args, at)
        if result is not None:
            return result
    return machine.library.call(machine, extern, args, at)


def _modelled(machine: Machine, obj: Modelled, args: Args, at: Site) -> Value:
    method = Builtin(f"{obj.kind}.__call__", obj)
    return call_builtin(machine, method, args, at)


def _unknown(machine: Machine, function: Unknown, args: Args, at: Site) -> Value:
    read = data_files.method(machine, function, args, at)
    if read is not None:
        return read
    match function.key:
        case Attribute(_, name) if name in PURE_METHODS and all(isinstance(v, Const) for v in args.values()):
            # `config.get("freeze")` is the same value wherever it is written.
            return undetermined(machine, "call", [function, *args.values()], at)
        case Attribute(_, name) if machine.library.concerns(name):
            machine.note(f"{name}() of something that cannot be known ({function.reason})", at, name)
    return escapes.opaque(machine, callee_text(at.node), args, at, function.reason, function.package)


INVOKERS: dict[type[Value], Callable[[Machine, Any, Args, Site], Value]] = {
    Function: _function,
    BoundMethod: _bound_method,
    Partial: _partial,
    Class: _class,
    Instance: _instance,
    Builtin: _builtin,
    ExternalName: _extern,
    Modelled: _modelled,
    Unknown: _unknown,
}
