"""Breaks of what comes too late, and of steps that the program writes itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropout_lint.interpreter.values.kinds import Instance
from dropout_lint.keras import attributes, callbacks, functions, runs
from dropout_lint.keras.library import KerasLibrary
from dropout_lint.keras.simulation import Simulation
from tests.mutation.patching import attribute, broken, everywhere


@broken
def hooks_end_with_the_first_step() -> Iterator[None]:
    """Hooks of a callback after the first step do nothing."""
    with attribute(callbacks, "follow", lambda *args: None):
        yield


@broken
def callbacks_never_stop() -> Iterator[None]:
    """Epochs follow after `model.stop_training = True`."""
    with attribute(callbacks, "_is_stopped", lambda sim, model: False):
        yield


@broken
def an_epoch_always_follows() -> Iterator[None]:
    """What on_epoch_end sets in the last epoch meets another step."""
    original = callbacks._epochs

    def epochs(*args: Any) -> Any:
        return ((epoch, False) for epoch, _ in original(*args))

    with attribute(callbacks, "_epochs", epochs):
        yield


@broken
def eager_steps_are_traced() -> Iterator[None]:
    """Under run_eagerly a hook sets its flags too late, as in a traced step."""
    with attribute(callbacks, "runs_eagerly", lambda sim, model: False):
        yield


@broken
def lambda_callbacks_have_no_hooks() -> Iterator[None]:
    """The functions of a LambdaCallback are never called."""
    original = callbacks._hook

    def hook(machine: Any, callback: Any, name: str) -> Any:
        return original(machine, callback, name) if isinstance(callback, Instance) else None

    with attribute(callbacks, "_hook", hook):
        yield


@broken
def rates_are_never_set() -> Iterator[None]:
    """Nobody notes that a rate changes."""
    with attribute(attributes, "_note_rate", lambda *args: None):
        yield


@broken
def gradients_are_applied() -> Iterator[None]:
    """Gradients of weights move them, whether an optimizer is handed them or not."""
    original = runs.gradient

    def gradient(sim: Simulation, tape: Any, variables: Any) -> None:
        original(sim, tape, variables)
        runs.apply(sim)

    with everywhere(original, gradient):
        yield


@broken
def gradients_are_never_applied() -> Iterator[None]:
    """No call of an optimizer moves weights."""
    with attribute(runs, "apply", lambda sim: None):
        yield


@broken
def steps_of_models_take_no_gradients() -> Iterator[None]:
    """A tape inside of a train_step takes no gradients."""
    original = runs.gradient

    def gradient(sim: Simulation, tape: Any, variables: Any) -> None:
        if tape.run is not None:
            original(sim, tape, variables)

    with everywhere(original, gradient):
        yield


@broken
def phase_scopes_do_nothing() -> Iterator[None]:
    """`learning_phase_scope(1)` tells no call that it trains (Keras 2)."""
    original = KerasLibrary.enter

    def enter(self: KerasLibrary, machine: Any, obj: Any, at: Any) -> Any:
        return obj if isinstance(obj, functions.PhaseScope) else original(self, machine, obj, at)

    with attribute(KerasLibrary, "enter", enter):
        yield
