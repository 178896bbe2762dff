"""Calls into code that cannot be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dropout_lint.interpreter.models.side_effects import DATA_SETS, MAKERS
from dropout_lint.interpreter.values.kinds import Args, BoundMethod, Collection, Dict, Partial, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

MAX_ESCAPES = 1_000


def opaque(
    machine: Machine, callee: str, args: Args, at: Site, origin: str = "", package: str | None = None
) -> Value:
    """The result of a call that cannot be followed.

    Unless the callee belongs to a harmless package, the library hears of every value handed over,
    also of those inside of containers, and lists and dicts may have grown.
    """
    if package is None:
        values = reachable(args)
        described = " ".join([callee, *(name for name in args.keywords if not name.startswith("*"))])
        result = machine.library.escape(machine, values, described, at, origin) if values else None
        for value in values:
            if isinstance(value, Dict) or (isinstance(value, Collection) and value.kind != "tuple"):
                value.complete = False
        if result is not None:
            return result
    elif package in DATA_SETS:
        machine.library.put_to_data(machine, reachable(args), callee, at)
    made = machine.unknown(f"result of {callee}()", at)
    return replace(made, package=package) if package in MAKERS or package in DATA_SETS else made


def reachable(args: Args) -> list[Value]:
    """The arguments and what the containers among them hold, each once."""
    found: list[Value] = []
    seen: set[int] = set()
    pending = list(args.values())
    while pending and len(found) < MAX_ESCAPES:
        value = pending.pop(0)
        if id(value) in seen:
            continue
        seen.add(id(value))
        found.append(value)
        if isinstance(value, Collection):
            pending += value.items
        elif isinstance(value, Dict):
            pending += value.items.values()
        elif isinstance(value, Partial):
            pending += [value.function, *value.args.values()]
        elif isinstance(value, BoundMethod):
            pending.append(value.receiver)
    return found
