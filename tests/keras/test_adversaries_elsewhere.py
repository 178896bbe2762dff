"""Models that are built here and trained by other code: a part that is compiled itself is an adversary."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source

BUILDER = """\
from tensorflow import keras
from tensorflow.keras import layers


def critic():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dropout(0.4), layers.Dense(1)])
    {compiled}
    return model


def combined(generator, critic):
    critic.trainable = False
    model = keras.Sequential([generator, critic])
    model.compile("adam", "binary_crossentropy")
    return model


judge = critic()
model = combined(keras.Sequential([keras.Input((2,)), layers.Dense(4)]), judge)
{rest}
"""
COMPILED = 'model.compile("adam", "binary_crossentropy")'
SETTINGS = Settings(keras_version="2.15", opt_in=frozenset({"KFD105"}))


@pytest.mark.parametrize(
    ("compiled", "rest", "code"),
    [
        (COMPILED, "", "KFD105"),
        ("", "", "KFD101"),
        (COMPILED, "judge.fit(x, y)\nmodel.fit(x, y)", "KFD101"),  # one after the other, not in turn
        (COMPILED, "for _ in range(9):\n    judge.fit(x, y)\n    model.fit(x, y)", "KFD105"),
    ],
)
def test_what_is_compiled_itself_is_trained_itself(compiled: str, rest: str, code: str) -> None:
    text = BUILDER.format(compiled=compiled or "pass", rest=rest)
    assert [finding.code for finding in lint_source(text, "gan.py", SETTINGS)] == [code]
