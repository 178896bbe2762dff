"""Output formats, one module each, imported when asked for.

Each has `write(report, out, color)`: the whole report, as text, to a stream; without `color` even a
terminal gets none.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, TextIO, cast

from dropout_lint.reporters.report import Report

FORMATS = ("text", "concise", "json", "sarif", "github", "rdjson")


class Reporter(Protocol):
    """What each format's module is."""

    def write(self, report: Report, out: TextIO, color: bool) -> None:
        """Writes the whole report."""


def reporter(name: str) -> Reporter:
    """The format with this name, one of `FORMATS`."""
    return cast(Reporter, import_module(f"dropout_lint.reporters.{name}_format"))
