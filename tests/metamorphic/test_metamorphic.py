"""A quick subset of the pairs; `python -m tests.metamorphic` checks them all."""

from __future__ import annotations

import zlib

import pytest

from tests.metamorphic.checking import cases, check, programs
from tests.metamorphic.relation import RELATIONS

# Of all pairs of a program and a relation, which part is checked here. The choice is the same each time.
_PART = 32
_QUICK = [case for case in cases() if zlib.crc32(" ".join(case).encode()) % _PART == 0]


_FILES = sorted(name for name, relation in RELATIONS.items() if relation.spread is not None)


def test_there_are_enough_relations() -> None:
    assert len(RELATIONS) >= 40
    assert {name for _, name in _QUICK} == set(RELATIONS)


@pytest.mark.parametrize("name", sorted(RELATIONS))
def test_verdict_follows(name: str) -> None:
    pairs = [pair for program, other in _QUICK if other == name for pair in check(program, name)]
    violated = [f"{p.program} [{p.keras}]: {p.problem}: {p.before} -> {p.after}" for p in pairs if p.problem]
    assert violated == []


@pytest.mark.parametrize("name", _FILES)
def test_every_program_keeps_its_verdict_in_other_files(name: str) -> None:
    """All programs, for all their Kerases at once."""
    joint = {program: " || ".join(fixture.kerases) for program, fixture in programs().items()}
    pairs = [pair for program, keras in joint.items() for pair in check(program, name, [keras])]
    violated = [f"{p.program}: {p.problem}: {p.before} -> {p.after}" for p in pairs if p.problem]
    assert violated == []
    assert sum(bool(pair.before and pair.after) for pair in pairs) > 50
    assert sum(not pair.after for pair in pairs) > 50
