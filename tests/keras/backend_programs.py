"""Programs that set KERAS_BACKEND, what is reported of them, and what they do on that backend.

The rows are seen by `dropout_lint.observing`, which wraps each layer's `call`; a step that goes on with an
earlier one calls no layer, and its rows are those of that one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from dropout_lint import Settings, lint_source
from dropout_lint.judging import simulate
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.source.positions import spans
from dropout_lint.source.text import SourceFile
from tests.oracle.kerases import REPOSITORY

HEAD = """\
import os
os.environ["KERAS_BACKEND"] = "{backend}"
import numpy as np
import keras
from keras import layers

x, y = np.random.rand(16, 8), np.random.rand(16, 1)
inputs = keras.Input((8,))
base = keras.Model(inputs, layers.Dense(4)(layers.Dropout(0.5)(layers.Dense(8)(inputs))))
base.trainable = False
outer = keras.Input((8,))
"""
OWN = """
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.drop = layers.Dropout(0.3)
        self.head = layers.Dense(1)

    def call(self, inputs{takes}):
        return self.head(self.drop(self.base(inputs{first}){second}))


model = Own()
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
model.evaluate(x, y, verbose=0)
model.predict(x, verbose=0)
"""
BLOCK = """
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.base = base

    def call(self, inputs, training=None):
        return self.base(inputs)

"""
MADE_LATE = """
class Own(keras.Model):
    def build(self, shape):
        self.drop = layers.Dropout(0.3)
        self.head = layers.Dense(1)

    def call(self, inputs, training=None):
        return self.head(self.drop(inputs, training=training))


model = Own()
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
model.fit(x, y, verbose=0)
"""
BORN_FROZEN = """
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4)
        self.head = layers.Dense(1)

    def call(self, inputs):
        return self.head(self.first(inputs))


