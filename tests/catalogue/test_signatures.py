"""What constructors take and refuse: the data, and that a sample of it is still what Keras says.

All of it is written anew by `python -m tests.catalogue.generate --only signatures`.
"""

from __future__ import annotations

import ast

import pytest
from packaging.version import Version

from dropout_lint import Settings, lint_source
from dropout_lint.keras.catalogue.signatures import refusal
from dropout_lint.target.releases import CLASSES
from tests.catalogue.signatures import Signature, _old_names, encoded, measured, merged

SAMPLE = (
    "Input",
    "Model.fit",
    "Sequential",
    "applications.EfficientNetB0",
    "layers.Dropout",
    "layers.Embedding",
    "layers.LSTM",
    "layers.SpatialDropout1D",
    "optimizers.Adam",
)


@pytest.mark.keras
@pytest.mark.parametrize(("asked", "version"), [("tf_keras", "2.15"), ("keras", "3.10")])
def test_sample_is_what_keras_says(asked: str, version: str) -> None:
    found = measured(asked, SAMPLE)
    assert sorted(found) == sorted(SAMPLE)
    for constructor, signature in found.items():
        if constructor == "optimizers.Adam" and asked == "tf_keras":
            continue  # older ones take more
        assert refusal(Version(version), constructor, "nobodys") == signature.raises
        refused = {name for name in signature.takes if refusal(Version(version), constructor, name)}
        assert refused == set(), constructor


@pytest.mark.parametrize(
    ("constructor", "argument", "raises"),
    [
        # In Keras 2, 3.0–3.9, 3.10–3.15 and 3.16.
        ("layers.Dense", "foo", ("TypeError", "ValueError", "ValueError", "ValueError")),
        ("layers.Dense", "weights", (None, "ValueError", "ValueError", "ValueError")),
        ("layers.Dense", "batch_input_shape", (None, "ValueError", "ValueError", "ValueError")),
        ("layers.Dense", "input_dim", (None, None, None, None)),
        ("layers.Dense", "init", (None, "ValueError", "ValueError", "ValueError")),
        ("layers.Dropout", "training", ("TypeError", "ValueError", "ValueError", "ValueError")),
        ("layers.LSTM", "time_major", (None, "ValueError", "ValueError", "ValueError")),
        ("layers.SpatialDropout1D", "trainable", (None, "TypeError", "TypeError", "TypeError")),
        ("Input", "foo", ("ValueError", "TypeError", "TypeError", "TypeError")),
        ("Input", "batch_shape", (None, None, None, None)),
        ("Sequential", "trainable", ("TypeError", None, None, None)),
        # 3.0 to 3.3 took it through **kwargs.
        ("applications.EfficientNetB0", "drop_connect_rate", (None, None, "TypeError", "TypeError")),
        ("applications.VGG16", "foo", ("TypeError", "TypeError", "TypeError", "TypeError")),
        ("optimizers.Adam", "lr", (None, "ValueError", "ValueError", "ValueError")),
        ("optimizers.Adam", "decay", (None, None, None, None)),
        ("Model.fit", "workers", (None, "TypeError", "TypeError", "TypeError")),
        ("Model.fit", "foo", ("TypeError", "TypeError", "TypeError", "TypeError")),
        ("Model.fit", "nb_epoch", (None, "TypeError", "TypeError", "TypeError")),
        ("Model.fit", "validation_freq", (None, None, None, None)),
        ("Model.evaluate", "workers", (None, "ValueError", "ValueError", "ValueError")),
        ("Model.compile", "sample_weight_mode", (None, "TypeError", "TypeError", "TypeError")),
        ("Model.compile", "auto_scale_loss", (None, None, None, None)),
        ("layers.MadeByNobody", "foo", (None, None, None, None)),
    ],
)
def test_what_is_refused(constructor: str, argument: str, raises: tuple[str | None, ...]) -> None:
    assert tuple(refusal(first, constructor, argument) for first, _ in CLASSES) == raises


def test_several_releases_must_agree() -> None:
    old = {
        "layers.A": Signature(frozenset("xy"), "TypeError"),
        "layers.B": Signature(frozenset(), "TypeError"),
    }
    new = {
        "layers.A": Signature(frozenset("yz"), "TypeError"),
        "layers.B": Signature(frozenset(), "ValueError"),
    }
    assert merged([old, new]) == {"layers.A": Signature(frozenset("xyz"), "TypeError")}
    assert merged([new, {}]) == {}


def test_what_most_layers_take_is_written_once() -> None:
    names = {"name", "trainable", "input_shape", "dtype"}
    found = {name: Signature(frozenset(names | {name}), "ValueError") for name in ("layers.A", "layers.B")}
    found["layers.C"] = Signature(frozenset({"name"}), "TypeError")
    assert encoded(found) == {
        "*": "dtype input_shape name trainable",
        "layers.A": "ValueError layers.A *",
        "layers.B": "ValueError layers.B *",
        "layers.C": "TypeError name",
    }


def test_old_names_are_read_from_the_text() -> None:
    text = "f = make(conversions=[('p', 'rate')])\nif 'input_dim' in kwargs: pass\nif 'no' in other: pass\n"
    assert set(_old_names(ast.parse(text))) == {"p", "input_dim"}


PROGRAM = """
from tensorflow import keras
from tensorflow.keras import layers

def part():
    {made}
    return keras.Sequential([layers.Dense(8, input_shape=(4,)), layers.Dropout(0.4)])

def main():
    base = part()
    base.trainable = False
    model = keras.Sequential([base, layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x, y)

{run}
"""
REFUSED = "layers.Dense(1, time_major=True)"
GRAPH = "x = keras.Input((4,)); keras.Model(x, layers.Dense(1)(x))"
UNCAUGHT = "main()"
CAUGHT = "try:\n    main()\nexcept {kind}:\n    pass"


@pytest.mark.parametrize(
    ("made", "run", "found"),
    [
        (REFUSED, UNCAUGHT, True),  # people run their programs
        (REFUSED, CAUGHT.format(kind="KeyError"), True),
        (REFUSED, CAUGHT.format(kind="ValueError"), False),
        (REFUSED, CAUGHT.format(kind="(KeyError, Exception)"), False),
        ("layers.Dense(1, name='a')", CAUGHT.format(kind="ValueError"), True),
        ("layers.Dense(1)(keras.Input((4,)), True)", CAUGHT.format(kind="ValueError"), False),
        ("layers.Dense(1)(keras.Input((4,)), True)", UNCAUGHT, True),
        ("layers.Dense(1)(keras.Input((4,)), None)", CAUGHT.format(kind="ValueError"), True),
        (f"{GRAPH}(x, True)", CAUGHT.format(kind="ValueError"), True),
        (f"{GRAPH}(x, True)", CAUGHT.format(kind="TypeError"), False),
        ("layers.RandomFlip()(keras.Input((4, 4, 3)), True)", CAUGHT.format(kind="ValueError"), True),
    ],
)
def test_it_is_raised_only_where_it_is_caught(made: str, run: str, found: bool) -> None:
    text = PROGRAM.format(made=made, run=run)
    assert bool(lint_source(text, "program.py", Settings(keras_version="3.15"))) is found
