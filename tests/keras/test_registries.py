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


CORRELATED = """\
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.applications import EfficientNetB0, ResNet50

TABLE = {{"effnet": (EfficientNetB0, 1), "resnet": (ResNet50, 2)}}
DROPS, HAS = ["effnet"], {{"effnet": True, "resnet": False}}


class Off(layers.Layer):
    def __init__(self, part):
        super().__init__()
        self.part = part

    def call(self, inputs):
        return self.part(inputs, training=False)


def train(name, x, y):
    make, _ = TABLE[name]
    base = make(include_top=False)
    base.trainable = False
    inputs = keras.Input((224, 224, 3))
    features = Off(base)(inputs) if {drops} else base(inputs)
    model = keras.Model(inputs, layers.Dense(2)(features))
    model.compile("adam", "mse")
    model.fit(x, y)
"""


@pytest.mark.parametrize(
    "drops",
    [
        'name == "effnet"',
        "name in DROPS",
        "HAS[name]",
        "HAS.get(name)",
        'name.lower() == "effnet"',
        'name.startswith("eff")',
        "len(name) == 6 and not name.endswith('resnet')",
        "make is EfficientNetB0",
        "make is keras.applications.EfficientNetB0",
        "make in (EfficientNetB0,)",
    ],
)
def test_what_follows_goes_by_the_key_that_was_taken(drops: str) -> None:
    found = lint_source(CORRELATED.format(drops=drops), "train.py", Settings(keras_version="3.15"))
    assert found == []
    other = CORRELATED.format(drops=f"not ({drops})")
    assert [one.code for one in lint_source(other, "train.py", Settings(keras_version="3.15"))] == ["KFD104"]


def test_tables_of_what_makes_no_layer_are_no_branches() -> None:
    """Loaders of data would use up the runs that what follows needs."""
    loaders = ", ".join(f'"{number}": (data.load_{number}, 2)' for number in range(12))
    text = f"""\
import data
from tensorflow import keras
from tensorflow.keras import layers

LOADERS = {{{loaders}}}


def train(args):
    load, _ = LOADERS[args.data]
    x, y = load()
    base = keras.Sequential([layers.Dense(4), layers.Dropout(0.3)])
    if args.mode == "a":
        width = 1
    elif args.mode == "b":
        width = 2
    else:
        width = 3
    if args.freeze:
        base.trainable = False
    model = keras.Sequential([base, layers.Dense(width)])
    model.compile("sgd", "mse")
    model.fit(x, y)
"""
    assert [one.code for one in lint_source(text, "train.py", Settings(keras_version="3.15"))] == ["KFD101"]
