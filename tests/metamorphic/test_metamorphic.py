"""A quick subset of the pairs; `python -m tests.metamorphic` checks them all."""

from __future__ import annotations

import zlib

import pytest

from tests.metamorphic.checking import cases, check
from tests.metamorphic.relation import RELATIONS

# Of all pairs of a program and a relation, which part is checked here. The choice is the same each time.
_PART = 32
_QUICK = [case for case in cases() if zlib.crc32(" ".join(case).encode()) % _PART == 0]


def test_there_are_enough_relations() -> None:
    assert len(RELATIONS) >= 40
    assert {name for _, name in _QUICK} == set(RELATIONS)


@pytest.mark.parametrize("name", sorted(RELATIONS))
def test_verdict_follows(name: str) -> None:
    pairs = [pair for program, other in _QUICK if other == name for pair in check(program, name)]
    violated = [f"{p.program} [{p.keras}]: {p.problem}: {p.before} -> {p.after}" for p in pairs if p.problem]
    assert violated == []
