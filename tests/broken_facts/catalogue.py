"""All breaks."""

from __future__ import annotations

from tests.broken_facts import classes, flow, freezing, versions
from tests.broken_facts.patching import BREAKS

assert all((classes, flow, freezing, versions))

__all__ = ["BREAKS"]
