"""A short part of `python -m tests.fuzzing`."""

from __future__ import annotations

import itertools

from tests.drawn import count, seed
from tests.fuzzing.checking import check
from tests.fuzzing.mutating import mutants


def test_broken_fixtures() -> None:
    most = count(300, 60)
    python = sum(check(text) for text in itertools.islice(mutants(seed()), most))
    assert python > most * 2 / 3  # most are Python
