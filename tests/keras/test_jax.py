"""The JAX backend: what the simulation says of these programs is what Keras 3.15 does on it.

JAX is installed beside, on first use. The rows are seen by `dropout_lint.observing`, which wraps each layer's
`call`; a step that goes on with an earlier one calls no layer, and its rows are those of that one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.judging import simulate
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.source.positions import spans
from dropout_lint.source.text import SourceFile
from dropout_lint.target import hints
from dropout_lint.target.requirements import backend_of
from tests.oracle.kerases import REPOSITORY, available, jax_path

HEAD = """\
import os
os.environ["KERAS_BACKEND"] = "jax"
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
RUN = 'model.compile("sgd", "mse")\nmodel.fit(x, y, verbose=0)\n'
STACK = "stack = keras.Sequential([layers.Dense(4), layers.Dropout(0.2)])\n"
STAGES = STACK + "model = keras.Sequential([stack, layers.Dense(1)])\n"
TOLD = ", training=training"


def own(takes: str, first: str = "", second: str = "") -> str:
    return OWN.format(takes=takes, first=first, second=second)


CAUGHT = "the error is caught"
# The program, and what is reported with JAX and with TensorFlow, in Keras 3.15.
PROGRAMS = {
    "graph": ("model = keras.Model(outer, layers.Dense(1)(base(outer)))\n" + RUN, ["KFD101"], ["KFD101"]),
    "flag in a graph": (
        "model = keras.Model(outer, layers.Dense(1)(base(outer, training=False)))\n" + RUN,
        ["KFD102"],
        ["KFD102"],
    ),
    "Monte Carlo": (
        "model = keras.Model(outer, layers.Dropout(0.4)(layers.Dense(1)(outer), training=True))\n"
        + RUN
        + "model.predict(x, verbose=0)\n",
        ["KFD204"],
        ["KFD204"],
    ),
    "handed on": (own(", training=None", TOLD, TOLD), ["KFD101"], ["KFD101"]),
    "kept": (own(", training=None"), ["KFD201"], ["KFD101"]),
    "kept, but for the head": (own(", training=None", "", TOLD), [], ["KFD101"]),
    "a default": (own(", training=False"), ["KFD201"], ["KFD101"]),
    "not taken": (own(""), ["KFD201"], ["KFD201"]),
    "off, then nothing": (own(", training=None", ", training=False"), ["KFD201"], ["KFD202"]),
    "off, then handed on": (own(", training=None", ", training=False", TOLD), [], []),
    "on, then nothing": (
        own(", training=None", ", training=True"),
        ["KFD106", "KFD201"],
        ["KFD106", "KFD206"],
    ),
    "a block in a graph": (
        BLOCK + "model = keras.Model(outer, layers.Dense(1)(Block()(outer)))\n" + RUN,
        ["KFD101"],
        ["KFD101"],
    ),
    "frozen too late": (
        STAGES + RUN + "stack.trainable = False\nmodel.fit(x, y)\n",
        [],
        ["KFD101", "KFD301"],
    ),
    "thawed too late": (
        STAGES + "stack.trainable = False\n" + RUN + "stack.trainable = True\nmodel.fit(x, y)\n",
        ["KFD101"],
        ["KFD101", "KFD301"],
    ),
    "frozen after evaluate()": (
        STAGES
        + 'model.compile("sgd", "mse")\nmodel.evaluate(x, y, verbose=0)\nstack.trainable = False\n'
        + "model.fit(x, y, verbose=0)\n",
        [],
        ["KFD101"],
    ),
    "frozen after predict()": (
        STAGES
        + 'model.compile("sgd", "mse")\nmodel.predict(x, verbose=0)\nstack.trainable = False\n'
        + "model.fit(x, y, verbose=0)\n",
        ["KFD101"],
        ["KFD101"],
    ),
    "compiled again": (
        STAGES + RUN + "stack.trainable = False\n" + RUN,
        ["KFD101"],
        ["KFD101"],
    ),
    CAUGHT: (
        STAGES
        + RUN
        + "stack.trainable = False\ntry:\n    model.fit(x, y, verbose=0)\nexcept Exception:\n    pass\n",
        [],
        ["KFD101", "KFD301"],
    ),
}


