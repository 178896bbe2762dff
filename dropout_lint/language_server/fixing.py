"""What may be fixed in a program: a finding, or all that is safe at once. Each fix is tried first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dropout_lint.finding import Edit, Finding
from dropout_lint.fixes import proof
from dropout_lint.fixes.attempts import Trial, edits_of
from dropout_lint.fixes.editing import edited
from dropout_lint.language_server.analysis import Result, analyse
from dropout_lint.language_server.program import Program

# Each is an analysis, for which the next text that is typed has to wait.
_TRIES = 5


def safe_edits(result: Result) -> list[Edit]:
    """The edits of the safe fixes that can be made together.

    They are tried first, as the command line does: a program that would not parse any more, or
    would have other findings, is left as it is. Takes as long as an analysis.
    """
    before = _all_found(result)
    for tried in _TRIAL.attempts(result.program, apart(result), most=_TRIES):
        if proof.is_better(before, tried.findings, tried.made):
            return edits_of(tried.made)
    return []


def held(result: Result, findings: Iterable[Finding]) -> dict[Finding, bool]:
    """Whether the fix of each finding, made alone, cures it. Takes an analysis for each.

    The proof is that of the command line.
    """
    return {finding: _holds(result, finding) for finding in findings}


def _holds(result: Result, finding: Finding) -> bool:
    tried = _TRIAL.attempt(result.program, [finding]) if result.program.fix_of(finding) else None
    if tried is None:
        return False
    before, after, cured = _all_found(result), tried.findings, tried.made
    return proof.is_better(before, after, cured) or proof.shows_only_frozen_parts(before, after, cured)


def apart(result: Result) -> list[Finding]:
    """The findings whose safe fixes can be made together in the documents of the program."""
    mine = (finding for finding in result.findings if result.program.fix_of(finding) is not None)
    return proof.apart(mine, unsafe=False)


def with_edits(program: Program, edits: Iterable[Edit]) -> Program:
    """A program after edits of its documents."""
    wanted = list(edits)
    documents = []
    for document in program.documents:
        mine = [edit for edit in wanted if program.document_of(edit.place) is document]
        documents.append(replace(document, text=edited(document.text, mine)))
    return replace(program, documents=tuple(documents))


def _analysed(program: Program) -> list[Finding]:
    """What is in an edited program.

    Raises:
        SyntaxError: it cannot be analysed at all.
    """
    result = analyse(program)
    if result.failed:
        raise SyntaxError(result.error)
    return _all_found(result)


def _all_found(result: Result) -> list[Finding]:
    """Its findings, and what was not analysed: of that there may not be more with a fix."""
    return [*result.findings, *result.passed_over]


_TRIAL = Trial(with_edits, _analysed)
