"""A change of a text by line and column, not yet bound to a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dropout_lint.source.positions import Span

Spans = Mapping[int, Span]


class Patch(NamedTuple):
    """Replaces a stretch by a text."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str

    @classmethod
    def inserting(cls, line: int, column: int, text: str) -> Patch:
        """An insertion."""
        return cls(line, column, line, column, text)

    @classmethod
    def replacing(cls, span: Span, text: str) -> Patch:
        """A replacement of a whole node."""
        return cls(span.line, span.column, span.end_line, span.end_column, text)
