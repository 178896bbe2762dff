"""KFD107 frozen-augmentation-active."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.rules.causes import Cause, active_parts
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.cures import safe_cure
from dropout_lint.rules.frozen_parts import draft, story
from dropout_lint.rules.rule import Diagnostic, History, Rule


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each frozen part whose augmentation stays random in a training run."""
    for found in active_parts(history, Cause.AUGMENTATION):
        yield draft("KFD107", found, story(found), safe_cure(history, found))


RULE = Rule(
    code="KFD107",
    name="frozen-augmentation-active",
    claim=Claim.FROZEN_ACTIVE,
    summary="Random... augmentation inside a frozen model stays random, often on purpose",
    kerases="all",
    why="""\
Augmentation layers act in training whatever `trainable` says. Inside a frozen encoder that is often what
the author wants, so this is off by default.
""",
    evidence="""\
The wrong example and every fixture marked KFD107 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
the frozen RandomFlip receives training=True in fit().
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8, 8, 3))
hidden = layers.RandomFlip("horizontal")(inputs)
hidden = layers.Conv2D(4, 3, activation="relu")(hidden)
base = keras.Model(inputs, layers.GlobalAveragePooling2D()(hidden))
base.trainable = False

images = keras.Input((8, 8, 3))
features = base(images)
model = keras.Model(images, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(8, 8, 8, 3), np.random.rand(8, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8, 8, 3))
hidden = layers.Rescaling(0.5)(inputs)
hidden = layers.Conv2D(4, 3, activation="relu")(hidden)
base = keras.Model(inputs, layers.GlobalAveragePooling2D()(hidden))
base.trainable = False

images = keras.Input((8, 8, 3))
features = base(images)
model = keras.Model(images, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(8, 8, 8, 3), np.random.rand(8, 1), verbose=0)
""",
    cure="""\
Call the frozen part with training=False (see KFD101 for Keras 3.0–3.15), or augment outside of it.
""",
    limits="""\
Which augmentation layers exist is read from Keras' own list.
""",
    check=check,
    default=False,
)
