"""`copy.deepcopy` of lists and dicts with layers in them, and of what cannot be copied here.

What is expected was measured: tf_keras 2.21, keras 3.15.1 and 3.16 nightly.
"""

from __future__ import annotations

import pytest

from dropout_lint import Confidence, Settings, lint_source

_HEAD = """\
from copy import deepcopy
from tensorflow import keras
from tensorflow.keras import layers

class Own(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense, self.drop = layers.Dense(3), layers.Dropout(0.5)
    def call(self, x, training=None):
        return self.drop(self.dense(x), training=training)

stem = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dropout(0.5)])
"""
_TAIL = """
inputs = keras.Input((4,))
model = keras.Model(inputs, layers.Dense(1)(part(inputs)))
model.compile("sgd", "mse")
model.fit(x, y)
"""
ACTIVE = {
    "a list": "(part,) = deepcopy([stem])\npart.trainable = False",
    "a dict": "part = deepcopy({'stem': [stem, 1]})['stem'][0]\npart.trainable = False",
    "met twice, copied once": "part, same = deepcopy([stem, stem])\nsame.trainable = False",
    "the original": "deepcopy([stem, object()])\npart = stem\npart.trainable = False",
}
SILENT = {
    "another object": "part, other = deepcopy([stem]), stem\npart = part[0]\nother.trainable = False",
    "a layer of the program's own": "part = deepcopy(Own())\npart.trainable = False",
    "within another": "part = deepcopy(keras.Sequential([Own()]))\npart.trainable = False",
}


def _found(program: str) -> list[tuple[str, Confidence]]:
    settings = Settings(keras_version="3.15", min_confidence=Confidence.POSSIBLE)
    return [
        (found.code, found.confidence) for found in lint_source(_HEAD + program + _TAIL, settings=settings)
    ]


@pytest.mark.parametrize("name", ACTIVE)
def test_active(name: str) -> None:
    assert _found(ACTIVE[name]) == [("KFD101", Confidence.CERTAIN)]


@pytest.mark.parametrize("name", SILENT)
def test_silent(name: str) -> None:
    assert _found(SILENT[name]) == []
