"""Tables from which an unknown key takes a builder: each entry is a branch that somebody wrote."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source

PROGRAM = """\
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.applications import DenseNet121, EfficientNetB0, MobileNetV2, ResNet50, VGG16

TABLE = {table}


def train(name, x, y):
    base = {taken}(include_top=False)
    base.trainable = False
    inputs = keras.Input((224, 224, 3))
    model = keras.Model(inputs, layers.Dense(2)(base(inputs)))
    model.compile("adam", "mse")
    model.fit(x, y)
"""
OTHERS = ", ".join(f'"{number}": (VGG16, {number})' for number in range(12))


@pytest.mark.parametrize(
    ("table", "taken", "found"),
    [
        ('{"r": ResNet50, "e": EfficientNetB0}', "TABLE[name]", True),
        ('{"r": (ResNet50, 1), "e": (EfficientNetB0, 2), "m": (MobileNetV2, 3)}', "TABLE[name][0]", True),
        ('{"r": [ResNet50, 1], "e": [EfficientNetB0, 2]}', "TABLE.get(name)[0]", True),
        ('{"r": {"make": ResNet50}, "e": {"make": EfficientNetB0}}', 'TABLE[name]["make"]', True),
        (f'{{{OTHERS}, "e": (EfficientNetB0, 9), "v": (VGG16, 8)}}', "TABLE[name][0]", True),
        ('{"r": (ResNet50, 1), "d": (DenseNet121, 2), "m": (MobileNetV2, 3)}', "TABLE[name][0]", False),
        ('{"r": (ResNet50, 1), "e": (EfficientNetB0, 2)}', 'TABLE["r"][0]', False),
        ('{"r": (ResNet50, 1), "e": (EfficientNetB0, 2), **more()}', "TABLE[name][0]", False),
        ('{"r": (ResNet50, 1), "e": "EfficientNetB0"}', "TABLE[name][0]", False),
    ],
)
def test_an_entry_is_a_branch(table: str, taken: str, found: bool) -> None:
    findings = lint_source(
        PROGRAM.format(table=table, taken=taken), "train.py", Settings(keras_version="3.15")
    )
    assert [finding.code for finding in findings] == ["KFD104"] * found
