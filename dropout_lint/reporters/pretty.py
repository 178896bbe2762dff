"""Findings on a terminal, with rich; imported only where there is something to show."""

from __future__ import annotations

import os
from typing import TextIO

from rich.console import Console
from rich.text import Text

from dropout_lint.finding import Finding
from dropout_lint.reporters.frames import frame, marks_of
from dropout_lint.reporters.report import Report, plain, where

# Without a terminal nothing needs to be cut.
_NO_LIMIT = 10_000


def write_finding(finding: Finding, report: Report, console: Console) -> None:
    """Writes one finding: its line as the concise format has it, then the frame."""
    write_heading(finding, console)
    for line in frame(marks_of(finding), report, console.width):
        console.print(line, soft_wrap=True)
    if finding.fix is not None:
        console.print(f"  = {finding.fix.grade.name.lower()} fix: {plain(finding.fix.title)}", style="green")


def write_heading(finding: Finding, console: Console) -> None:
    """Writes where a finding is and what it says."""
    head = Text.assemble(
        (where(finding.place), "bold"), ": ", (finding.code, "bold red"), f" {plain(finding.message)}"
    )
    console.print(head, soft_wrap=console.width == _NO_LIMIT)


def console_for(out: TextIO, color: bool) -> Console:
    """A console on a stream: as wide as the terminal or as COLUMNS says, and without end elsewhere.

    Args:
        out: the stream.
        color: False for no colours; else a terminal has them, unless the environment (NO_COLOR,
            TERM=dumb) says otherwise.
    """
    plain_text = not color or bool(os.environ.get("NO_COLOR"))
    console = Console(
        file=out, color_system=None if plain_text else "auto", highlight=False, markup=False, emoji=False
    )
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console.width = _NO_LIMIT
    return console
