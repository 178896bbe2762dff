"""KFD106 training-forced-on."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.rules.causes import Cause, active_parts
from dropout_lint.rules.choosing import part_switched_off
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.cures import safe_cure
from dropout_lint.rules.frozen_parts import draft, story
from dropout_lint.rules.rule import Diagnostic, History, Rule


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each frozen part that the program itself switches to training mode."""
    for found in active_parts(history, Cause.FORCED):
        message = (f"training=True is written at the call: {story(found)[0]}", *story(found)[1:])
        cure = safe_cure(history, found)
        yield draft("KFD106", found, message, cure, part_switched_off(history, found))


RULE = Rule(
    code="KFD106",
    name="training-forced-on",
    claim=Claim.FROZEN_FORCED_ON,
    summary="a frozen part is called with training=True",
    kerases="all",
    why="""\
A frozen part that is called with training=True drops units in every training step, and at inference too
where the flag is honoured. BatchNormalization follows `trainable`; Dropout does not.
""",
    evidence="""\
The wrong example and every fixture marked KFD106 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
the frozen Dropout receives training=True and drops units.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
hidden = layers.Dropout(0.5)(hidden)
base = keras.Model(inputs, layers.Dense(4)(hidden))
base.trainable = False

new_inputs = keras.Input((8,))
features = base(new_inputs, training=True)
model = keras.Model(new_inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


class Frozen(layers.Layer):
    '''Runs a frozen model in inference mode, whatever the model around it does.'''

    def __init__(self, model):
        super().__init__()
        self.model = model

    def call(self, inputs):
        return self.model(inputs, training=False)


inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
hidden = layers.Dropout(0.5)(hidden)
base = keras.Model(inputs, layers.Dense(4)(hidden))
base.trainable = False

new_inputs = keras.Input((8,))
features = Frozen(base)(new_inputs)
model = keras.Model(new_inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Call it with training=False (in a graph under Keras 3.0–3.15: inside the `call()` of a Layer).
""",
    limits="""\
A single Dropout layer called with training=True (Monte Carlo Dropout) is taken to be meant.
""",
    check=check,
)
