"""Patterns as .gitignore has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# Each further `*` multiplies the time that a path which almost matches may take.
MAX_STARS = 4


def spec_of(patterns: Iterable[str]) -> GitIgnoreSpec:
    """What these patterns name.

    Raises:
        ValueError: one of them is none, or has more than `MAX_STARS` stars.
    """
    from pathspec import GitIgnoreSpec

    patterns = list(patterns)
    for pattern in patterns:
        if len(re.findall(r"\*+", pattern)) > MAX_STARS:
            raise ValueError(f"a pattern with more than {MAX_STARS} stars: {pattern[:100]!r}")
    return GitIgnoreSpec.from_lines(patterns)


def usable(lines: Iterable[str]) -> list[str]:
    """The lines of a .gitignore that mean something; the others name nothing, as in git."""
    return [line for line in lines if _is_usable(line)]


def _is_usable(line: str) -> bool:
    try:
        spec_of([line])
    except ValueError:
        return False
    return True
