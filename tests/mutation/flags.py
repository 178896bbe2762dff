"""Breaks of how flags travel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropout_lint.interpreter.values.kinds import Args, Const, Value
from dropout_lint.keras import (
    calling,
    flags,
    functions,
    rows,
    trace,
)
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.simulation import Context, Handed, Simulation
from dropout_lint.keras.trace import Flag, Frame
from tests.mutation.patching import attribute, broken, everywhere


@broken
def written_flag_ignored() -> Iterator[None]:
    """`layer(x, training=False)` is as good as `layer(x)`."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        return original(sim, context, frame, None, injected)

    with everywhere(original, resolve):
        yield


@broken
def surrounding_flag_wins() -> Iterator[None]:
    """A flag in force around a call beats the one written at it."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        return original(sim, context, frame, written if context.flag.value is None else None, injected)

    with everywhere(original, resolve):
        yield


@broken
def handed_flag_is_written() -> Iterator[None]:
    """A flag that Keras handed to call() and the program passes on is the program's own word."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        if isinstance(written, Handed):
            written = Const(written.value)
        return original(sim, context, frame, written, injected)

    with everywhere(original, resolve):
        yield


@broken
def handed_flag_dropped() -> Iterator[None]:
    """A flag that Keras handed to call() and the program passes on has no effect."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        return original(sim, context, frame, None if isinstance(written, Handed) else written, injected)

    with everywhere(original, resolve):
        yield


@broken
def nothing_handed_to_call() -> Iterator[None]:
    """A user's call(self, x, training=None) always receives its default."""
    original = calling._run_user_call

    def run(sim: Simulation, machine: Any, layer: Layer, method: Any, args: Args, flag: Flag) -> Value:
        return original(sim, machine, layer, method, args, Flag(None, True, "none"))

    with attribute(calling, "_run_user_call", run):
        yield


@broken
def forced_flag_stays_local() -> Iterator[None]:
    """The flag that a graph forces on a call is not in force for what is called inside."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        before = context.flag
        flag = original(sim, context, frame, written, injected)
        if injected is not None:
            context.flag = before
        return flag

    with everywhere(original, resolve):
        yield


@broken
def defaults_ignored() -> Iterator[None]:
    """The default of a `training` parameter decides nothing."""
    with everywhere(flags.default_training, lambda layer: None):
        yield


@broken
def own_default_ignored() -> Iterator[None]:
    """The default that a user's call() gives to `training` decides nothing."""
    original = flags.default_training
    with everywhere(original, lambda layer: None if flags.user_call(layer) else original(layer)):
        yield


@broken
def every_call_takes_training() -> Iterator[None]:
    """A user's call() without a `training` parameter receives the flag all the same."""
    with everywhere(flags.takes_training, lambda sim, layer: True):
        yield


@broken
def models_take_no_training() -> Iterator[None]:
    """A Functional or Sequential takes no training flag."""
    original = flags.takes_training

    def takes(sim: Simulation, layer: Layer) -> bool:
        return original(sim, layer) and not (isinstance(layer, Model) and layer.instance is None)

    with everywhere(original, takes):
        yield


@broken
def no_flag_by_position() -> Iterator[None]:
    """Keras 2 does not take `training` by position."""
    with attribute(flags, "_training_position", lambda sim, layer: None):
        yield


@broken
def nothing_leaks() -> Iterator[None]:
    """No flag is ever in force after the call that brought it has returned."""
    with attribute(rows, "leaked", lambda sim, flag: False):
        yield


@broken
def everything_leaks() -> Iterator[None]:
    """Every flag counts as one that has leaked out of a call."""
    with attribute(rows, "leaked", lambda sim, flag: True):
        yield


@broken
def reset_has_no_cause() -> Iterator[None]:
    """A default that applies after `training=None` is not due to it."""
    with everywhere(trace.cause, lambda flag: flag):
        yield


@broken
def learning_phase_ignored() -> Iterator[None]:
    """`set_learning_phase(0)` does nothing."""
    original = functions._learning_phase

    def phase(sim: Simulation, machine: Any, name: str, args: Args, at: Any) -> Value:
        result = original(sim, machine, name, args, at)
        sim.learning_phase = sim.phase_site = None
        return result

    with attribute(functions, "_learning_phase", phase):
        yield


@broken
def learning_phase_reaches_fit() -> Iterator[None]:
    """`set_learning_phase(0)` switches Dropout off in fit() too."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        if sim.learning_phase is not None and written is None:
            return Flag(sim.learning_phase, True, "default", frame=frame, displaced=context.flag)
        return original(sim, context, frame, written, injected)

    with everywhere(original, resolve):
        yield


@broken
def batch_norm_ignores_trainable() -> Iterator[None]:
    """A frozen BatchNormalization goes on normalising by the batch."""
    original = rows.record

    def record(sim: Simulation, layer: Layer, flag: Flag) -> None:
        before = len(sim.run.activities) if sim.run is not None else 0
        original(sim, layer, flag)
        if sim.run is not None and layer.kind.batch_norm:
            for row in sim.run.activities[before:]:
                row.active = bool(flag.value) if flag.known else None

    with attribute(rows, "record", record):
        yield
