"""KFD103 of a freeze that no training run shows: whether what is made at the same place is off elsewhere."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source

PROGRAM = """\
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

def make(width, learns=True):
    return keras.Sequential([keras.Input((width,)), layers.Dense(8), layers.Dropout(0.4, trainable=learns)])

def make_for_rating(width):
    return make(width, learns=False)

net = make(6)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(net(x{flag}))
weights = net.trainable_variables
keras.optimizers.SGD(0.1).apply_gradients(zip(tape.gradient(loss, weights), weights))
{more}
"""


@pytest.mark.parametrize(
    ("flag", "more", "found"),
    [
        ("", "", ["KFD207"]),  # it is off in each step that is seen
        (", training=True", "", ["KFD103"]),
        ("", "net.compile('sgd', 'mse')\nnet.fit(x, y)", ["KFD103", "KFD207"]),  # in one of them it is not
    ],
)
@pytest.mark.parametrize("keras", ["2.15", "3.15"])
def test_what_is_off_wherever_it_trains_is_so_on_purpose(
    keras: str, flag: str, more: str, found: list[str]
) -> None:
    settings = Settings(keras_version=keras)
    codes = [finding.code for finding in lint_source(PROGRAM.format(flag=flag, more=more), settings=settings)]
    assert sorted(codes) == found
