"""Edits of one text, applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dropout_lint.finding import Edit, Fix
from dropout_lint.fixes.lines import Lines


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after the edits, which must not overlap; positions are those of the old text."""
    lines = Lines(text)
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.place):
        place = edit.place
        start = lines.offset(place.line, place.column)
        pieces += [text[done:start], edit.text]
        done = lines.offset(place.end_line, place.end_column)
    return "".join([*pieces, text[done:]])


def overlap(one: Fix, others: Sequence[Fix]) -> bool:
    """Whether an edit of a fix touches a stretch that one of the others changes."""
    return any(_touch(mine, edit) for mine in one.edits for other in others for edit in other.edits)


def _touch(one: Edit, other: Edit) -> bool:
    a, b = one.place, other.place
    if (a.path, a.cell) != (b.path, b.cell):
        return False
    return (a.line, a.column) <= (b.end_line, b.end_column) and (b.line, b.column) <= (
        a.end_line,
        a.end_column,
    )
