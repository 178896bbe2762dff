"""`copy`: copies of what the program itself can see; objects are the library's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.kinds import Args, Collection, Const, Dict, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _copy(machine: Machine, args: Args, at: Site) -> Value | None:
    value = args.positional[0] if args.positional else None
    if isinstance(value, Const):
        return value
    if isinstance(value, Collection):
        return Collection(list(value.items), value.kind, value.complete)
    return Dict(dict(value.items), value.complete) if isinstance(value, Dict) else None


def _deepcopy(machine: Machine, args: Args, at: Site) -> Value | None:
    """Copies containers of constants; objects are the library's business."""
    return _deep(machine, args.positional[0], 0) if args.positional else None


def _deep(machine: Machine, value: Value, depth: int) -> Value | None:
    if isinstance(value, Const):
        return value
    machine.budget.step()
    if depth > 20 or not isinstance(value, (Collection, Dict)):
        return None
    if isinstance(value, Collection):
        items = [_deep(machine, item, depth + 1) for item in value.items]
        known = [item for item in items if item is not None]
        return Collection(known, value.kind, value.complete) if len(known) == len(items) else None
    pairs = {key: _deep(machine, item, depth + 1) for key, item in value.items.items()}
    copied = {key: item for key, item in pairs.items() if item is not None}
    return Dict(copied, value.complete) if len(copied) == len(pairs) else None


FUNCTIONS: dict[str, Function] = {
    "copy.copy": _copy,
    "copy.deepcopy": _deepcopy,
}
