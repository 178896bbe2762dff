"""Every fix over all fixtures and rule pages: it parses, cures, reports nothing new, and is done once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixes.cases import Case, cases, programs
from tests.fixes.programs import Program

README = Path(__file__).parents[2] / "README.md"
CASES = cases()
PROGRAMS = programs()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fix_cures_and_reports_nothing_new(case: Case) -> None:
    assert case.holds()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
@pytest.mark.parametrize("keras", ["3.15", "2||3.15||3.16"])
def test_fixing_is_done_once(program: Program, keras: str) -> None:
    fixed = program.fixed(keras)
    assert (fixed.text == program.text) is (not fixed.applied)
    if fixed.applied:
        again = replace(program, text=fixed.text).fixed(keras)
        assert (again.text, again.applied) == (fixed.text, ())


def test_offers_are_those_of_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter((case.finding.code, case.grade) for case in CASES)
    with capsys.disabled():
        print("\nfixes offered:", ", ".join(f"{c} {g} {n}" for (c, g), n in sorted(counts.items())))
    assert set(counts) == _claimed()


def _claimed() -> set[tuple[str, str]]:
    """The (code, grade) pairs of README's table."""
    table = README.read_text(encoding="utf-8").split("<!-- fixes-table")[1].split("<!-- end")[0]
    claimed = set()
    for codes, safe, unsafe in re.findall(r"^\| (KFD[\dKFD, ]+) \|(.*)\|(.*)\|$", table, re.MULTILINE):
        for code in codes.split(", "):
            claimed |= {(code, grade) for grade, text in (("safe", safe), ("unsafe", unsafe)) if text.strip()}
    return claimed
