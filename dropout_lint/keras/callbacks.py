"""The program's own callbacks: what they do before the first step of fit() is in force there."""

from __future__ import annotations

from contextlib import suppress

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.signals import Signal
from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Const, Instance, Site, Value
from dropout_lint.keras.objects import Model
from dropout_lint.keras.simulation import Simulation

# In the order in which fit() calls them, with what it hands over before `logs`.
_FIRST_HOOKS: tuple[tuple[str, tuple[Value, ...]], ...] = (
    ("on_train_begin", ()),
    ("on_epoch_begin", (Const(0),)),
    ("on_train_batch_begin", (Const(0),)),
    ("on_batch_begin", (Const(0),)),
)


def begin(sim: Simulation, machine: Machine, model: Model, args: Args, at: Site) -> None:
    """Runs the hooks that come before the first step; the models they run make no run of their own."""
    given = args.keywords.get("callbacks")
    if sim.run is not None or given is None:
        return
    own = [value for value in _listed(given) if isinstance(value, Instance)]
    before, sim.recording = sim.recording, False
    try:
        for callback in own:
            machine.set_attribute(callback, "model", model.as_value(), at)
        for name, first in _FIRST_HOOKS:
            for callback in own:
                hook = machine.find_method(callback, name)
                if hook is not None:
                    with suppress(Signal):
                        machine.invoke(hook, Args([*first, NONE]), at)
    finally:
        sim.recording = before


def _listed(value: Value) -> list[Value]:
    return value.items if isinstance(value, Collection) else [value]