model = Own()
model.first.trainable = False
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
model.first.trainable = True
"""
HOOK = """
class Hook(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            {change}


model.compile("sgd", "mse")
model.fit(x, y, epochs=3, verbose=0, callbacks=[Hook()])
"""
TWICE = """
one = keras.Input((8,))
frozen = keras.Model(one, layers.Dense(4)(layers.Dropout(0.5)(one)), trainable=False)
frozen.trainable = False
model = keras.Model(outer, layers.Dense(1)(frozen(outer)))
"""
PLAIN = """
class Plain(layers.Layer):
    def call(self, inputs):
        return inputs * 2


plain = Plain()
plain.trainable = False
model = keras.Model(outer, layers.Dense(1)(base(plain(outer))))
model.compile("sgd", "mse")
"""
COMPILE = 'model.compile("sgd", "mse")\n'
FIT = "model.fit(x, y, verbose=0)\n"
RUN = COMPILE + FIT
STACK = "stack = keras.Sequential([layers.Dense(4), layers.Dropout(0.2)])\n"
STAGES = STACK + "model = keras.Sequential([stack, layers.Dense(1)])\n"
RATES = "drop = layers.Dropout(0.4)\nmodel = keras.Model(outer, layers.Dense(1)(drop(outer)))\n"
FROZEN, THAWED = "stack.trainable = False\n", "stack.trainable = True\n"
TOLD = ", training=training"
CAUGHT = "try:\n    model.fit(x, y, verbose=0)\nexcept Exception:\n    pass\n"


def _own(takes: str, first: str = "", second: str = "") -> str:
    return OWN.format(takes=takes, first=first, second=second)


class Program(NamedTuple):
    """A program, and what is reported of it on Keras 3.15."""

    body: str
    tensorflow: tuple[str, ...]
    jax: tuple[str, ...]
    torch: tuple[str, ...]


def _same(body: str, *codes: str) -> Program:
    return Program(body, codes, codes, codes)


def _alone(body: str, jax: tuple[str, ...], others: tuple[str, ...]) -> Program:
    """A program of which something else is reported with JAX."""
    return Program(body, others, jax, others)


PROGRAMS = {
    "graph": _same("model = keras.Model(outer, layers.Dense(1)(base(outer)))\n" + RUN, "KFD101"),
    "flag in a graph": _same(
        "model = keras.Model(outer, layers.Dense(1)(base(outer, training=False)))\n" + RUN, "KFD102"
    ),
    "Monte Carlo": _same(
        "model = keras.Model(outer, layers.Dropout(0.4)(layers.Dense(1)(outer), training=True))\n"
        + RUN
        + "model.predict(x, verbose=0)\n",
        "KFD204",
    ),
    "handed on": _same(_own(", training=None", TOLD, TOLD), "KFD101"),
    "kept": _alone(_own(", training=None"), ("KFD201",), ("KFD101",)),
    "kept, but for the head": _alone(_own(", training=None", "", TOLD), (), ("KFD101",)),
    "a default": _alone(_own(", training=False"), ("KFD201",), ("KFD101",)),
    "not taken": _same(_own(""), "KFD201"),
    "off, then nothing": _alone(_own(", training=None", ", training=False"), ("KFD201",), ("KFD202",)),
    "off, then handed on": _same(_own(", training=None", ", training=False", TOLD)),
    "on, then nothing": _alone(
        _own(", training=None", ", training=True"), ("KFD106", "KFD201"), ("KFD106", "KFD206")
    ),
    "a block in a graph": _same(
        BLOCK + "model = keras.Model(outer, layers.Dense(1)(Block()(outer)))\n" + RUN, "KFD101"
    ),
    "frozen too late": Program(
        STAGES + RUN + FROZEN + FIT, tensorflow=("KFD101", "KFD301"), jax=(), torch=("KFD101",)
    ),
    "thawed too late": Program(
        STAGES + FROZEN + RUN + THAWED + FIT,
        tensorflow=("KFD101", "KFD301"),
        jax=("KFD101",),
        torch=("KFD101",),
    ),
    "frozen after evaluate()": _alone(
        STAGES + COMPILE + "model.evaluate(x, y, verbose=0)\n" + FROZEN + FIT, (), ("KFD101",)
    ),
    "frozen after predict()": _same(
        STAGES + COMPILE + "model.predict(x, verbose=0)\n" + FROZEN + FIT, "KFD101"
    ),
    "compiled again": _same(STAGES + RUN + FROZEN + RUN, "KFD101"),
    "the error is caught": Program(
        STAGES + RUN + FROZEN + CAUGHT, tensorflow=("KFD101", "KFD301"), jax=(), torch=("KFD101",)
    ),
    "thawed after train_on_batch()": _same(
        STAGES + FROZEN + COMPILE + "model.train_on_batch(x, y)\n" + THAWED + FIT, "KFD101"
    ),
    "thawed after evaluate()": _same(
        STAGES + FROZEN + COMPILE + "model.evaluate(x, y, verbose=0)\n" + THAWED + FIT
    ),
    "frozen in a hook": _alone(
        STAGES + HOOK.format(change="stack.trainable = False"), (), ("KFD301",)
    )._replace(torch=()),
    "a rate in a hook": Program(
        RATES + HOOK.format(change="drop.rate = 0.0"), tensorflow=("KFD306",), jax=("KFD306",), torch=()
    ),
    "a rate too late": Program(
        RATES + RUN + "drop.rate = 0.0\n" + FIT, tensorflow=("KFD306",), jax=("KFD306",), torch=()
    ),
    "the same value": Program(TWICE + RUN, tensorflow=("KFD302",), jax=("KFD101",), torch=("KFD101",)),
    "thawed without weights": _same(
        PLAIN + "model.train_on_batch(x, y)\nplain.trainable = True\n" + FIT, "KFD101"
    ),
    "born frozen": _same(BORN_FROZEN + RUN),
    "layers made in build()": _same(MADE_LATE),
}


class Seen(NamedTuple):
    """A run: its entry, the activity of each random layer and whether each layer's weights move, by lines."""

    entry: str
    active: dict[int, bool | None]
    moved: dict[int, bool]


class Observed(NamedTuple):
    """What a program did: its runs, and the class of the exception that it ended with."""

    runs: list[Seen]
    error: str | None


def text_of(name: str, backend: str) -> str:
    """The program of this name for a backend."""
    return HEAD.format(backend=backend) + PROGRAMS[name].body


def observed(
    backend: str, place: Path, folder: Path, names: Sequence[str] = tuple(PROGRAMS)
) -> dict[str, Observed]:
    """What programs do on a backend.

    Args:
        backend: its name.
        place: the folder in which it is installed.
        folder: for the programs.
        names: of the programs.
    """
    paths = [folder / f"{number}.py" for number in range(len(names))]
    for path, name in zip(paths, names, strict=True):
        path.write_text(text_of(name, backend), encoding="utf-8")
    variables = {
        **os.environ,
        "KERAS_BACKEND": backend,
        "PYTHONPATH": os.pathsep.join([str(place), str(REPOSITORY)]),
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [sys.executable, "-m", "dropout_lint.observing", *map(str, paths)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {name: _read(seen) for name, seen in zip(names, lines, strict=True)}


def _read(seen: dict[str, object]) -> Observed:
    runs, error = seen["runs"], seen["error"]
    assert isinstance(runs, list)
    found = [
        Seen(
            run["entry"],
            {_line(name): row["active"] for name, row in run["layers"].items()},
            {_line(name): row["moved"] for name, row in run["weights"].items()},
        )
        for run in runs
    ]
    return Observed(found, None if error is None else str(error).partition(":")[0])


def _line(name: str) -> int:
    return int(name.rpartition(" ")[2].rstrip(")"))


def simulated(name: str, backend: str, keras: str = "3.15") -> list[Seen]:
    """The runs of a program in the simulation; one that ends with an exception is none."""
    file = SourceFile("train.py", text_of(name, backend))
    trace = simulate(file, behaviours(keras, backend)[-1])[0]

    def line(layer: object) -> int:
        node = layer.site.node  # type: ignore[attr-defined]
        return spans(file.module, [node])[id(node)].line

    runs = []
    for run in trace.runs:
        rows: dict[int, bool | None] = {}
        for row in run.activities:
            rows[line(row.layer)] = rows.get(line(row.layer)) or row.active
        moved = {line(layer): True for layer in run.trained or ()} if run.training else {}
        runs.append(Seen(run.kind, rows, moved))
    return runs


def differences(name: str, backend: str, seen: Observed) -> list[str]:
    """Where a program did something else on a backend than the simulation says."""
    ours, theirs = simulated(name, backend), seen.runs
    if seen.error is not None or CAUGHT in PROGRAMS[name].body:
        theirs = theirs[: len(ours)]  # the run that fails
    if [run.entry for run in ours] != [run.entry for run in theirs]:
        return [f"{name}: {ours} is simulated, and {theirs} seen"]
    found = []
    for number, (our, their) in enumerate(zip(ours, theirs, strict=True)):
        # Of weights that are made in a run it is not seen whether they move in it.
        moved = {line: line in our.moved for line in their.moved}
        if our.active != their.active or moved != their.moved:
            found.append(f"{name}, run {number}: {our} is simulated, and {their} seen")
    return found


def reported(name: str, backend: str, keras: str = "3.15") -> tuple[str, ...]:
    """The codes of a program on a backend."""
    findings = lint_source(text_of(name, backend), "train.py", Settings(keras_version=keras))
    return tuple(sorted(finding.code for finding in findings))
