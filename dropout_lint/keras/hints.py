"""Which Keras a file is written for, where nothing else says so."""

from __future__ import annotations

import re

# The present release line of Keras 3.
DEFAULT = ">=3.0,<3.16"
KERAS_2 = "2"

# Each is found in no file that runs on the other Keras: tf_keras and TF_USE_LEGACY_KERAS choose
# Keras 2; Hugging Face's TF models and TF-Hub layers are Keras 2 whatever is installed.
_KERAS_2 = re.compile(
    r"""^\s*(?:import|from)\s+tf_keras\b
      | ["']TF_USE_LEGACY_KERAS["']\s*\]?\s*[=,]\s*["']?(?:1|True|true)\b
      | ^\s*from\s+transformers\s+import\b[^#\n]*\bTF[A-Z]
      | \bhub\.KerasLayer\(
    """,
    re.MULTILINE | re.VERBOSE,
)


def specifier(text: str) -> str:
    """The Keras versions that the text of a file asks for, as a specifier."""
    return KERAS_2 if _KERAS_2.search(text) else DEFAULT
