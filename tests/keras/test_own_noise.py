"""Which layers of a program are random in training by themselves."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source

PROGRAM = """\
import numpy as np
import tensorflow as tf
import keras
from keras import backend as K, layers
import tensorflow.keras.backend

class Own(layers.Layer):
    def __init__(self, rate=0.2, **kwargs):
        super().__init__(**kwargs)
        self.{name} = {value}

    def call(self, inputs, training=None):
        {body}

base = keras.Sequential([keras.Input((6,)), layers.Dense(4), Own({given})])
base.trainable = False
model = keras.Sequential([keras.Input((6,)), base, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 6), np.random.rand(16, 1))
"""
UNIFORM = "return inputs * tf.floor(0.8 + tf.random.uniform((16, 1))) if training else inputs"


def _found(
    body: str, *, name: str = "rate", value: str = "rate", given: str = "", keras: str = "2.15"
) -> list[str]:
    text = PROGRAM.format(body=body, name=name, value=value, given=given)
    return [finding.code for finding in lint_source(text, "program.py", Settings(keras_version=keras))]


@pytest.mark.parametrize(
    "body",
    [
        UNIFORM,
        "return tf.nn.dropout(inputs, 0.3) if training else inputs",
        "return tf.nn.dropout(inputs, rate=self.rate if training else 0.0)",
        "return K.in_train_phase(lambda: K.dropout(inputs, 0.4), inputs, training=training)",
        "return tf.cond(training, lambda: tf.nn.dropout(inputs, 0.4), lambda: inputs)",
        "return inputs + (tf.random.normal((4,)) if training else 0.0)",
        "return inputs + K.random_normal((4,)) if training else inputs",
    ],
)
def test_random_in_training_alone(body: str) -> None:
    assert _found(body) == ["KFD101"]


@pytest.mark.parametrize(
    "body",
    [
        "return inputs + tf.random.normal((4,))",  # a sampling layer
        "return K.in_train_phase(K.dropout(inputs, 0.4), inputs, training=training)",  # drawn in any case
        "return inputs if training else tf.nn.dropout(inputs, 0.4)",
        "return tf.nn.dropout(inputs, 0.0) if training else inputs",
        "return tf.nn.dropout(inputs, unknown()) if training else inputs",
        "return inputs * np.random.rand() if training else inputs",  # one number for the whole graph
    ],
)
def test_not_random_in_training_alone(body: str) -> None:
    assert _found(body) == []


@pytest.mark.parametrize(
    ("name", "value", "given", "found"),
    [
        ("rate", "rate", "0.0", False),
        ("drop_prob", "rate", "0.1", True),
        ("keep_prob", "1 - rate", "0.0", False),
        ("survival_probability", "1 - rate", "0.1", True),
        ("rate", "unknown()", "", False),
        ("units", "rate", "0.0", True),  # says nothing of how much is dropped
    ],
)
def test_how_much_is_dropped(name: str, value: str, given: str, found: bool) -> None:
    assert _found(UNIFORM, name=name, value=value, given=given) == (["KFD101"] if found else [])


def test_a_second_run_of_a_traced_step() -> None:
    """The rows of a run that reuses a step are those that Dropout would have."""
    text = PROGRAM.format(body=UNIFORM, name="rate", value="rate", given="")
    text = text.replace("base.trainable = False\n", "")
    text += "base.trainable = False\nmodel.fit(np.random.rand(8, 6), np.random.rand(8, 1))\n"
    settings = Settings(keras_version="3.15")
    own, usual = (
        lint_source(t, "p.py", settings) for t in (text, text.replace("Own()", "layers.Dropout(0.2)"))
    )
    assert [finding.code for finding in own] == [finding.code for finding in usual]
    assert "KFD101" in [finding.code for finding in own]


def test_keras_random() -> None:
    body = "return keras.random.dropout(inputs, 0.3) if training else inputs"
    assert _found(body, keras="3.15") == ["KFD101"]
