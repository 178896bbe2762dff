"""Our own machine format, versioned: `json.schema.json` beside this file describes it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from dropout_lint import __version__
from dropout_lint.finding import Finding, Fix, Place
from dropout_lint.keras.behaviour import specifiers
from dropout_lint.reporters.report import Report, strict

if TYPE_CHECKING:
    from dropout_lint.finding import PartlySeen

# Raised when a field changes its meaning or goes; a new field does not raise it.
VERSION = 2


def write(report: Report, out: TextIO, color: bool) -> None:
    """Writes one JSON object."""
    document = {
        "version": VERSION,
        "tool": {"name": "dropout-lint", "version": __version__},
        "files": len(report.checked),
        "findings": [_finding(finding) for finding in report.findings],
        "problems": [asdict(problem) for problem in report.problems],
        "open_runs": [_open_run(run) for file in report.checked for run in file.partly_seen],
        "unknowns": [_unknown(*unknown) for file in report.checked for unknown in file.unknowns],
    }
    json.dump(strict(document), out, indent=2)
    out.write("\n")


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "message": finding.message,
        "problem": finding.problem or finding.message,
        "cure": finding.cure or None,
        "confidence": finding.confidence.name.lower(),
        "place": _place(finding.place),
        "related": [{"role": r.role, "place": _place(r.place)} for r in finding.related],
        "kerases": specifiers(finding.kerases),
        "fix": None if finding.fix is None else _fix(finding.fix),
    }


def _open_run(run: PartlySeen) -> dict[str, Any]:
    reasons = [_unknown(place, reason) for place, reason in run.reasons]
    return {"entry": run.entry, "place": _place(run.place), "reasons": reasons}


def _unknown(place: Place, reason: str) -> dict[str, Any]:
    return {"place": _place(place), "reason": reason}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{"place": _place(edit.place), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "grade": fix.grade.name.lower(), "edits": edits}


def _place(place: Place) -> dict[str, Any]:
    """Lines and columns are both 1-based here, as in every other format."""
    return {
        "path": place.path,
        "cell": place.cell or None,
        "line": place.line,
        "column": place.column + 1,
        "end_line": place.end_line,
        "end_column": place.end_column + 1,
    }
