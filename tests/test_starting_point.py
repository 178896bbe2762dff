"""Where the project began: what `trainable` governs and what `training` governs, shown on each Keras.

The question (Stack Overflow 57503705): a model with Dropout is frozen; is its Dropout off now? No:
`trainable` decides whether weights move, `training` decides whether Dropout drops.
"""

from __future__ import annotations

import pytest

from tests.conftest import Kerases
from tests.fixture_files import KERASES

FROZEN_DROPOUT = """
import numpy as np
from tensorflow import keras

layer = keras.layers.Dropout(0.5)
layer.trainable = False
ones = np.ones((40, 50), "float32")
trained = np.asarray(layer(ones, training=True))
assert set(np.unique(trained)) == {0.0, 2.0}, np.unique(trained)
assert (np.asarray(layer(ones, training=False)) == ones).all()
"""

WEIGHTS_ONLY = """
import numpy as np
from tensorflow import keras

x, y = np.random.rand(16, 4).astype("float32"), np.random.rand(16, 1).astype("float32")
inputs = keras.Input((4,))
frozen = keras.layers.Dense(8, activation="tanh")
head = keras.layers.Dense(1)
model = keras.Model(inputs, head(keras.layers.Dropout(0.5)(frozen(inputs))))
frozen.trainable = False
model.compile("sgd", "mse")
before = [w.copy() for w in frozen.get_weights()], [w.copy() for w in head.get_weights()]
model.fit(x, y, epochs=3, verbose=0)
same = [np.array_equal(a, b) for a, b in zip(before[0], frozen.get_weights())]
moved = [not np.array_equal(a, b) for a, b in zip(before[1], head.get_weights())]
assert all(same) and all(moved), (same, moved)
"""

READ_WHEN = """
import numpy as np
import keras

x, y = np.random.rand(16, 4).astype("float32"), np.random.rand(16, 1).astype("float32")
inputs = keras.Input((4,))
layer = keras.layers.Dense(8, activation="tanh")
model = keras.Model(inputs, keras.layers.Dense(1)(layer(inputs)))
model.compile("sgd", "mse")
layer.trainable = False  # after compile, before the first fit
before = layer.get_weights()[0].copy()
model.fit(x, y, verbose=0)
moved = not np.array_equal(before, layer.get_weights()[0])
keras_2 = keras.__version__.startswith("2.")
assert moved is keras_2, "Keras 2 reads trainable in compile(), Keras 3 when the step is first traced"
"""

BATCH_NORM = """
import numpy as np
from tensorflow import keras

layer = keras.layers.BatchNormalization()
x = np.random.rand(64, 3).astype("float32") * 5
layer(x)
learning = np.asarray(layer(x, training=True))
assert abs(learning.mean()) < 1e-3
layer.trainable = False
before = layer.moving_mean.numpy().copy()
frozen = np.asarray(layer(x, training=True))
assert np.allclose(frozen, np.asarray(layer(x, training=False)))
assert np.array_equal(before, layer.moving_mean.numpy())
"""

CLAIMS = {
    "a frozen Dropout drops with training=True and not with training=False": FROZEN_DROPOUT,
    "trainable governs whether weights move": WEIGHTS_ONLY,
    "when trainable is read": READ_WHEN,
    "BatchNormalization alone follows trainable": BATCH_NORM,
}


@pytest.mark.parametrize("keras", KERASES)
@pytest.mark.parametrize("claim", CLAIMS)
def test_starting_point(claim: str, keras: str, kerases: Kerases) -> None:
    assert kerases.get(keras).run_source(CLAIMS[claim])["error"] is None
