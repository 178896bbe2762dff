"""What may be fixed in a program: a finding, or all that is safe at once. Each fix is tried first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from dropout_lint.finding import Applicability, Edit, Finding, Fix
from dropout_lint.fixes.editing import edited, overlap
from dropout_lint.language_server.analysis import Result, analyse
from dropout_lint.language_server.program import Program

# Each is an analysis, for which the next text that is typed has to wait.
_TRIES = 5
# What these mend is a freeze.
_FREEZES = ("KFD301", "KFD302")


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


def held(result: Result, findings: Iterable[Finding]) -> dict[Finding, bool]:
    """Whether the fix of each finding, made alone, cures it. Takes an analysis for each.

    The proof is that of the command line, but that a freeze which begins to work may show what frozen
    parts suffer from: here somebody looks at the result.
    """
    return {finding: _holds(result, finding) for finding in findings}


def _holds(result: Result, finding: Finding) -> bool:
    fix = result.program.fix_of(finding)
    after = None if fix is None else analyse(with_edits(result.program, fix.edits))
    if after is None or not _as_much_was_analysed(result, after):
        return False
    old, new = _counts(result), _counts(after)
    if finding.code in _FREEZES:
        new = Counter({code: count for code, count in new.items() if code in old or code[:4] != "KFD1"})
    return new[finding.code] < old[finding.code] and new <= old


def apart(result: Result) -> list[Fix]:
    """The safe fixes in order; of two that touch each other, the first."""
    chosen: list[Fix] = []
    for finding in result.findings:
        fix = result.program.fix_of(finding)
        if fix is not None and fix.grade is Applicability.SAFE and not overlap(fix, _same_text(fix, chosen)):
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
    fewer = len(after.findings) < len(before.findings)
    return fewer and _as_much_was_analysed(before, after) and _counts(after) <= _counts(before)


def _as_much_was_analysed(before: Result, after: Result) -> bool:
    return not after.failed and len(after.passed_over) <= len(before.passed_over)


def _counts(result: Result) -> Counter[str]:
    return Counter(found.code for found in result.findings)
