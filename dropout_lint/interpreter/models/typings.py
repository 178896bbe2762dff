"""`typing`: what it says of a value does not change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.kinds import Args, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _second(machine: Machine, args: Args, at: Site) -> Value | None:
    return args.get(1, "val")


FUNCTIONS: dict[str, Function] = {
    "typing.cast": _second,
}
