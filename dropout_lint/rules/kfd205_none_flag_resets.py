"""KFD205 none-flag-resets."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.rules.claim import Claim
from dropout_lint.rules.leaks import reset_drafts
from dropout_lint.rules.rule import Diagnostic, History, Rule


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each literal `training=None` that switches a trainable part's layers off."""
    yield from reset_drafts(history, "KFD205")


RULE = Rule(
    code="KFD205",
    name="none-flag-resets",
    claim=Claim.NONE_RESETS,
    summary="a literal training=None inside call() switches Dropout off",
    kerases="≥ 3.10; 2 if the callee takes no training",
    why="""\
From Keras 3.10 on an explicit `training=None` counts as a value: it resets the flag for this call and
for everything executed after it, so the Dropout there is off in fit(). In Keras 2 it counts only for a
callee whose `call` takes no `training`: what runs inside it is off.
""",
    evidence="""\
The wrong example and every fixture marked KFD205 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 3.15 and 3.16 the Dropout receives no flag in fit() and is off.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

base = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(4)])
base.trainable = False


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.dropout = layers.Dropout(0.5)
        self.head = layers.Dense(1)

    def call(self, inputs, training=None):
        features = self.base(inputs)
        return self.head(self.dropout(features, training=None))


model = Classifier()
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

base = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(4)])
base.trainable = False


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.dropout = layers.Dropout(0.5)
        self.head = layers.Dense(1)

    def call(self, inputs, training=None):
        features = self.base(inputs)
        return self.head(self.dropout(features, training=training))


model = Classifier()
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Pass `training=training`, or leave the argument out.
""",
    limits="""\
Reported where a trainable part loses its Dropout; a frozen part that is silenced this way is not.
""",
    check=check,
)
