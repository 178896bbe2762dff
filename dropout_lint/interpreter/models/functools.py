"""`functools`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.kinds import Args, Partial, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _partial(machine: Machine, args: Args, at: Site) -> Value | None:
    if not args.positional:
        return None
    return Partial(args.positional[0], Args(args.positional[1:], args.keywords, args.complete))


def _reduce(machine: Machine, args: Args, at: Site) -> Value | None:
    if len(args.positional) < 2:
        return None
    items = machine.iterate(args.positional[1], at)
    if items is None:
        return None
    items = [*args.positional[2:3], *items]
    if not items:
        return None
    result = items[0]
    for item in items[1:]:
        result = machine.invoke(args.positional[0], Args([result, item]), at)
    return result


FUNCTIONS: dict[str, Function] = {
    "functools.partial": _partial,
    "functools.reduce": _reduce,
}
