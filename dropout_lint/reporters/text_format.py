"""For people: each finding with the lines it rests on, as a good compiler prints them."""

from __future__ import annotations

from typing import TextIO

from dropout_lint.reporters.report import Report, summary


def write(report: Report, out: TextIO, color: bool) -> None:
    """Writes the findings with code frames, and one line on the whole run."""
    if not report.findings:
        out.write(f"{summary(report)}\n")
        return
    from dropout_lint.reporters.pretty import console_for, write_finding, write_notes

    console = console_for(out, color)
    judged = {file.path: file.keras for file in report.checked}
    for finding in report.findings:
        write_finding(finding, report, console)
        write_notes(finding, judged.pop(finding.place.path, None), console)
        console.print()
    console.print(summary(report))
