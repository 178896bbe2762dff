"""Lines, columns and changes of a text, in the units that an editor counts in.

pygls has the same, but cuts lines at form feeds and other characters that neither Python nor the
protocol takes for an end of line, so that everything behind one would be misplaced.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsprotocol import types

_BYTES_OF_UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


def split_lines(text: str) -> list[str]:
    """The lines with their ends."""
    return io.StringIO(text, newline="").readlines()


def units(text: str, encoding: str) -> int:
    """How many units of "utf-8", "utf-16" or "utf-32" a text takes."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    # Without "-le" each would begin with a byte order mark.
    codec = encoding if encoding == "utf-8" else f"{encoding}-le"
    return len(text.encode(codec, "surrogatepass")) // _BYTES_OF_UNIT[encoding]


def changed(text: str, change: types.TextDocumentContentChangeEvent, encoding: str) -> str:
    """The text after one change."""
    extent = getattr(change, "range", None)
    if extent is None:
        return change.text
    lines = split_lines(text)
    start, end = (_offset(lines, place, encoding) for place in (extent.start, extent.end))
    return text[:start] + change.text + text[end:]


def _offset(lines: list[str], position: types.Position, encoding: str) -> int:
    """Where a position is in the text; past the end of a line or of the text counts as its end."""
    before = sum(len(line) for line in lines[: position.line])
    if position.line >= len(lines):
        return before
    line = lines[position.line].rstrip("\r\n")
    column = taken = 0
    while column < len(line) and taken < position.character:
        taken += units(line[column], encoding)
        column += 1
    return before + column
