"""Nearly every break is noticed by a program that the tests run, and the linter is mended after each.

The witness of each break is recorded; here the fact is broken and the witness asked. The search for
witnesses is a command: `python -m tests.mutation --record`.
"""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source
from tests.fixture_files import FOLDER
from tests.mutation.catalogue import BREAKS
from tests.mutation.noticing import still_notices
from tests.mutation.record import recorded

WITNESSES = recorded()
NOTICED = 0.95


def test_there_are_enough() -> None:
    assert len(BREAKS) >= 200
    assert all(one.sentence.endswith(".") for one in BREAKS.values())


def test_nearly_all_are_noticed() -> None:
    unnoticed = [name for name in BREAKS if name not in WITNESSES]
    assert len(unnoticed) <= (1 - NOTICED) * len(BREAKS), unnoticed


@pytest.mark.parametrize("name", sorted(WITNESSES))
def test_break_is_noticed(name: str) -> None:
    found = still_notices(BREAKS[name], WITNESSES[name])
    assert found, f"not by the {WITNESSES[name]}: python -m tests.mutation --record --only '{name}'"


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_break_is_mended(name: str) -> None:
    path = FOLDER / "stackoverflow" / "merged_towers.py"
    text = path.read_text(encoding="utf-8")
    before = lint_source(text, "program.py", Settings(keras_version="3.15"))
    with BREAKS[name].breaker():
        pass
    assert before
    assert lint_source(text, "program.py", Settings(keras_version="3.15")) == before
