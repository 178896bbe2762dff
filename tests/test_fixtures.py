"""Every fixture: the linter's findings are those marked in it, and its tables are Keras' own."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source
from tests.fixture_files import Fixture, all_fixtures

FIXTURES = all_fixtures()
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
    source = fixture.path.read_text(encoding="utf-8")
    findings = lint_source(source, fixture.name, Settings(keras_version=keras, opt_in=fixture.opt_in))
    assert [(finding.place.line, finding.code) for finding in findings] == fixture.expected[keras]
