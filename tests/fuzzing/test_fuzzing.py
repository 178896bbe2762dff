"""A short part of `python -m tests.fuzzing`."""

from __future__ import annotations

import itertools

from tests.fuzzing.checking import check
from tests.fuzzing.mutating import mutants


def test_broken_fixtures() -> None:
    python = sum(check(text) for text in itertools.islice(mutants(1), 300))
    assert python > 200  # most are Python