def _codes(text: str, keras: str = "3.15") -> list[str]:
    return sorted(finding.code for finding in lint_source(text, "train.py", Settings(keras_version=keras)))


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_reported(name: str) -> None:
    body, with_jax, with_tensorflow = PROGRAMS[name]
    assert _codes(HEAD + body) == with_jax
    assert _codes((HEAD + body).replace('"jax"', '"tensorflow"')) == with_tensorflow


@cache
def _observed() -> dict[str, tuple[list[tuple[str, dict[int, bool]]], str | None]]:
    """By the name of the program: its runs with each random layer's line and activity, and its error."""
    place = jax_path()
    assert place is not None
    folder = place.parent / f"programs-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number}.py" for number in range(len(PROGRAMS))]
    for path, (body, _, _) in zip(paths, PROGRAMS.values(), strict=True):
        path.write_text(HEAD + body, encoding="utf-8")
    variables = {
        **os.environ,
        "KERAS_BACKEND": "jax",
        "PYTHONPATH": os.pathsep.join([str(place), str(REPOSITORY)]),
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [sys.executable, "-m", "dropout_lint.observing", *map(str, paths)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {}
    for name, seen in zip(PROGRAMS, lines, strict=True):
        runs = [
            (run["entry"], {_line(k): row["active"] for k, row in run["layers"].items()})
            for run in seen["runs"]
        ]
        found[name] = runs, seen["error"]
    return found


def _line(name: str) -> int:
    return int(name.rpartition(" ")[2].rstrip(")"))


def _simulated(text: str, backend: str) -> list[tuple[str, dict[int, bool | None]]]:
    file = SourceFile("train.py", text)
    trace = simulate(file, behaviours("3.15", backend)[-1])[0]
    runs = []
    for run in trace.runs:
        rows: dict[int, bool | None] = {}
        for row in run.activities:
            line = spans(file.module, [row.layer.site.node])[id(row.layer.site.node)].line
            rows[line] = rows.get(line) or row.active
        runs.append((run.kind, rows))
    return runs


@pytest.mark.keras
@pytest.mark.parametrize("name", PROGRAMS)
def test_keras_does_what_is_simulated(name: str) -> None:
    if not available("3.15") or jax_path() is None:
        pytest.skip("JAX is not available here")
    runs, error = _observed()[name]
    simulated = _simulated(HEAD + PROGRAMS[name][0], "jax")
    # A run that ends with an exception is none in the simulation: the second one.
    failed = name in ("frozen too late", "thawed too late", "frozen after evaluate()", CAUGHT)
    assert (error is not None) is (failed and name != CAUGHT)
    assert simulated == (runs[:1] if failed else runs)


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


def test_layers_that_the_first_run_makes_are_no_late_change() -> None:
    assert [kind for kind, _ in _simulated(HEAD + MADE_LATE, "jax")] == ["fit", "fit"]


@pytest.mark.parametrize(
    ("text", "backend"),
    [
        ("os.environ['KERAS_BACKEND'] = 'jax'", "jax"),
        ('os.environ.setdefault("KERAS_BACKEND", "torch")', "torch"),
        ("os.environ.update({'KERAS_BACKEND': 'jax'})", None),
        ("%env KERAS_BACKEND=jax", "jax"),
        ("# os.environ['KERAS_BACKEND'] = 'jax'", None),
        ("os.environ['KERAS_BACKEND'] = name", None),
        ("if os.environ['KERAS_BACKEND'] == 'jax': pass", None),
        ("os.environ['KERAS_BACKEND'] = 'jax'\nos.environ['KERAS_BACKEND'] = 'tensorflow'", None),
    ],
)
def test_the_backend_is_read_where_it_is_set(text: str, backend: str | None) -> None:
    assert hints.backend(text) == backend


def test_a_module_of_the_project_may_set_it(tmp_path: Path) -> None:
    (tmp_path / "setting.py").write_text("os.environ['KERAS_BACKEND'] = 'jax'\n", encoding="utf-8")
    (tmp_path / "other.py").write_text("os.environ['KERAS_BACKEND'] = 'torch'\n", encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("setting.py", "other.py", "none.py")]
    assert backend_of("", paths[:1]) == "jax"
    assert backend_of("", paths) == backend_of("", []) == "tensorflow"
    assert backend_of("os.environ['KERAS_BACKEND'] = 'torch'", paths[:1]) == "torch"
