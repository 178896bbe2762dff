"""Steps written for JAX around `stateless_call()`: what is simulated is what Keras 3.15 does on JAX."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.judging import simulate
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.source.text import SourceFile
from tests.oracle.kerases import REPOSITORY, available, jax_path

HEAD = """\
import os
os.environ["KERAS_BACKEND"] = "jax"
import jax
import keras
import numpy as np
from functools import partial
from keras import layers

inputs = keras.Input((8,))
base = keras.Model(inputs, layers.Dense(4)(layers.Dropout(0.5, name="inside")(layers.Dense(8)(inputs))))
base.trainable = False
outer = keras.Input((8,))
"""
OWN = """
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.drop = layers.Dropout(0.3, name="behind")
        self.head = layers.Dense(1)

    def call(self, inputs, training=None):
        return self.head(self.drop(self.base(inputs{first}){second}))


model = Own()
model(np.zeros((1, 8)))
"""
STEP = """
optimizer = keras.optimizers.SGD(0.1)
optimizer.build(model.trainable_variables)


def compute_loss(trainable, others, x, y):
    predictions, others = model.stateless_call(trainable, others, x{flag})
    return ((predictions - y) ** 2).mean(), others


gradients_of = jax.value_and_grad(compute_loss, has_aux=True)


@jax.jit
def train_step(state, x, y):
    trainable, others, variables = state
    (loss, others), gradients = gradients_of(trainable, others, x, y)
    trainable, variables = optimizer.stateless_apply(variables, gradients, trainable)
    return loss, (trainable, others, variables)


x, y = np.random.rand(16, 8), np.random.rand(16, 1)
states = model.trainable_variables, model.non_trainable_variables, optimizer.variables
state = tuple([variable.value for variable in one] for one in states)
loss, state = train_step(state, x, y)
"""
ON, TOLD = ", training=True", ", training=training"
GRAPH = "model = keras.Model(outer, layers.Dense(1)(base(outer{flag})))\n"
FREE = GRAPH.format(flag="") + "base.trainable = True\n"


def own(first: str = "", second: str = "") -> str:
    return OWN.format(first=first, second=second)


# The model, the flag that the step gives, which Dropouts are on, and what is reported.
PROGRAMS = {
    "graph": (GRAPH.format(flag=""), ON, {"inside": True}, ["KFD101"]),
    "graph, untold": (GRAPH.format(flag=""), "", {"inside": False}, []),
    "flag in a graph": (GRAPH.format(flag=", training=False"), ON, {"inside": True}, ["KFD102"]),
    "off": (FREE, ", training=False", {"inside": False}, []),
    "free": (FREE, ON, {"inside": True}, []),
    "free, untold": (FREE, "", {"inside": False}, ["KFD207"]),
    "handed on": (own(TOLD, TOLD), ON, {"inside": True, "behind": True}, ["KFD101"]),
    "kept": (own(), ON, {"inside": False, "behind": False}, []),
    "off, then handed on": (own(", training=False", TOLD), ON, {"inside": False, "behind": True}, []),
    "off, then nothing": (own(", training=False"), ON, {"inside": False, "behind": False}, []),
    "on, then nothing": (own(ON), ON, {"inside": True, "behind": False}, ["KFD106"]),
    "by its name": (
        GRAPH.format(flag=""),
        ON + ", return_losses=False",
        {"inside": True},
        ["KFD101"],
    ),
}


def text_of(name: str) -> str:
    model, flag, _, _ = PROGRAMS[name]
    return HEAD + model + STEP.replace("{flag}", flag)


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_simulated_and_reported(name: str) -> None:
    _, _, on, codes = PROGRAMS[name]
    trace = simulate(SourceFile("train.py", text_of(name)), behaviours("3.15", "jax")[-1])[0]
    [run] = trace.runs
    assert run.training
    assert run.applied
    assert {row.layer.name.value: row.active for row in run.activities} == on  # type: ignore[attr-defined]
    found = lint_source(text_of(name), "train.py", Settings(keras_version="3.15"))
    assert [finding.code for finding in found] == codes
    assert not any(" GradientTape " in finding.message for finding in found)


@pytest.mark.parametrize(
    "gradient",
    [
        "jax.grad(lambda x, t, o: run(t, o, x, training=True)[0].sum())(x, trainable, others)",
        "jax.grad(lambda t, o, x: run(t, o, x, training=True)[0].sum(), argnums=2)(a, b, x)",
        "jax.grad(lambda t, o, x: run(t, o, x, training=True)[0].sum(), argnums=n)(a, b, x)",
        "model.stateless_call(model.trainable_variables, model.non_trainable_variables, x, training=True)",
    ],
)
def test_what_moves_no_weight_is_no_training(gradient: str) -> None:
    """Saliency maps differentiate inputs, and a call alone nothing."""
    text = HEAD + GRAPH.format(flag="") + "run = model.stateless_call\n" + gradient + "\n"
    assert lint_source(text, "train.py", Settings(keras_version="3.15")) == []


@pytest.mark.parametrize(
    "gradient",
    [
        "jax.grad(lambda t, o: run(t, o, x, training=True)[0].sum())(trainable, others)",
        "jax.grad(lambda o, t: run(t, o, x, training=True)[0].sum(), argnums=1)(others, trainable)",
        "jax.jit(jax.grad(lambda t, o: run(t, o, x, training=True)[0].sum()))(trainable, others)",
        "@partial(jax.value_and_grad, has_aux=True)\ndef loss(t, o):\n"
        "    return model.stateless_call(t, o, x, training=True)\nloss(trainable, others)",
    ],
)
def test_the_ways_to_write_it(gradient: str) -> None:
    head = "trainable, others = model.trainable_variables, model.non_trainable_variables\n"
    text = HEAD + GRAPH.format(flag="") + "run = model.stateless_call\n" + head + gradient + "\n"
    found = lint_source(text, "train.py", Settings(keras_version="3.15"))
    assert [finding.code for finding in found] == ["KFD101"]


WATCHED = """
import json
from keras import layers as _layers

_seen, _call = {}, _layers.Dropout.call


def _watch(self, inputs, training=False):
    _seen[self.name] = bool(training)
    return _call(self, inputs, training=training)


_layers.Dropout.call = _watch
"""


@pytest.mark.keras
def test_keras_does_what_is_simulated(tmp_path: Path) -> None:
    place = jax_path()
    if not available("3.15") or place is None:
        pytest.skip("JAX is not available here")
    before, after = "\n_seen.clear()\nloss, state = train_step", "\nprint(json.dumps(_seen))\n"
    for number, name in enumerate(PROGRAMS):
        text = text_of(name).replace("\nloss, state = train_step", before) + after
        (tmp_path / f"program{number}.py").write_text(
            text.replace("\nimport keras\n", f"\nimport keras\n{WATCHED}")
        )
    imports = "".join(f"import program{number}\n" for number in range(len(PROGRAMS)))
    variables = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(place), str(tmp_path), str(REPOSITORY)]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [sys.executable, "-c", imports]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    seen = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert dict(zip(PROGRAMS, seen, strict=True)) == {name: on for name, (_, _, on, _) in PROGRAMS.items()}
