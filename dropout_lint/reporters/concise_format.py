"""`path:line:column: CODE message`, one line for each finding, which names no other places.

For editors, grep and people in a hurry.
"""

from __future__ import annotations

from typing import TextIO

from dropout_lint.reporters.report import Report, plain, where


def write(report: Report, out: TextIO, color: bool) -> None:
    """Writes the findings; nothing at all if there are none."""
    for finding in report.findings:
        out.write(f"{where(finding.place)}: {finding.code} {plain(finding.brief or finding.message)}\n")
