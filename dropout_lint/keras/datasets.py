"""`dataset.map(function)`: layers called there run on data, outside of any training."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.signals import Signal
from dropout_lint.interpreter.values.kinds import Args, Function, Site, Value
from dropout_lint.keras.layer_classes import LayerKind
from dropout_lint.keras.objects import Tensor
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.trace import Run


def map_over(sim: Simulation, machine: Machine, values: Sequence[Value], at: Site) -> None:
    """Runs the functions that a `map` is given, where the program has noise layers that they may call."""
    if sim.run is not None or not sim.recording or not any(_is_noise(la.kind) for la in sim.trace.layers):
        return
    for function in values:
        if not isinstance(function, Function) or function.is_generator:
            continue
        required = [
            p for p in function.parameters if p.default is None and p.kind in ("positional", "normal")
        ]
        run = Run(-1, "map", at, None, False, frozenset(), sim.tick())
        saved = sim.run, sim.context, sim.frames
        sim.run, sim.context, sim.frames = run, None, []
        try:
            with suppress(Signal):
                machine.invoke(function, Args([Tensor() for _ in required]), at)
        finally:
            sim.run, sim.context, sim.frames = saved
        sim.trace.mapped.append(run)


def _is_noise(kind: LayerKind) -> bool:
    return kind.weightless and bool(kind.arming) and not kind.augmentation
