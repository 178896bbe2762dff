"""KFD101 frozen-dropout-active."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.rules.causes import Cause, active_parts
from dropout_lint.rules.choosing import part_switched_off
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.cures import safe_cure
from dropout_lint.rules.frozen_parts import draft, story
from dropout_lint.rules.rule import Diagnostic, History, Rule


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each frozen part and wire."""
    for found in active_parts(history, Cause.UNTOLD):
        cure = safe_cure(history, found)
        yield draft("KFD101", found, story(found), cure, part_switched_off(history, found))


RULE = Rule(
    code="KFD101",
    name="frozen-dropout-active",
    claim=Claim.FROZEN_ACTIVE,
    summary="a frozen part still drops in training: no training=False on the way",
    kerases="all",
    why="""\
Freezing stops weights, not randomness: `trainable = False` has no influence on Dropout. Whenever the
model around it is trained, a Dropout inside the frozen part goes on dropping, so the new head learns
from noisy features that it will never see again at inference.
""",
    evidence="""\
The wrong example and every fixture marked KFD101 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
the frozen Dropout receives training=True in fit() and drops units,
in Keras 2, 3.15 and 3.16 alike.
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
features = base(new_inputs)
model = keras.Model(new_inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


@keras.utils.register_keras_serializable()
class Frozen(layers.Wrapper):
    '''Runs a layer in inference mode, whatever the model around it does.'''

    def call(self, inputs):
        return self.layer(inputs, training=False)


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
Call the frozen part with training=False: `base(x, training=False)`. In a graph this works in Keras 2 and
3.16; Keras 3.0–3.15 override it (KFD102). There, and in any Keras, put the call into the `call()` of a
Layer, or set the rate of its Dropouts to 0 before compile(). If the part was compiled itself, derive from
keras.Model instead: Keras 3 takes the metrics of what a Layer holds for those of the model that is trained,
and fit() would report the part's loss, 0.
""",
    limits="""\
Ready-made models (keras.applications and the like) are not looked into by this rule. A model whose
layers cannot be known is never reported.
""",
    check=check,
)
