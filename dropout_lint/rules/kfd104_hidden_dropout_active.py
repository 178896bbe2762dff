"""KFD104 hidden-dropout-active."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.rules.causes import Cause, active_parts
from dropout_lint.rules.choosing import part_switched_off
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.cures import safe_cure
from dropout_lint.rules.frozen_parts import draft, story
from dropout_lint.rules.rule import Diagnostic, History, Rule


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each frozen ready-made model whose own Dropout a training run leaves active."""
    for found in active_parts(history, Cause.UNTOLD_INSIDE):
        cure = safe_cure(history, found)
        yield draft("KFD104", found, story(found), cure, part_switched_off(history, found))


RULE = Rule(
    code="KFD104",
    name="hidden-dropout-active",
    claim=Claim.FROZEN_ACTIVE,
    summary="a frozen ready-made model (EfficientNet, a BERT backbone) brings its own Dropout, still active",
    kerases="all",
    why="""\
Some ready-made models hold Dropout that no line of the program shows: every EfficientNet drops whole
blocks while it trains (drop-connect), also without its top; BERT and its kin drop 10 %. Frozen, they go on
dropping in fit(), unless they are called with `training=False`.
""",
    evidence="""\
The wrong example is executed under each Keras (tests/test_rule_pages.py): the Dropouts inside the frozen
EfficientNetB0 receive training=True in fit(). What each model holds is read from Keras itself
(`python -m tests.catalogue.generate`, checked by tests/catalogue/test_catalogue.py).
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.applications import EfficientNetB0

base = EfficientNetB0(include_top=False, weights=None, input_shape=(32, 32, 3), pooling="avg")
base.trainable = False

images = keras.Input((32, 32, 3))
features = base(images)
model = keras.Model(images, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(4, 32, 32, 3), np.random.rand(4, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.applications import MobileNetV2

base = MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3), pooling="avg")
base.trainable = False

images = keras.Input((32, 32, 3))
features = base(images)
model = keras.Model(images, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(4, 32, 32, 3), np.random.rand(4, 1), verbose=0)
""",
    cure="""\
Call it with training=False (in a graph under Keras 3.0–3.15: inside the `call()` of a Layer). Where the
constructor has an argument for it, switch the Dropout off: `drop_connect_rate=0` (EfficientNetB* in Keras 2),
`dropout=0.0` (keras_hub), `hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0` (Hugging Face).
""",
    limits="""\
The layers of an application are taken from the newest release of each Keras; near the end of a slice the
finding is only likely. Presets may have other rates than the constructor's defaults.
""",
    check=check,
)
