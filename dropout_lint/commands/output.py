"""Where a report goes, and in which form."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from dropout_lint.reporters import reporter
from dropout_lint.reporters.report import Report, plain, summary

if TYPE_CHECKING:
    from dropout_lint.commands.check import Request


def deliver(request: Request, report: Report, out: TextIO) -> None:
    """Writes the report: to a stream, or in one step into the file that is asked for.

    Raises:
        OSError: the file cannot be written.
    """
    if request.diff:
        for file in report.checked:
            sys.stdout.write(_for_people(file.diff) if sys.stdout.isatty() else file.diff)
        if not request.quiet:
            print(summary(report, written=False), file=sys.stderr)
    elif request.output_file is not None:
        text = io.StringIO()
        _write(request, report, text)
        beside = Path(f"{request.output_file}.writing")
        beside.write_text(text.getvalue(), encoding="utf-8", errors="backslashreplace", newline="")
        os.replace(beside, request.output_file)
    elif not (request.quiet and request.output_format == "text" and not report.findings):
        _write(request, report, out)


def _for_people(diff: str) -> str:
    """A difference on a terminal: what is in the file must not steer it. `patch` gets it as it is."""
    return "\n".join(plain(line.replace("\t", "    ")) for line in diff.split("\n"))


def _write(request: Request, report: Report, out: TextIO) -> None:
    color = request.color and request.output_file is None
    if request.statistics:
        from dropout_lint.reporters import statistics

        statistics.write(report, out, as_json=request.output_format == "json")
    else:
        reporter(request.output_format).write(report, out, color)
