"""Room for deep recursion over a syntax tree."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

RECURSION_LIMIT = 8_000


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for the depth that the budgets allow; Python's own default is less."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
