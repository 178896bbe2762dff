"""What is analysed: one version of a script, or of a notebook with its cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pygls.uris import to_fs_path

from dropout_lint.finding import Finding, Fix, Place
from dropout_lint.language_server.text import split_lines, units

if TYPE_CHECKING:
    from lsprotocol import types


@dataclass(frozen=True)
class Document:
    """One version of a script or of a cell.

    Args:
        uri: its name in the protocol.
        version: the editor's count of changes; None if it is not open.
        text: its content.
        encoding: the units of its columns in the protocol.
    """

    uri: str
    version: int | None
    text: str
    encoding: str

    @cached_property
    def lines(self) -> list[str]:
        return split_lines(self.text)

    def position(self, line: int, column: int) -> types.Position:
        """The position in the protocol of a line (1-based) and a column in code points."""
        from lsprotocol import types  # takes longer to import than all of the rest: not in every process

        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return types.Position(line - 1, units(text[:column], self.encoding))

    def range(self, place: Place) -> types.Range:
        """The range in the protocol of a place in this document."""
        from lsprotocol import types

        start = self.position(place.line, place.column)
        return types.Range(start, self.position(place.end_line, place.end_column))


@dataclass(frozen=True)
class Program:
    """What is analysed as a whole: a script, or all code cells of a notebook in their order.

    Args:
        uri: of the script or the notebook.
        documents: the script alone, or the cells.
        notebook: whether it is one.
    """

    uri: str
    documents: tuple[Document, ...]
    notebook: bool = False

    @property
    def path(self) -> str:
        """How findings name it: its file, or its URI if it has none."""
        return to_fs_path(self.uri) or self.uri

    def document_of(self, place: Place) -> Document | None:
        """The document that a place is in; None if it is in another file."""
        number = place.cell - 1 if self.notebook else place.cell
        inside = place.path == self.path and 0 <= number < len(self.documents)
        return self.documents[number] if inside else None

    def fix_of(self, finding: Finding) -> Fix | None:
        """The fix of a finding, unless it changes something else than these documents."""
        fix = finding.fix
        outside = fix is not None and any(self.document_of(edit.place) is None for edit in fix.edits)
        return None if outside else fix
