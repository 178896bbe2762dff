"""The messages are those that were reviewed, and each rule has some."""

from __future__ import annotations

from difflib import unified_diff

from dropout_lint import Settings, lint_source
from dropout_lint.rules import RULES
from tests.messages.programs import RECORD, told


def test_messages_are_those_that_were_reviewed() -> None:
    before, now = RECORD.read_text(encoding="utf-8"), told()
    difference = "\n".join(unified_diff(before.splitlines(), now.splitlines(), lineterm=""))
    assert not difference, f"read them, then python -m tests.messages\n{difference}"


def test_each_rule_speaks() -> None:
    text = RECORD.read_text(encoding="utf-8")
    assert [rule.code for rule in RULES if f"] {rule.code} " not in text] == []


def test_a_model_of_what_is_read_begins_where_it_is_read_from() -> None:
    text = """
from tensorflow import keras
from tensorflow.keras import layers

image = keras.Input((32, 32, 3))
net = getattr(keras.applications, "EfficientNetB1")(input_tensor=image)
own = keras.Model(image, layers.Dense(1)(net.layers[-2].output))
for layer in own.layers[:-6]:
    layer.trainable = False
own.compile("sgd", "mse")
own.fit(x, y)
"""
    (finding,) = lint_source(text, "program.py", Settings(keras_version="3.15"))
    assert "keras.Model(net.input, net.layers[-2].output)" in finding.message
