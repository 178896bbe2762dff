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


_OLD_EFFICIENTNET = """\
from keras import layers, models
{imported}

base = {name}(weights="imagenet", include_top=False, input_shape=(64, 64, 3))
base.trainable = False
{silenced}
model = models.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(3)])
model.compile("adam", "mse")
model.fit(x, y)
"""


@pytest.mark.parametrize(
    ("imported", "name"),
    [
        ("from efficientnet import EfficientNetB2", "EfficientNetB2"),
        ("import efficientnet as efn", "efn.EfficientNetB4"),
        ("from efficientnet.model import EfficientNetB7", "EfficientNetB7"),
        ("import efficientnet.tfkeras as efn", "efn.EfficientNetB4"),
    ],
)
def test_the_package_efficientnet_before_and_since_its_release_1(imported: str, name: str) -> None:
    found = lint_source(_OLD_EFFICIENTNET.format(imported=imported, name=name, silenced=""))
    assert [finding.code for finding in found] == ["KFD104"]


@pytest.mark.parametrize(("rate", "left"), [("drop_connect_rate", []), ("rate", ["KFD104"])])
def test_a_drop_connect_layer_drops_by_its_own_rate(rate: str, left: list[str]) -> None:
    silenced = f"for one in base.layers:\n    one.{rate} = 0"
    text = _OLD_EFFICIENTNET.format(
        imported="from efficientnet import EfficientNetB2", name="EfficientNetB2", silenced=silenced
    )
    assert [finding.code for finding in lint_source(text)] == left
