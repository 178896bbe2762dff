"""KFD206 training-flag-leaks."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.rules.claim import Claim
from dropout_lint.rules.leaks import leak_drafts
from dropout_lint.rules.rule import Diagnostic, History, Rule


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each `training=True` that reaches layers executed after it in inference."""
    cure = "leave it out here, and call the model with training=True for samples"
    told = f"a graph cannot hand the flag on: {cure}"
    yield from leak_drafts(history, "KFD206", value=True, in_a_graph=told)


RULE = Rule(
    code="KFD206",
    name="training-flag-leaks",
    claim=Claim.TRUE_LEAKS,
    summary="training=True on one part makes later layers random, and BatchNormalization learn, in predict()",
    kerases="3",
    why="""\
The flag leaks in both directions (see KFD202): after `self.mc(x, training=True)` every later layer that is
called without a flag of its own is in training mode too, even in predict(): Dropout drops, and
BatchNormalization rewrites its moving statistics.
""",
    evidence="""\
The wrong example and every fixture marked KFD206 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 3.15 and 3.16 the later layer receives training=True in
predict(); in Keras 2 it receives False.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


class Uncertain(keras.Model):
    def __init__(self):
        super().__init__()
        self.monte_carlo = layers.Dropout(0.2)
        self.dropout = layers.Dropout(0.5)
        self.head = layers.Dense(1)

    def call(self, inputs, training=None):
        hidden = self.monte_carlo(inputs, training=True)
        return self.head(self.dropout(hidden))


model = Uncertain()
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
model.predict(np.random.rand(16, 8), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


class Uncertain(keras.Model):
    def __init__(self):
        super().__init__()
        self.monte_carlo = layers.Dropout(0.2)
        self.dropout = layers.Dropout(0.5)
        self.head = layers.Dense(1)

    def call(self, inputs, training=None):
        hidden = self.monte_carlo(inputs, training=True)
        return self.head(self.dropout(hidden, training=training))


model = Uncertain()
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
model.predict(np.random.rand(16, 8), verbose=0)
""",
    cure="""\
Pass `training=training` to the layers that follow.
""",
    limits="""\
Only what a predict() or evaluate() in sight shows.
""",
    check=check,
)
