"""GitHub's workflow commands: findings become annotations of a pull request."""

from __future__ import annotations

from typing import TextIO

from dropout_lint.finding import Finding, Place
from dropout_lint.reporters.report import Report, in_notebook, in_repository, plain


def write(report: Report, out: TextIO, color: bool) -> None:
    """Writes one command for each finding and problem."""
    for finding in report.findings:
        out.write(f"{_warning(finding, report)}\n")
    for problem in report.problems:
        title = "dropout-lint"
        out.write(
            f"::error title={title},file={_property(in_repository(problem.path))},line={problem.line}::"
        )
        out.write(f"{_text(problem.reason)}\n")


def _warning(finding: Finding, report: Report) -> str:
    properties = ",".join([f"title=dropout-lint ({finding.code})", *_where(finding.place, report)])
    return f"::warning {properties}::{_text(in_notebook(finding.place) + finding.message)}"


def _where(place: Place, report: Report) -> list[str]:
    where = [f"file={_property(in_repository(place.path))}"]
    if place.cell:  # a line of a cell is another one of the file, and its columns are none
        return [*where, f"line={report.raw_line(place) or 1}"]
    where.append(f"line={place.line}")
    if place.end_line == place.line:  # GitHub refuses columns of a stretch over several lines
        where.append(f"col={place.column + 1}")
    where.append(f"endLine={place.end_line}")
    if place.end_line == place.line:
        where.append(f"endColumn={place.end_column + 1}")
    return where


def _text(text: str) -> str:
    """A message: its line breaks are escaped, and shown by GitHub; no other control character is left."""
    return _data("\n".join(map(plain, text.split("\n"))))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(plain(text)).replace(":", "%3A").replace(",", "%2C")
