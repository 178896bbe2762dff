"""KFD105 adversary-dropout-active."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.rules.causes import Cause, active_parts
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.cures import safe_cure
from dropout_lint.rules.frozen_parts import draft, story
from dropout_lint.rules.rule import Diagnostic, History, Rule


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each frozen part that is trained itself again after this run."""
    for found in active_parts(history, Cause.ADVERSARY):
        start, *rest = story(found)
        message = (f"in alternating training {start}", *rest)
        yield draft("KFD105", found, message, safe_cure(history, found) + ", unless the noise is meant")


RULE = Rule(
    code="KFD105",
    name="adversary-dropout-active",
    claim=Claim.ADVERSARY_ACTIVE,
    summary="KFD101 in alternating (GAN) training, where it is often meant",
    kerases="all",
    why="""\
In a GAN the discriminator is frozen inside the combined model and trained itself in turn. Its Dropout is
active while the generator learns. Many recipes want exactly that, so this is off by default.
""",
    evidence="""\
The wrong example and every fixture marked KFD105 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
the frozen discriminator's Dropout receives training=True while the
combined model trains.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

generator = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(6)])
discriminator = keras.Sequential([
    keras.Input((6,)), layers.Dense(8), layers.Dropout(0.3), layers.Dense(1, activation="sigmoid")])
discriminator.compile("adam", "binary_crossentropy")
discriminator.train_on_batch(np.random.rand(8, 6), np.ones((8, 1)))

noise = keras.Input((4,))
discriminator.trainable = False
gan = keras.Model(noise, discriminator(generator(noise)))
gan.compile("adam", "binary_crossentropy")

for step in range(2):
    fake = generator.predict(np.random.rand(8, 4), verbose=0)
    discriminator.train_on_batch(fake, np.zeros((8, 1)))
    gan.train_on_batch(np.random.rand(8, 4), np.ones((8, 1)))
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

generator = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(6)])
discriminator = keras.Sequential([
    keras.Input((6,)), layers.Dense(8), layers.Dense(1, activation="sigmoid")])
discriminator.compile("adam", "binary_crossentropy")
discriminator.train_on_batch(np.random.rand(8, 6), np.ones((8, 1)))

noise = keras.Input((4,))
discriminator.trainable = False
gan = keras.Model(noise, discriminator(generator(noise)))
gan.compile("adam", "binary_crossentropy")

for step in range(2):
    fake = generator.predict(np.random.rand(8, 4), verbose=0)
    discriminator.train_on_batch(fake, np.zeros((8, 1)))
    gan.train_on_batch(np.random.rand(8, 4), np.ones((8, 1)))
""",
    cure="""\
Call the discriminator with training=False inside the combined model (see KFD101 for Keras 3.0–3.15), or
leave it if the noise is meant.
""",
    limits="""\
A model that is trained first and then frozen for good is no adversary: KFD101.
""",
    check=check,
    default=False,
)
