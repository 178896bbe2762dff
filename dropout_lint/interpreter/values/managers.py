"""Context managers: what entering and leaving one does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.comparing import foreign_part
from dropout_lint.interpreter.values.keys import Thrown
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    Builtin,
    ExternalName,
    Function,
    Instance,
    LibraryObject,
    Modelled,
    Partial,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.signals import Raised

GENERATOR = "contextlib.contextmanager"
"""The decorator that makes a manager of a generator."""


def of_generator(function: Function, args: Args) -> Partial:
    """What a call of a function under `@contextmanager` gives: nothing of it is run yet."""
    return Partial(Builtin(GENERATOR), Args([function, *args.positional], args.keywords, args.complete))


def is_generator(manager: Partial) -> bool:
    """Whether a value was made by `of_generator`."""
    return isinstance(manager.function, Builtin) and manager.function.name == GENERATOR


def enter(machine: Machine, manager: Value, at: Site) -> Value:
    """What entering a manager gives."""
    if isinstance(manager, Instance):
        method = machine.find_method(manager, "__enter__")
        if method is not None:
            return machine.invoke(method, Args(), at)
        if manager.cls.foreign_base() is None:
            return manager  # as `contextlib.AbstractContextManager` does
    if isinstance(manager, Modelled):
        return machine.invoke(Builtin(f"{manager.kind}.__enter__", manager), Args(), at)
    if isinstance(foreign_part(manager), (LibraryObject, ExternalName)):
        return machine.library.enter(machine, manager, at)
    reason = manager.reason if isinstance(manager, Unknown) else "a context manager"
    return machine.unknown(reason, at, machine.keys.operation("enter", manager))


def leave(machine: Machine, entered: Sequence[tuple[Value, Site]], raised: Raised | None) -> bool:
    """Leaves the managers, the last one first; whether one of them swallowed the exception."""
    for manager, at in reversed(entered):
        error = NONE if raised is None else raised.exception
        result: Value = NONE
        if isinstance(manager, Instance) and (method := machine.find_method(manager, "__exit__")) is not None:
            result = machine.invoke(method, Args([_class_of(error), error, NONE]), at)
        elif isinstance(manager, Modelled):
            result = machine.invoke(Builtin(f"{manager.kind}.__exit__", manager), Args([error]), at)
        elif isinstance(foreign_part(manager), (LibraryObject, ExternalName)):
            machine.library.exit(machine, manager, at)
        if raised is not None and machine.known_truth(result):
            raised = None
    return raised is None


def _class_of(exception: Value) -> Value:
    """What `__exit__` is told first."""
    match exception:
        case Instance():
            return exception.cls
        case Unknown(key=Thrown(name)):
            return Builtin(name)
    return exception
