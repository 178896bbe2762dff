"""KFD202 inference-flag-leaks."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.rules.claim import Claim
from dropout_lint.rules.leaks import leak_drafts
from dropout_lint.rules.rule import Diagnostic, History, Rule


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each `training=False` that reaches layers executed after it in training."""
    cure = "a graph cannot hand the flag on: set rate = 0 in the frozen part before compile() instead"
    yield from leak_drafts(history, "KFD202", value=False, in_a_graph=cure)


RULE = Rule(
    code="KFD202",
    name="inference-flag-leaks",
    claim=Claim.FALSE_LEAKS,
    summary="training=False on one part also silences Dropout and BatchNormalization executed after it",
    kerases="3 in call(); 3.16 in graphs",
    why="""\
Keras 3 keeps one training flag for the whole outermost call and does not put it back when a callee
returns. After `self.base(x, training=False)` every later layer that is called without a flag of its own
runs in inference mode too: the head's Dropout never drops, its BatchNormalization never learns.
""",
    evidence="""\
The wrong example and every fixture marked KFD202 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 3.15 and 3.16 the head's Dropout receives training=False in
fit(); in Keras 2 it receives True.
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
        features = self.base(inputs, training=False)
        return self.head(self.dropout(features))


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
        features = self.base(inputs, training=False)
        return self.head(self.dropout(features, training=training))


model = Classifier()
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Pass `training=training` to the layers that follow, or call them before the frozen part.
""",
    limits="""\
In graphs only from 3.16 on. Layers whose execution order depends on unknown data are not reported.
""",
    check=check,
)
