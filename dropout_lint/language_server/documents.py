"""What the editor has open: scripts, and notebooks with their cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from lsprotocol import types
from pygls.uris import to_fs_path

from dropout_lint.finding import Finding, Fix, Place
from dropout_lint.language_server.text import changed, split_lines, units


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
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return types.Position(line - 1, units(text[:column], self.encoding))

    def range(self, place: Place) -> types.Range:
        """The range in the protocol of a place in this document."""
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


class Documents:
    """Everything that is open.

    Args:
        encoding: the units of columns: "utf-8", "utf-16" or "utf-32".
    """

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._documents: dict[str, Document] = {}
        self._cells: dict[str, list[types.NotebookCell]] = {}

    def open(self, items: Iterable[types.TextDocumentItem]) -> None:
        for item in items:
            self._documents[item.uri] = Document(item.uri, item.version, item.text, self._encoding)

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Iterable[types.TextDocumentContentChangeEvent],
    ) -> None:
        document = self._documents[identifier.uri]
        text = document.text
        for change in changes:
            text = changed(text, change, self._encoding)
        self._documents[identifier.uri] = replace(document, version=identifier.version, text=text)

    def close(self, uris: Iterable[str]) -> None:
        for uri in uris:
            self._documents.pop(uri, None)

    def open_notebook(self, uri: str, cells: Iterable[types.NotebookCell]) -> None:
        self._cells[uri] = list(cells)

    def move_cells(self, uri: str, change: types.NotebookCellArrayChange) -> None:
        end = change.start + change.delete_count
        self._cells[uri][change.start : end] = change.cells or []

    def close_notebook(self, uri: str) -> None:
        self._cells.pop(uri, None)

    def owner(self, uri: str) -> str:
        """The notebook that a cell is in, or the document itself."""
        notebooks = (name for name, cells in self._cells.items() if any(c.document == uri for c in cells))
        return next(notebooks, uri)

    def get(self, uri: str) -> Document | None:
        """An open document."""
        return self._documents.get(uri)

    def program(self, uri: str) -> Program | None:
        """The newest version of a script or a notebook, if it is open."""
        if uri in self._cells:
            code = (c.document for c in self._cells[uri] if c.kind == types.NotebookCellKind.Code)
            cells = tuple(self._documents[name] for name in code if name in self._documents)
            return Program(uri, cells, notebook=True)
        document = self._documents.get(uri)
        return None if document is None else Program(uri, (document,))

    def programs(self) -> Iterator[str]:
        """The URIs of all that are open."""
        yield from {self.owner(uri): None for uri in (*self._cells, *self._documents)}
