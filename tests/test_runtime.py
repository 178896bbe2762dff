"""`dropout_lint.runtime` on built models: what is frozen and random, and that nothing is left changed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Kerases
from tests.drawn import count
from tests.looking.comparing import compare, watched
from tests.reproducing.cases import drawn
from tests.rules_table import README

PROGRAM = '''
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from dropout_lint.runtime import assert_frozen_is_quiet, frozen_activity


def encoder(trainable):
    inputs = keras.Input((4, 6))
    hidden = layers.LSTM(5, dropout=0.5, return_sequences=True)(inputs)
    hidden = layers.BatchNormalization()(hidden)
    hidden = layers.Dropout(0.5)(hidden)
    hidden = layers.MultiHeadAttention(2, 3, dropout=0.3)(hidden, hidden)
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(hidden)), name="encoder")
    model.trainable = trainable
    return model


def around(part):
    inputs = keras.Input((4, 6))
    return keras.Model(inputs, layers.Dense(1)(part(inputs)))


class Quiet(layers.Layer):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def call(self, inputs):
        return self.model(inputs, training=False)


class Own(keras.Model):
    """Trains in inference mode."""

    def __init__(self, part):
        super().__init__()
        self.part, self.head = part, layers.Dense(1)

    def call(self, inputs, training=None):
        return self.head(self.part(inputs, training=training))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(x, training=False) - y) ** 2)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights))
        return {"loss": loss}


class Thinned(layers.Layer):
    """Has a layer in it and is random by itself."""

    def __init__(self):
        super().__init__()
        self.scale = layers.Dense(8)

    def call(self, inputs, training=False):
        hidden = self.scale(inputs)
        return tf.nn.dropout(hidden, 0.1) if training else hidden


def at_work(model, *data):
    before = [variable.numpy().copy() for variable in model.variables]
    found = frozen_activity(model, *data)
    assert all((old == new.numpy()).all() for old, new in zip(before, model.variables))
    return sorted(one.class_name for one in found if one.random or one.moved)


x, y = np.random.rand(5, 4, 6).astype("float32"), np.random.rand(5, 1).astype("float32")
frozen = encoder(False)
plain = around(frozen)
plain.compile("sgd", "mse")
assert at_work(plain, x) == ["Dropout", "Dropout", "LSTM"], at_work(plain, x)
plain.fit(x, y, verbose=0)
assert at_work(plain, x) == ["Dropout", "Dropout", "LSTM"]
try:
    assert_frozen_is_quiet(plain, x)
except AssertionError as error:
    assert "encoder/dropout" in str(error) and "is random" in str(error), error
else:
    raise SystemExit("nothing was said")
assert_frozen_is_quiet(around(Quiet(frozen)), x)
assert frozen_activity(around(encoder(True)), x) == []
own = Own(frozen)
own(x)
own.compile("adam", "mse")
assert at_work(own, x) == ["Dropout", "Dropout", "LSTM"]
assert at_work(own, x, y) == []
plain.save("plain.keras")
assert at_work(keras.models.load_model("plain.keras"), x) == ["Dropout", "Dropout", "LSTM"]
thinned = keras.Sequential([keras.Input((4, 6)), Thinned(), layers.Flatten(), layers.Dense(3)])
thinned.trainable = False
assert at_work(around(thinned), x) == ["Thinned"], at_work(around(thinned), x)
memory = keras.Sequential([keras.Input((3, 5, 2)), layers.ConvLSTM1D(2, 3, dropout=0.2), layers.Flatten()])
memory.trainable = False
strip = keras.Input((3, 5, 2))
film = keras.Model(strip, layers.Dense(1)(memory(strip)))
assert at_work(film, np.random.rand(4, 3, 5, 2).astype("float32")) == ["ConvLSTM1D"]
print("done")
'''


@pytest.mark.keras
@pytest.mark.parametrize("keras", ["2", "3.15"])
def test_built_models(keras: str, tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[1])
    legacy = "1" if keras == "2" else "0"
    environment = {
        **os.environ,
        "TF_USE_LEGACY_KERAS": legacy,
        "PYTHONPATH": root,
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "done", done.stderr[-2000:]


@pytest.mark.parametrize("keras", ["2", "3.15"])
def test_trained_fixtures(keras: str, kerases: Kerases) -> None:
    """Of programs that are drawn, the oracle saw the same of what is frozen."""
    fixtures = [fixture for fixture in drawn(count(40, 3)) if keras in fixture.kerases]
    found = zip(fixtures, watched(fixtures, keras), strict=True)
    compared = [compare(fixture, one, kerases.get(keras)) for fixture, one in found]
    assert [fault for one in compared for fault in one.faults] == []
    assert sum(one.agreed for one in compared) >= len(fixtures) // 4


def test_nothing_heavy_is_imported() -> None:
    program = (
        "import sys, dropout_lint.runtime; assert not {'tensorflow', 'keras', 'libcst'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_readme_names_what_there_is() -> None:
    shown = re.search(r"<!-- runtime -->\n```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert shown is not None
    names = re.search(r"import (.*)\n", shown[1])
    assert names is not None
    from dropout_lint import runtime

    assert all(callable(getattr(runtime, name)) for name in names[1].split(", "))
