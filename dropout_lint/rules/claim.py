"""What rules claim of Keras. What is done about a finding beyond telling it follows from its claim.

A fix is proved by it, an editor fades by it, `dropout_lint.reproducing` has a small program for each, and the
tests hold each against what Keras does.
"""

from __future__ import annotations

from enum import Enum


class Claim(Enum):
    """What the findings of a rule say, in half a sentence."""

    # of parts that are frozen
    FROZEN_ACTIVE = "a frozen part is random in training"
    FROZEN_FORCED_ON = "a frozen part is told to be in training mode"
    ADVERSARY_ACTIVE = "a part is random where it is frozen, and is trained itself in turn"
    FALSE_OVERRIDDEN = "a graph overrides the training=False of a part, frozen or not"
    FALSE_SWALLOWED = "a callee drops the training=False of a frozen part"
    NOTHING_TO_FREEZE = "a freeze reaches random layers alone, which have no weights"
    # of flags
    FLAG_NOT_TAKEN = "a model takes no flag, and what it trains is off"
    STEP_UNTOLD = "a step does not say that it trains, and what it trains is off"
    FALSE_LEAKS = "training=False goes on to hold after its call, and what is trained there is off"
    NONE_RESETS = "training=None takes the flag away, and what is trained there is off"
    TRUE_LEAKS = "training=True goes on to hold after its call, and what is there is on in inference"
    TRUE_OVERRIDDEN = "a graph overrides the training=True of a part in inference"
    PHASE_IGNORED = "fit() takes no notice of the learning phase"
    NOISE_OFF = "noise in a function of a dataset is off"
    FLAG_STORED = "a flag that was stored holds, whatever the run is"
    # of weights and rates
    TRAINABLE_TOO_LATE = "`trainable` is set too late for a run"
    NO_FREEZE = "what looks like a freeze is none"
    NOTHING_TRAINED = "a run trains nothing"
    THAWED_IN_TRAINING = "a thawed BatchNormalization updates its statistics in training"
    ADVERSARY_STANDS = "a part that is to be trained in turn learns nothing"
    RATE_TOO_LATE = "a rate is set too late for a run"


OF_FROZEN_PARTS = frozenset(
    {
        Claim.FROZEN_ACTIVE,
        Claim.FROZEN_FORCED_ON,
        Claim.ADVERSARY_ACTIVE,
        Claim.FALSE_OVERRIDDEN,
        Claim.FALSE_SWALLOWED,
        Claim.NOTHING_TO_FREEZE,
    }
)
# Where the cure makes `trainable` hold: what is frozen then was not before.
OF_TRAINABLE = frozenset({Claim.TRAINABLE_TOO_LATE, Claim.NO_FREEZE})
# What is reported does nothing at all.
WITHOUT_EFFECT = frozenset({Claim.NOTHING_TO_FREEZE, Claim.NO_FREEZE})
