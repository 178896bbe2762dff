"""A look at the text alone that spares most files the parser.

Sound by construction: every rule needs a Keras name and either an assignment to `trainable`,
a `training` argument, or a `call` method that a user wrote.
"""

from __future__ import annotations

KERAS = ("keras", "tensorflow")
EVIDENCE = ("trainable", "training", "def call")


def may_concern(text: str) -> bool:
    """Whether a file with this text can have a finding."""
    return any(word in text for word in KERAS) and any(word in text for word in EVIDENCE)
