"""What is known of code that cannot be seen: what it is handed, and that something may happen in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import (
    Args,
    Const,
    Site,
    Unknown,
    Value,
)
from dropout_lint.keras import (
    creation,
    datasets,
    frozen,
    names,
    rows,
    runs,
    saving,
    transformers,
)
from dropout_lint.keras.contents import reachable, symbolic
from dropout_lint.keras.objects import (
    Escape,
    Tensor,
)
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.trace import Missed, NotKnown

_SPEAKING = ("dropout", "rate", "training", "inference", "eval", "freeze", "trainable")
_STEPS_OF_OPTIMIZERS = ("apply_gradients", "apply", "stateless_apply", "apply_updates")
# What Keras itself makes and calls, and no layer runs in.
_NO_LAYER = re.compile(
    r"result of (tensorflow|keras|tf_keras)\.(\w+\.)*(losses|metrics|optimizers|schedules|callbacks)\."
    r"|attribute 'apply_gradients'"
    r"|attribute '(optimizer|loss|losses|metrics|loss_tracker|compiled_loss|compiled_metrics)' of a layer"
)
# A callback keeps the model that `set_model()` gives it, and none of Keras' own changes a flag; but some call
# what the program hands them.
_KEEPS_ITS_MODEL = re.compile(
    r"result of (tensorflow|keras|tf_keras)\.(\w+\.)*callbacks\.(?!CallbackList|LambdaCallback)"
)
# scaler.fit(x), encoder.fit(y), datagen.fit(images)
_FITTED_ELSEWHERE = re.compile(
    r"result of (sklearn|xgboost|lightgbm|catboost|statsmodels|scipy|imblearn|hmmlearn|umap|prophet)\."
    r"|preprocessing"
)


def escape(
    sim: Simulation, machine: Machine, values: Sequence[Value], callee: str, at: Site, origin: str
) -> Value | None:
    """Objects of the program are handed to it; see `Library.escape`."""
    called = callee.split()[0]
    if called.rpartition(".")[2] in _STEPS_OF_OPTIMIZERS:
        runs.apply(sim)
    if called.endswith(".enable_lora"):
        frozen.lora_unseen(sim)
    if called.endswith(".map"):
        datasets.map_over(sim, machine, values, at)
    saving.written_elsewhere(sim, machine, values, called)
    for value in values:
        if isinstance(value, transformers.Configuration):
            transformers.forget(value)
    layers = [] if _KEEPS_ITS_MODEL.match(origin) else reachable(values)
    if layers:
        machine.note(f"{callee.split()[0]}() cannot be followed and receives a layer", at)
        # `base = f(base)`: what the program goes on with may be another object
        speaks = _speaks(callee, values) or _rebinds(machine.here.node, at.node)
    for layer in layers:
        layer.escapes.append(Escape(callee, speaks, at, sim.tick()))
    followed = names.makes_no_layer(callee) or bool(_NO_LAYER.match(origin))
    because = f"{callee.split()[0]}() cannot be followed{f' ({origin})' if origin else ''}"
    data = any(isinstance(value, (Tensor, Unknown)) for value in values)
    if data and not followed:
        rows.note_unseen(sim, at, NotKnown(because, at))
    args = Args(list(values))
    return creation.operation(args, at, "" if followed else because) if symbolic(args) else None


def noted(sim: Simulation, reason: str, at: Site, called: str) -> None:
    """Something could not be known; see `Library.noted`."""
    gap = NotKnown(reason, at)
    if sim.run is not None and sim.recording:
        sim.run.unknown.append(gap)
    elif called in runs.TRAINING and not _makes_no_model(reason):
        why = reason.removeprefix(f"{called}() of something that ")
        sim.trace.missed.append(Missed(called, NotKnown(f"its model {why}", at)))


def _speaks(callee: str, values: Sequence[Value]) -> bool:
    """Whether a call speaks of freezing or of randomness, in its name or in a string that it is given."""
    text = callee.lower() + " " + " ".join(_constants(values)).lower()
    return any(word in text for word in _SPEAKING)


def _constants(values: Sequence[Value]) -> list[str]:
    return [value.value for value in values if isinstance(value, Const) and isinstance(value.value, str)]


def _makes_no_model(reason: str) -> bool:
    """Whether what cannot be known comes from a package whose objects are fitted, but are no models."""
    return bool(_FITTED_ELSEWHERE.search(reason))


def _rebinds(statement: cst.CSTNode, call: cst.CSTNode) -> bool:
    """Whether a call's result takes the name of one of its arguments."""
    if not isinstance(statement, cst.Assign) or statement.value is not call or not isinstance(call, cst.Call):
        return False
    targets = [target.target for target in statement.targets]
    return any(argument.value.deep_equals(target) for argument in call.args for target in targets)
