"""A thaw is refused only where the optimizer certainly does not know the weights (seen in Keras 3.15)."""

from __future__ import annotations

import pytest

from dropout_lint.judging import simulate
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.source.text import SourceFile

PROGRAM = """\
from tensorflow import keras
from tensorflow.keras import layers

stem = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
model = keras.Sequential([keras.Input((4,)), stem, layers.Dense(1)])
{before}
stem.trainable = False
model.compile({compiled})
model.train_on_batch(x, y)
stem.trainable = True
{between}
model.fit(x, y)
"""
BUILT = """\
from tensorflow import keras
from tensorflow.keras import layers


class Head(layers.Layer):
    def build(self, shape):
        self.drop = layers.Dropout(0.3)
        self.last = layers.Dense(1)

    def call(self, inputs, training=None):
        return self.last(self.drop(inputs, training=training))


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.head = Head()

    def call(self, inputs, training=None):
        return self.head(inputs, training=training)


model = Own()
model.head.trainable = False
model.compile("sgd", "mse")
model.fit(x, y)
"""


def _runs(text: str) -> list[tuple[str, int, list[bool | None]]]:
    trace = simulate(SourceFile("train.py", text), behaviours("3.15")[-1])[0]
    return [(run.kind, len(run.trained or ()), [row.frozen for row in run.activities]) for run in trace.runs]


@pytest.mark.parametrize(
    ("before", "compiled", "between", "refused"),
    [
        ("", '"sgd", "mse"', "", True),
        ("", 'keras.optimizers.SGD(0.1), "mse"', "", True),
        ("", 'loss="mse", optimizer="sgd"', "", True),
        ("", '"sgd", "mse"', 'model.compile("sgd", "mse")', False),
        ("sgd = keras.optimizers.SGD(0.1)\nsgd.build(model.trainable_variables)", 'sgd, "mse"', "", False),
        ("", '"sgd", "mse"', "model.optimizer = keras.optimizers.SGD(0.1)", False),
        ("", "**options()", "", False),
    ],
)
def test_weights_that_the_optimizer_does_not_know(
    before: str, compiled: str, between: str, refused: bool
) -> None:
    runs = _runs(PROGRAM.format(before=before, compiled=compiled, between=between))
    assert [kind for kind, _, _ in runs] == ["train_on_batch"] + ["fit"] * (not refused)


def test_a_part_whose_layers_the_run_makes_learns_in_it() -> None:
    """They are made after the part was frozen, and train."""
    assert _runs(BUILT) == [("fit", 1, [False])]
