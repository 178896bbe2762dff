"""What is fixed at once: only what can be made together, and only if the program is better for it."""

from __future__ import annotations

import pytest

from dropout_lint import Applicability, Edit, Finding, Fix, Place, lint_source
from dropout_lint.language_server.analysis import Result, analyse
from dropout_lint.language_server.fixing import apart, held, safe_edits, with_edits
from dropout_lint.language_server.program import Document, Program
from tests.fixture_files import all_fixtures

PATH = "/nowhere/train.py"


def place(line: int, column: int, end: int, cell: int = 0) -> Place:
    return Place(path=PATH, cell=cell, line=line, column=column, end_line=line, end_column=end)


def finding(place: Place, text: str, grade: Applicability = Applicability.SAFE) -> Finding:
    return Finding(place, "KFD101", "drops", fix=Fix("Fix", grade, (Edit(place, text),)))


def program(*texts: str, notebook: bool = False) -> Program:
    documents = (Document(f"file://{PATH}#{n}", 1, text, "utf-16") for n, text in enumerate(texts))
    return Program(f"file://{PATH}", tuple(documents), notebook)


def test_of_fixes_that_touch_the_first_is_taken() -> None:
    first, touching, beside = (finding(place(1, start, start + 2, cell=1), "a") for start in (2, 4, 7))
    unsafe = finding(place(2, 0, 0, cell=1), "d", Applicability.UNSAFE)
    other_cell = finding(place(1, 2, 4, cell=2), "e")
    nowhere = finding(place(1, 2, 4), "f")
    cells = program("text", "text", notebook=True)
    chosen = apart(Result(cells, (first, touching, beside, unsafe, other_cell, nowhere)))
    assert chosen == [first, beside, other_cell]


def test_edits_go_to_their_cells() -> None:
    edits = [Edit(place(1, 1, 1, cell=2), "!"), Edit(place(1, 0, 1, cell=1), "")]
    new = with_edits(program("ab", "cd", notebook=True), edits)
    assert [document.text for document in new.documents] == ["b", "c!d"]


SOURCE = next(
    f.path.read_text(encoding="utf-8") for f in all_fixtures() if f.name == "stackoverflow/merged_towers.py"
)


@pytest.mark.parametrize("bad", ["(", "", "pass\n"], ids=["no program", "no change", "no cure"])
def test_what_makes_nothing_better_is_not_done(bad: str) -> None:
    whole = program(SOURCE)
    first, second = lint_source(SOURCE, PATH)
    start = place(1, 0, 0)
    spoiled = Finding(first.place, first.code, "", fix=Fix("Spoil", Applicability.SAFE, (Edit(start, bad),)))
    assert safe_edits(Result(whole, (spoiled, second))) == []


@pytest.mark.parametrize("bad", ["(", "", "pass\n"], ids=["no program", "no change", "no cure"])
def test_a_fix_that_does_not_cure_does_not_hold(bad: str) -> None:
    first, second = lint_source(SOURCE, PATH)
    spoiled = Finding(
        first.place, first.code, "", fix=Fix("Spoil", Applicability.SAFE, (Edit(place(1, 0, 0), bad),))
    )
    result = Result(program(SOURCE), (spoiled, second))
    assert held(result, [spoiled, second]) == {spoiled: False, second: True}


def test_every_fix_of_the_fixtures_holds() -> None:
    """Editors offer what the command line applies."""
    tried = 0
    for fixture in all_fixtures():
        result = analyse(program(fixture.text))
        fixable = [finding for finding in result.findings if finding.fix is not None]
        assert held(result, fixable) == dict.fromkeys(fixable, True), fixture.name
        tried += len(fixable)
    assert tried >= 150


def test_the_safe_fixes_of_the_fixtures_help() -> None:
    helped = 0
    for fixture in all_fixtures():
        result = analyse(program(fixture.path.read_text(encoding="utf-8")))
        edits = safe_edits(result)
        if edits:
            helped += 1
            assert len(analyse(with_edits(result.program, edits)).findings) < len(result.findings)
    assert helped >= 10
