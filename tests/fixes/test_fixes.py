"""Every fix over all fixtures and rule pages: it parses, cures, reports nothing new, and is done once."""

from __future__ import annotations

from collections import Counter

import pytest

from dropout_lint import Settings
from dropout_lint.fixes.applying import fixed_source
from tests.fixes.cases import SPECIFIERS, Case, Program, cases, programs

CASES = cases()
PROGRAMS = programs()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fix_cures_and_reports_nothing_new(case: Case) -> None:
    assert case.holds()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
@pytest.mark.parametrize("keras", SPECIFIERS)
def test_fixing_is_done_once(program: Program, keras: str) -> None:
    settings = Settings(keras_version=keras, opt_in=program.opt_in)
    fixed = fixed_source(program.text, program.name, settings, unsafe=True)
    again = fixed_source(fixed.text, program.name, settings, unsafe=True)
    assert (again.text, again.applied) == (fixed.text, ())
    assert (fixed.text == program.text) is (not fixed.applied)


def test_there_are_fixes_of_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter((case.finding.code, case.grade) for case in CASES)
    with capsys.disabled():
        print("\nfixes offered:", ", ".join(f"{c} {g} {n}" for (c, g), n in sorted(counts.items())))
    safe = {code for code, grade in counts if grade == "safe"}
    assert safe >= {"KFD101", "KFD106"}
