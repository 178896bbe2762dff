"""Findings on a terminal, with rich; imported only where there is something to show."""

from __future__ import annotations

import os
import shlex
from typing import TextIO

from rich.console import Console
from rich.text import Text

from dropout_lint.finding import Finding
from dropout_lint.reporters.frames import frame, marks_of
from dropout_lint.reporters.report import Report, named, plain, where
from dropout_lint.selection import NOT_ANALYSED, UNUSED_NOQA

# Without a terminal nothing needs to be cut.
_NO_LIMIT = 10_000
_WITHOUT_STORY = frozenset({NOT_ANALYSED, UNUSED_NOQA})


def write_finding(finding: Finding, report: Report, console: Console) -> None:
    """Writes one finding: what is wrong and where, the frame, the cure, and how to see more."""
    write_heading(finding, console)
    for line in frame(marks_of(finding), report, console.width):
        console.print(line, soft_wrap=True)
    if finding.cure:
        write_line("help", finding.cure, console, "cyan")
    if finding.fix is not None:
        write_line(f"{finding.fix.grade.name.lower()} fix", finding.fix.title, console, "green")


def write_line(label: str, text: str, console: Console, style: str) -> None:
    """Writes a line below a frame."""
    said = Text.assemble("  = ", (f"{label}: ", style), plain(text))
    console.print(said, soft_wrap=console.width == _NO_LIMIT)


def write_notes(finding: Finding, judged: str | None, console: Console) -> None:
    """Writes how to see more of a finding, and which Keras its file is judged for, if that is to be said."""
    write_line("note", more_of(finding), console, "dim")
    if judged is not None:
        write_line("note", judged, console, "dim")


def more_of(finding: Finding) -> str:
    """The command that tells how a finding came to be, or what its rule says where it is in no file."""
    place = finding.place
    numbers = f"{place.cell}:{place.line}" if place.cell else str(place.line)
    if not os.path.isfile(place.path) or finding.code in _WITHOUT_STORY:
        return f"dropout-lint explain {finding.code} says more"
    return f"dropout-lint explain {shlex.quote(f'{named(place.path)}:{numbers}')} tells how it came to be"


def write_heading(finding: Finding, console: Console) -> None:
    """Writes where a finding is and what is wrong."""
    head = Text.assemble(
        (where(finding.place), "bold"),
        ": ",
        (finding.code, "bold red"),
        f" {plain(finding.problem or finding.message)}",
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
