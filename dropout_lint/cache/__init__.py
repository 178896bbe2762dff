"""Results kept on disk: what was found in a file is found again by looking at what it rests on."""

from __future__ import annotations

import os


def is_usual() -> bool:
    """Whether results are kept where nobody says so: anywhere but in CI."""
    return not os.environ.get("CI")
