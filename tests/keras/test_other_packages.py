"""Layers of packages that the simulation does not know, among those that it does."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source

_PROGRAM = """\
import tensorflow as tf
import tensorflow_addons as tfa
from tensorflow.keras import layers

inputs = layers.Input((16,))
hidden = layers.Dropout(0.3)({before})
base = tf.keras.Model(inputs, hidden)
base.trainable = False
model = tf.keras.Sequential([base, layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
"""


@pytest.mark.parametrize(
    ("before", "code"),
    [
        # it may have weights, which the freeze reaches
        ("tfa.layers.WeightNormalization(layers.Dense(8))(inputs)", "KFD101"),
        ("layers.Dense(8)(inputs)", "KFD101"),
        ("layers.Reshape((4, 4))(inputs)", "KFD103"),
        ("inputs", "KFD103"),
    ],
)
def test_a_part_with_a_layer_that_cannot_be_seen_may_have_weights(before: str, code: str) -> None:
    found = lint_source(_PROGRAM.format(before=before), settings=Settings(keras_version="2.15"))
    assert [finding.code for finding in found] == [code]
