"""All that is safe to fix in a program, at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from dropout_lint.finding import Edit, Fix, Grade
from dropout_lint.fixes.editing import edited, overlap
from dropout_lint.language_server.analysis import Result, analyse
from dropout_lint.language_server.documents import Program

# Each is an analysis, for which the next text that is typed has to wait.
_TRIES = 5


def safe_edits(result: Result) -> list[Edit]:
    """The edits of the safe fixes that can be made together.

    They are tried first, as the command line does: a program that would not parse any more, or
    would have other findings, is left as it is. Takes as long as an analysis.
    """
    fixes = apart(result)
    for batch in [fixes, *([fix] for fix in fixes)][:_TRIES]:
        edits = [edit for fix in batch for edit in fix.edits]
        if edits and _is_better(result, analyse(with_edits(result.program, edits))):
            return edits
    return []


def apart(result: Result) -> list[Fix]:
    """The safe fixes in order; of two that touch each other, the first."""
    chosen: list[Fix] = []
    for finding in result.findings:
        fix = result.program.fix_of(finding)
        if fix is not None and fix.grade is Grade.SAFE and not overlap(fix, _same_text(fix, chosen)):
            chosen.append(fix)
    return chosen


def _same_text(fix: Fix, others: Iterable[Fix]) -> list[Fix]:
    """The parts of other fixes that are in the same file and cell as a fix."""
    texts = {(edit.place.path, edit.place.cell) for edit in fix.edits}
    return [
        replace(other, edits=tuple(e for e in other.edits if (e.place.path, e.place.cell) in texts))
        for other in others
    ]


def with_edits(program: Program, edits: Iterable[Edit]) -> Program:
    """A program after edits of its documents."""
    wanted = list(edits)
    documents = []
    for document in program.documents:
        mine = [edit for edit in wanted if program.document_of(edit.place) is document]
        documents.append(replace(document, text=edited(document.text, mine)))
    return replace(program, documents=tuple(documents))


def _is_better(before: Result, after: Result) -> bool:
    """Fewer findings than before, none of a code that was reported less often, and as much was analysed."""
    if after.failed or len(after.passed_over) > len(before.passed_over):
        return False
    old, new = (Counter(found.code for found in result.findings) for result in (before, after))
    return len(after.findings) < len(before.findings) and new <= old
