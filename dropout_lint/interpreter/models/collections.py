"""`collections`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.builtins import sequences
from dropout_lint.interpreter.values.kinds import Args, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _dict(machine: Machine, args: Args, at: Site) -> Value | None:
    return sequences.FUNCTIONS["dict"](machine, None, args, at)


def _list(machine: Machine, args: Args, at: Site) -> Value | None:
    return sequences.FUNCTIONS["list"](machine, None, args, at)


FUNCTIONS: dict[str, Function] = {
    "collections.OrderedDict": _dict,
    "collections.deque": _list,
}
