"""What may be fixed in a program: a finding, or all that is safe at once. Each fix is tried first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dropout_lint.finding import Edit, Finding
from dropout_lint.fixes import proof
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
    for batch in proof.batches(apart(result))[:_TRIES]:
        edits = [edit for finding in batch if finding.fix is not None for edit in finding.fix.edits]
        if edits and _is_better(result, analyse(with_edits(result.program, edits)), batch):
            return edits
    return []


def held(result: Result, findings: Iterable[Finding]) -> dict[Finding, bool]:
    """Whether the fix of each finding, made alone, cures it. Takes an analysis for each.

    The proof is that of the command line.
    """
    return {finding: _holds(result, finding) for finding in findings}


def _holds(result: Result, finding: Finding) -> bool:
    fix = result.program.fix_of(finding)
    after = None if fix is None else analyse(with_edits(result.program, fix.edits))
    if after is None or not _as_much_was_analysed(result, after):
        return False
    old, new, cured = result.findings, after.findings, [finding]
    return proof.is_better(old, new, cured) or proof.shows_only_frozen_parts(old, new, cured)


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


def _is_better(before: Result, after: Result, cured: list[Finding]) -> bool:
    return _as_much_was_analysed(before, after) and proof.is_better(before.findings, after.findings, cured)


def _as_much_was_analysed(before: Result, after: Result) -> bool:
    return not after.failed and len(after.passed_over) <= len(before.passed_over)
