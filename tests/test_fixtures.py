"""Every fixture: the linter's findings are those marked in it, and its tables are Keras' own."""

from __future__ import annotations

import pytest

from tests.fixture_files import Fixture, all_programs

FIXTURES = all_programs()
CASES = [
    pytest.param(fixture, keras, id=f"{fixture.name}-{keras}")
    for fixture in FIXTURES
    for keras in fixture.kerases
]


def test_there_are_enough_and_half_are_silent() -> None:
    silent = [fixture for fixture in FIXTURES if not any(fixture.expected.values())]
    assert len(FIXTURES) >= 100
    assert len(silent) >= len(FIXTURES) // 2 - 5


@pytest.mark.parametrize(("fixture", "keras"), CASES)
def test_findings(fixture: Fixture, keras: str) -> None:
    assert fixture.lint(keras) == fixture.expected[keras]
