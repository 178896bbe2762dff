"""What the editor has open: scripts, and notebooks with their cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lsprotocol import types

from dropout_lint.language_server.program import Document, Program
from dropout_lint.language_server.text import changed


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
