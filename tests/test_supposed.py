"""Conditions that nobody can know are supposed to hold, which says nothing of all layers."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source

_HEAD = """\
import json
from tensorflow import keras
from tensorflow.keras import layers

names = NAMES
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="one"), layers.Dense(1, name="two")])
"""
_FIT = "model.compile('sgd', 'mse')\nmodel.fit(x, y)\n"
_UNKNOWN = "json.load(open('names.json'))"
PROGRAMS = {
    "layer by layer": (
        "for layer in model.layers:\n    if layer.name in names:\n        layer.trainable = False\n"
    ),
    "passed over": (
        "for layer in model.layers:\n    if layer.name not in names:\n        continue\n"
        "    layer.trainable = False\n"
    ),
    "the model too": (
        "for layer in [model, *model.layers]:\n"
        "    if layer.name in names or layer is model and 'two' in names:\n"
        "        layer.trainable = False\n"
    ),
    "a function": (
        "def hold(layer):\n    if layer.name in names:\n        layer.trainable = False\n"
        "for layer in model.layers:\n    hold(layer)\n"
    ),
}


def _codes(names: str, program: str) -> list[str]:
    text = _HEAD.replace("NAMES", names) + program + _FIT
    return [finding.code for finding in lint_source(text, settings=Settings(keras_version="3.15"))]


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_frozen_by_names_that_are_data(name: str) -> None:
    assert _codes(_UNKNOWN, PROGRAMS[name]) == []
    assert _codes("['one', 'two']", PROGRAMS[name]) == ["KFD303"]


def test_one_question_is_no_loop() -> None:
    """Whoever says so freezes the model: that is what the program is written for."""
    asked = "if names:\n    model.trainable = False\n"
    assert _codes(_UNKNOWN, asked) == ["KFD303"]
