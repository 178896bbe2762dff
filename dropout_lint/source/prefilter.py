"""A look at the text alone that spares most files the parser.

Sound by construction: every rule needs a Keras name and one of: an assignment to `trainable` (or
something that looks like it), a `training` argument, a `call` method that a user wrote, or the
learning phase.
"""

from __future__ import annotations

import re

# transformers: its TF models are Keras models, and need no other import.
KERAS = ("keras", "tensorflow", "transformers")
EVIDENCE = ("train", "def call", "learning_phase")
# `model.tranable = False`: KFD302 looks for misspellings that begin with the right letter.
MISSPELLED = re.compile(r"\.[tT]\w{5,10}\s*=\s*(?:True|False)\b")


def may_concern(text: str) -> bool:
    """Whether a file with this text can have a finding."""
    if not any(word in text for word in KERAS):
        return False
    return any(word in text for word in EVIDENCE) or MISSPELLED.search(text) is not None
