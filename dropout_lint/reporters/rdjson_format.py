"""The Reviewdog Diagnostic Format, `DiagnosticResult` as JSON.

Its definition: github.com/reviewdog/reviewdog, proto/rdf/reviewdog.proto. reviewdog refuses fields
that its version does not know, so none of the newer ones is written.
"""

from __future__ import annotations

import json
from typing import Any, TextIO

from dropout_lint import address
from dropout_lint.checking import Problem
from dropout_lint.finding import Applicability, Confidence, Finding, Place
from dropout_lint.reporters.report import Report, in_notebook, strict


def write(report: Report, out: TextIO, color: bool) -> None:
    """Writes one JSON object."""
    document = {
        "source": {"name": "dropout-lint"},
        "diagnostics": [
            *(_diagnostic(finding, report) for finding in report.findings),
            *(_problem(problem) for problem in report.problems),
        ],
    }
    json.dump(strict(document), out, indent=2)
    out.write("\n")


def _code(code: str) -> dict[str, str]:
    link = address.rules()
    return {"value": code, "url": link} if link else {"value": code}


def _diagnostic(finding: Finding, report: Report) -> dict[str, Any]:
    diagnostic: dict[str, Any] = {
        "message": in_notebook(finding.place) + finding.message,
        "location": _location(finding.place, report),
        "severity": "INFO" if finding.confidence is Confidence.POSSIBLE else "WARNING",
        "code": _code(finding.code),
    }
    # A suggestion is applied by one click: an unsafe fix is none.
    safe = finding.fix is not None and finding.fix.grade is Applicability.SAFE
    edits = finding.fix.edits if safe and finding.fix is not None else ()
    if len(edits) == 1 and not edits[0].place.cell:  # several suggestions would be alternatives
        diagnostic["suggestions"] = [{"range": _range(edits[0].place, report), "text": edits[0].text}]
    return diagnostic


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "message": problem.reason,
        "location": {"path": problem.path, "range": {"start": {"line": problem.line}}},
        "severity": "ERROR",
    }


def _location(place: Place, report: Report) -> dict[str, Any]:
    if place.cell:  # a line of a cell is another one of the file, and its columns are none
        line = report.raw_line(place)
        return {"path": place.path, **({} if line is None else {"range": {"start": {"line": line}}})}
    return {"path": place.path, "range": _range(place, report)}


def _range(place: Place, report: Report) -> dict[str, Any]:
    return {
        "start": _position(place.line, place.column, report.line(place)),
        "end": _position(place.end_line, place.end_column, report.line(place, place.end_line)),
    }


def _position(line: int, column: int, text: str) -> dict[str, int]:
    """Columns are 1-based and count bytes of UTF-8."""
    return {"line": line, "column": len(text[:column].encode("utf-8", "replace")) + 1}
