"""README's table of what each Keras honours: every row is asked of every Keras that is here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Kerases
from tests.fixture_files import KERASES

README = Path(__file__).parents[1] / "README.md"

# A Dropout that notes whether it drops; a frozen part with one; what follows it.
HEAD = """
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

dropped = {}


class Drop(layers.Dropout):
    def call(self, inputs, training=None):
        dropped[self.name] = bool(training) and self.rate > 0
        return super().call(inputs, training=training)


def fit(model):
    model.compile("sgd", "mse", run_eagerly=True)
    dropped.clear()
    model.fit(np.random.rand(8, 4), np.random.rand(8, 1), verbose=0)


inputs = keras.Input((4,))
base = keras.Model(inputs, Drop(0.5, name="inside")(layers.Dense(3)(inputs)))
base.trainable = False
after = Drop(0.5, name="after")
out = layers.Dense(1)
new = keras.Input((4,))
"""
SUBCLASS = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.base, self.after, self.out = base, after, out

    def call(self, x{parameter}):
        return self.out(self.after(self.base(x{flag})))


fit(Net())
"""
IN_CALL = SUBCLASS.format(parameter=", training=None", flag=", training=False")
IN_GRAPH = "fit(keras.Model(new, out(after(base(new, training=False)))))\n"
# What the row says -> the program, whose last line holds where the cell says yes.
ROWS = {
    "`base.trainable = False` switches off the Dropout inside": (
        "fit(keras.Model(new, out(base(new))))\nassert not dropped['inside']"
    ),
    "`base(x, training=False)` in a graph does": f"{IN_GRAPH}assert not dropped['inside']",
    "… and so is what follows it in the graph": f"{IN_GRAPH}assert not dropped['after']",
    "`base(x, training=False)` inside a `call()` does": f"{IN_CALL}assert not dropped['inside']",
    "… and so is what follows it there without a flag of its own": f"{IN_CALL}assert not dropped['after']",
    "`layer.rate = 0` before `compile()` does": (
        "base.layers[-1].rate = 0\nfit(keras.Model(new, out(base(new))))\nassert not dropped['inside']"
    ),
    "`fit()` switches on what a `call()` without a `training` parameter runs": (
        f"{SUBCLASS.format(parameter='', flag='')}assert dropped['after']"
    ),
    "`trainable` set between `compile()` and the first `fit()` counts": """
model = keras.Model(new, out(after(layers.Dense(2, name="late")(new))))
model.compile("sgd", "mse")
late = model.get_layer("late")
late.trainable = False
kernel = late.get_weights()[0].copy()
model.fit(np.random.rand(8, 4), np.random.rand(8, 1), epochs=3, verbose=0)
assert (late.get_weights()[0] == kernel).all()
""",
}


def _shown() -> dict[str, tuple[str, ...]]:
    """README's rows: what is said -> the cells of Keras 2, 3.0–3.15 and 3.16."""
    table = README.read_text(encoding="utf-8").split("<!-- versions-table")[1].split("<!-- end")[0]
    rows = re.findall(r"^\| (.+?) \| (\w+) \| (\w+) \| (\w+) \|$", table, re.MULTILINE)
    return {said: tuple(cells) for said, *cells in rows}


def test_the_table_has_these_rows() -> None:
    assert list(_shown()) == list(ROWS)


@pytest.mark.parametrize("keras", KERASES)
@pytest.mark.parametrize("said", ROWS)
def test_row(said: str, keras: str, kerases: Kerases) -> None:
    error = kerases.get(keras).run_source(HEAD + ROWS[said])["error"]
    assert error is None or error.startswith("AssertionError"), error
    assert ("yes" if error is None else "no") == _shown()[said][KERASES.index(keras)]
