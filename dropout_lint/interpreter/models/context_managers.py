"""`contextlib`: managers that do nothing, swallow exceptions, or hold others.

The functions under `@contextmanager` are Python's own business: see `syntax.managers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.signals import Raised
from dropout_lint.interpreter.values import managers, raising
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    Collection,
    Modelled,
    Partial,
    Site,
    Value,
    boolean,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function, Method

_NOTHING = "contextlib.nullcontext"
_SWALLOWING = "contextlib.suppress"
_STACK = "contextlib.ExitStack"
# What a manager holds under this name is no attribute of it.
_HELD = "*"


def _nullcontext(machine: Machine, args: Args, at: Site) -> Value | None:
    """`nullcontext(value)`; so are those that change nothing of a program's values."""
    return Modelled(_NOTHING, {_HELD: args.get(0, "enter_result") or NONE})


def _suppress(machine: Machine, args: Args, at: Site) -> Value | None:
    if not args.complete:
        return None
    return Modelled(_SWALLOWING, {_HELD: Collection(list(args.positional), "tuple")})


def _stack(machine: Machine, args: Args, at: Site) -> Value | None:
    return Modelled(_STACK, {_HELD: Collection([])})


def _entered(machine: Machine, manager: Modelled, args: Args, at: Site) -> Value | None:
    return manager.names[_HELD]


def _itself(machine: Machine, manager: Modelled, args: Args, at: Site) -> Value | None:
    return manager


def _left(machine: Machine, manager: Modelled, args: Args, at: Site) -> Value | None:
    return NONE


def _swallowed(machine: Machine, manager: Modelled, args: Args, at: Site) -> Value | None:
    raised = args.positional[0] if args.positional else NONE
    return boolean(raised is not NONE and raising.is_any(raised, manager.names[_HELD]))


def _enter_context(machine: Machine, stack: Modelled, args: Args, at: Site) -> Value | None:
    """`stack.enter_context(manager)`: it is left with the stack."""
    manager = args.get(0, "cm")
    held = stack.names[_HELD]
    if manager is None or not isinstance(held, Collection):
        return None
    if isinstance(manager, Partial) and managers.is_generator(manager):
        # What it does behind its `yield` cannot be put off: nobody knows what became of what it has.
        _, *rest = manager.args.positional
        return machine.opaque("contextmanager", Args([*rest, *manager.args.keywords.values()]), at)
    value = managers.enter(machine, manager, at)
    held.items.append(manager)
    return value


def _callback(machine: Machine, stack: Modelled, args: Args, at: Site) -> Value | None:
    """`stack.callback(function, ...)`: called when the stack is left."""
    held = stack.names[_HELD]
    if not args.positional or not isinstance(held, Collection):
        return None
    function, *rest = args.positional
    pending = Partial(function, Args(rest, args.keywords, args.complete))
    held.items.append(Modelled(_CALLBACK, {_HELD: pending}))
    return function


_CALLBACK = "contextlib.callback"


def _called(machine: Machine, callback: Modelled, args: Args, at: Site) -> Value | None:
    machine.invoke(callback.names[_HELD], Args(), at)
    return NONE


def _unwound(machine: Machine, stack: Modelled, args: Args, at: Site) -> Value | None:
    """Leaves what the stack holds, the last one first; whether that swallowed the exception."""
    held = stack.names[_HELD]
    if not isinstance(held, Collection):
        return None
    entered = [(manager, at) for manager in held.items]
    held.items.clear()
    error = args.positional[0] if args.positional else NONE
    raised = None if error is NONE else Raised(error, at)
    return boolean(managers.leave(machine, entered, raised) and raised is not None)


FUNCTIONS: dict[str, Function] = {
    "contextlib.closing": _nullcontext,
    _NOTHING: _nullcontext,
    _STACK: _stack,
    _SWALLOWING: _suppress,
}
METHODS: dict[str, Method] = {
    f"{_CALLBACK}.__exit__": _called,
    f"{_NOTHING}.__enter__": _entered,
    f"{_NOTHING}.__exit__": _left,
    f"{_STACK}.__enter__": _itself,
    f"{_STACK}.__exit__": _unwound,
    f"{_STACK}.callback": _callback,
    f"{_STACK}.close": _unwound,
    f"{_STACK}.enter_context": _enter_context,
    f"{_SWALLOWING}.__enter__": _left,
    f"{_SWALLOWING}.__exit__": _swallowed,
}
