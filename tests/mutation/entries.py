"""Breaks of how models are entered: steps that are traced, compiled and trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropout_lint.interpreter.values.kinds import Args
from dropout_lint.keras import runs
from dropout_lint.keras.objects import Model
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.trace import Run
from tests.mutation.patching import attribute, broken, everywhere


@broken
def every_run_is_traced() -> Iterator[None]:
    """A second fit() without compile() looks at rates and flags again."""
    original = runs.enter

    def enter(sim: Simulation, machine: Any, model: Model, kind: str, at: Any) -> Run | None:
        model.steps.traced_in.clear()
        return original(sim, machine, model, kind, at)

    with everywhere(original, enter):
        yield


@broken
def compile_keeps_traces() -> Iterator[None]:
    """compile() keeps the traced steps."""
    original = runs.compile_model

    def compile_model(sim: Simulation, model: Model, args: Args, at: Any) -> None:
        traced = dict(model.steps.traced_in)
        original(sim, model, args, at)
        model.steps.traced_in.update(traced)

    with everywhere(original, compile_model):
        yield


@broken
def the_last_compile_counts() -> Iterator[None]:
    """A run goes by the last compile() of the program, also by one after it."""
    original = runs.compile_model

    def compile_model(sim: Simulation, model: Model, args: Args, at: Any) -> None:
        original(sim, model, args, at)
        for run in sim.trace.runs:
            if run.model is model:
                run.compilation = model.compilation

    with everywhere(original, compile_model):
        yield


@broken
def compile_keeps_trained() -> Iterator[None]:
    """compile() does not look anew at which weights train."""
    original = runs.compile_model

    def compile_model(sim: Simulation, model: Model, args: Args, at: Any) -> None:
        trained = dict(model.steps.trained)
        original(sim, model, args, at)
        model.steps.trained.update(trained)

    with everywhere(original, compile_model):
        yield


@broken
def any_data_is_the_same() -> Iterator[None]:
    """A traced step serves any later data."""
    with attribute(runs, "_same_data", lambda first, second: True):
        yield


@broken
def no_data_is_the_same() -> Iterator[None]:
    """Later data may always have another shape, so that the step is traced anew."""
    with attribute(runs, "_same_data", lambda first, second: False):
        yield


@broken
def run_eagerly_ignored() -> Iterator[None]:
    """compile(run_eagerly=True) traces like any other."""
    with everywhere(runs.runs_eagerly, lambda sim, model: False):
        yield


@broken
def fit_passes_false() -> Iterator[None]:
    """fit() enters the model with training=False."""
    original = runs.default_step

    def step(
        sim: Simulation, machine: Any, model: Model, *, training: bool, at: Any, site: Any = None
    ) -> Any:
        return original(sim, machine, model, training=False, at=at, site=site)

    with everywhere(original, step):
        yield


@broken
def predict_passes_true() -> Iterator[None]:
    """predict() enters the model with training=True."""
    original = runs.default_step

    def step(
        sim: Simulation, machine: Any, model: Model, *, training: bool, at: Any, site: Any = None
    ) -> Any:
        return original(sim, machine, model, training=True, at=at, site=site)

    with everywhere(original, step):
        yield


@broken
def train_on_batch_is_no_training() -> Iterator[None]:
    """train_on_batch() does not train."""
    with everywhere(runs.TRAINING, runs.TRAINING - {"train_on_batch"}):
        yield


@broken
def fit_generator_is_no_training() -> Iterator[None]:
    """fit_generator() does not train."""
    with everywhere(runs.TRAINING, runs.TRAINING - {"fit_generator"}):
        yield


@broken
def evaluate_trains() -> Iterator[None]:
    """evaluate() trains."""
    with everywhere(runs.TRAINING, runs.TRAINING | {"evaluate"}):
        yield


@broken
def own_train_step_ignored() -> Iterator[None]:
    """A user's train_step() is not used."""

    def perform(sim: Simulation, machine: Any, model: Model, run: Run, at: Any) -> None:
        sim.run = run
        saved = sim.context, sim.frames
        sim.context, sim.frames = None, []
        try:
            runs.default_step(sim, machine, model, training=run.training, at=at)
        finally:
            sim.run = None
            sim.context, sim.frames = saved

    with attribute(runs, "_perform", perform):
        yield


@broken
def own_loss_ignored() -> Iterator[None]:
    """A loss function of the program is not executed."""
    with attribute(runs, "_losses", lambda machine, model: []):
        yield


@broken
def nothing_assumed() -> Iterator[None]:
    """A compiled model that leaves the module is not trained elsewhere."""
    with attribute(runs, "assume_training", lambda sim, machine, leaving: None):
        yield


@broken
def tapes_are_no_runs() -> Iterator[None]:
    """What happens under a GradientTape is not looked at."""
    with attribute(runs, "enter_tape", lambda sim, tape, at: None):
        yield


@broken
def tapes_never_train() -> Iterator[None]:
    """tape.gradient() of weights does not show that a tape trains."""
    with attribute(runs, "gradient", lambda sim, tape, variables: None):
        yield
