"""Whether code can have anything to do with training a model or freezing a layer, by its words."""

from __future__ import annotations

from dropout_lint.interpreter.reach import ELSEWHERE, Words
from dropout_lint.keras.attributes import looks_like_trainable
from dropout_lint.keras.runs import INFERENCE, TRAINING

# What enters a model, and what makes one that other code is expected to train.
_ENTRIES = TRAINING | INFERENCE | {"compile", "GradientTape"}
# Attributes whose assignment freezes, or looks as if it did.
_FLAGS = frozenset({"trainable", "training"})
_SPEAKING = frozenset(
    {ELSEWHERE, "GradientTape", "trainable="}
    | {f".{name}" for name in _ENTRIES}
    | {f".{name}=" for name in _FLAGS}
    | {f'"{name}"' for name in _ENTRIES | _FLAGS}
)


def concerns(words: Words) -> bool:
    """Whether code with these words can write a run or a freeze into the tables.

    Every rule needs a run, except for those that speak of an assignment alone.
    """
    if not _SPEAKING.isdisjoint(words):
        return True
    set_ = (word[1:-1] for word in words if word[:2] in _MISSPELLED and word[-1] in '="')
    return any(looks_like_trainable(name) for name in set_)


_MISSPELLED = frozenset({".t", ".T", '"t', '"T'})
