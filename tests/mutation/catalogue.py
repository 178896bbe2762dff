"""All breaks."""

from __future__ import annotations

from tests.mutation import classes, flow, freezing, judging, late, noise, saving, user_classes, versions
from tests.mutation.patching import BREAKS

assert all((classes, flow, freezing, judging, late, noise, saving, user_classes, versions))

__all__ = ["BREAKS"]
