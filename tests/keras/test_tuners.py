"""Tuners of keras_tuner, which build and fit models. What is expected was measured: keras_tuner 1.4.8, keras
3.15, a layer that prints the flag it is called with.

The package is not installed where the tests run, so that the programs are only linted here.
"""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source

_HEAD = """\
import keras_tuner
import numpy as np
from keras_tuner.tuners import Hyperband
from tensorflow import keras
from tensorflow.keras import layers

xs, ys = np.random.rand(16, 8), np.random.rand(16, 1)
stem = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dropout(0.5)])
stem.trainable = FLAG

def build(hp):
    inputs = keras.Input((8,))
    hidden = layers.Dense(hp.Int("units", 4, 16, step=4))(stem(inputs))
    model = keras.Model(inputs, layers.Dense(1)(hidden))
    model.compile("sgd", "mse")
    return model

class Search(keras_tuner.HyperModel):
    def build(self, hp):
        return build(hp)

class OwnFit(Search):
    def fit(self, hp, model, *args, **kwargs):
        return TRAINING(*args, **kwargs)
"""
_FROZEN = _HEAD.replace("FLAG", "False").replace("TRAINING", "model.fit")
_TUNER = "tuner = keras_tuner.RandomSearch(build, objective='val_loss', max_trials=2)\n"
_SEARCH = "tuner.search(xs, ys, epochs=2, validation_split=0.5)\n"
ACTIVE = {
    "a function": _FROZEN + _TUNER + _SEARCH,
    "by its module": _FROZEN + "tuner = Hyperband(build, objective='val_loss')\n" + _SEARCH,
    "a hypermodel": _FROZEN + "tuner = keras_tuner.GridSearch(hypermodel=Search())\n" + _SEARCH,
    "one with a fit() of its own": _FROZEN + "tuner = keras_tuner.RandomSearch(OwnFit())\n" + _SEARCH,
    "any tuner": _FROZEN + "tuner = keras_tuner.Tuner(oracle, Search())\n" + _SEARCH,
    "the best model": _FROZEN + _TUNER + "tuner.get_best_models()[0].fit(xs, ys)",
    "the best values": (
        _FROZEN + _TUNER + "best = tuner.get_best_hyperparameters()[0]\n"
        "tuner.hypermodel.build(best).fit(xs, ys)"
    ),
    "frozen as it is built": (
        _HEAD.replace("FLAG", "True").replace("TRAINING", "model.fit")
        + "def frozen(hp):\n    stem.trainable = False\n    return build(hp)\n"
        + _TUNER.replace("build", "frozen")
        + _SEARCH
    ),
}
SILENT = {
    "not frozen": _HEAD.replace("FLAG", "True").replace("TRAINING", "model.fit") + _TUNER + _SEARCH,
    "only evaluated": (
        _HEAD.replace("FLAG", "False").replace("TRAINING", "model.evaluate")
        + "tuner = keras_tuner.RandomSearch(OwnFit())\n"
        + _SEARCH
    ),
    "thawed, and compiled by the tuner": (
        _FROZEN + "def thawed(hp):\n    model = build(hp)\n    stem.trainable = True\n    return model\n"
        "tuner = keras_tuner.RandomSearch(thawed, optimizer='sgd', loss='mse')\n" + _SEARCH
    ),
}


def _codes(program: str) -> list[str]:
    return [finding.code for finding in lint_source(program, settings=Settings(keras_version="3.15"))]


@pytest.mark.parametrize("name", ACTIVE)
def test_active(name: str) -> None:
    assert _codes(ACTIVE[name]) == ["KFD101"]


@pytest.mark.parametrize("name", SILENT)
def test_silent(name: str) -> None:
    assert _codes(SILENT[name]) == []
