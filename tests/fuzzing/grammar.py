"""Programs drawn from Python's grammar by hypothesmith."""

from __future__ import annotations

from collections.abc import Callable

import hypothesmith
from hypothesis import HealthCheck, Phase, given, seed, settings


def for_each(count: int, number: int, check: Callable[[str], None]) -> None:
    """Calls `check` with that many programs; the same for the same number."""

    @settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @seed(number)
    @given(hypothesmith.from_node())
    def run(text: str) -> None:
        check(text)

    run()
