"""Whether the randomness of a layer is switched on: its rates, and what settles those."""

from __future__ import annotations

from collections.abc import Sequence

from dropout_lint.interpreter.values.kinds import Collection, Const, Presumed, Unknown, Value
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.simulation import Simulation


def armed(sim: Simulation, layer: Layer) -> bool | None:
    """Whether a layer's randomness is switched on by its arguments and attributes, as of now.

    None when that cannot be known: its rate is computed from unknown data, and no branch that the
    program took (`if rate > 0:`) says what it is.
    """
    kind = layer.kind
    if layer.copied is not None:
        return armed(sim, layer.copied)
    if kind.role is Role.CELLS:
        return _any_armed(sim, _cells(layer))
    return True if kind.always else _any([is_on(sim, value) for value in _switches(layer)])


def by_supposition(sim: Simulation, layer: Layer) -> bool:
    """Whether an armed layer is so only because of a default, or of a branch that may never be taken."""
    if layer.copied is not None:
        return by_supposition(sim, layer.copied)
    if layer.kind.role is Role.CELLS:
        return all(by_supposition(sim, cell) for cell in _cells(layer) if armed(sim, cell))
    on = [value for value in _switches(layer) if is_on(sim, value)]
    return bool(on) and not layer.kind.always and all(isinstance(value, (Unknown, Presumed)) for value in on)


def _switches(layer: Layer) -> list[Value | bool | None]:
    """The rates and factors of a layer: as given, else whether its default is on."""
    found: list[Value | bool | None] = []
    for switch in layer.kind.arming:
        value = layer.setting(switch)
        known = layer.args.complete and switch.default is not None
        found.append(value if value is not None else bool(switch.default) if known else None)
    return found


def is_on(sim: Simulation, value: Value | bool | None) -> bool | None:
    """Whether a rate or factor is other than zero; None when it cannot be known."""
    if isinstance(value, Presumed):
        told = sim.way.differs(value.key)
        return told if told is not None else value.value not in (0, None, False)
    if isinstance(value, Const):
        return value.value not in (0, None, False)
    if isinstance(value, Unknown):
        return sim.way.differs(value.key)
    if isinstance(value, Collection):
        return _any([is_on(sim, item) for item in value.items])
    return value if isinstance(value, bool) else None


def _cells(layer: Layer) -> Sequence[Layer]:
    """The cells of an RNN, those of a stack one by one."""
    value = layer.args.get(0, "cell")
    holder = Layer(layer.kind, "", Const(None), layer.site, 0)
    if value is not None:
        holder.attributes["cell"] = value
    cells: list[Layer] = []
    for cell in holder.children():
        inner = cell.args.get(0, "cells") if cell.class_name == "StackedRNNCells" else None
        if inner is None:
            cells.append(cell)
        else:
            holder.attributes = {"cells": inner}
            cells.extend(holder.children())
    return cells


def _any_armed(sim: Simulation, layers: Sequence[Layer]) -> bool | None:
    return _any([armed(sim, layer) for layer in layers]) if layers else None


def _any(states: Sequence[bool | None]) -> bool | None:
    if any(state is True for state in states):
        return True
    return None if any(state is None for state in states) else False
