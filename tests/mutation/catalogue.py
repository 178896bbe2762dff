"""All breaks."""

from __future__ import annotations

from tests.mutation import (
    classes,
    entries,
    flags,
    freezing,
    graphs,
    judging,
    late,
    making,
    noise,
    saving,
    tracking,
    user_classes,
    versions,
)
from tests.mutation.patching import BREAKS

# Each adds its own when it is imported.
PARTS = (
    classes,
    entries,
    flags,
    freezing,
    graphs,
    judging,
    late,
    making,
    noise,
    saving,
    tracking,
    user_classes,
    versions,
)

__all__ = ["BREAKS", "PARTS"]
