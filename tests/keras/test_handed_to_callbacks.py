"""Models that the program hands to a callback itself, by `set_model()`."""

from __future__ import annotations

import pytest

from dropout_lint import lint_source

PROGRAM = """\
from tensorflow import keras
from tensorflow.keras import layers


class Thaw(keras.callbacks.Callback):
    def set_model(self, model):
        net.trainable = True


net = keras.Sequential([layers.Dense(6), layers.Dropout(0.4), layers.Dense(6)])
inputs = keras.Input((5,))
first = keras.Model(inputs, layers.Dense(1)(net(inputs)))
net.trainable = False
whole = keras.Model(inputs, layers.Dense(1)(net(inputs)))
handed = {callback}
handed.set_model(first)
handed.set_model(whole)
whole.compile("sgd", "mse")
whole.fit(x, y)
"""


@pytest.mark.parametrize(
    ("callback", "codes"),
    [
        ("keras.callbacks.EarlyStopping('loss')", ["KFD101"]),
        ("keras.callbacks.TensorBoard('logs')", ["KFD101"]),
        # Keras 3.15 and tf_keras hand it on: measured, the net is thawed.
        ("keras.callbacks.CallbackList([Thaw()], model=whole)", []),
        ("Thaw()", []),
        ("elsewhere.Board()", []),
    ],
)
def test_only_those_of_keras_keep_their_hands_off(callback: str, codes: list[str]) -> None:
    assert [finding.code for finding in lint_source(PROGRAM.format(callback=callback))] == codes
