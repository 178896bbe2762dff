"""A session with a language server over stdio, as an editor holds it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import get_type_hints

from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

PATIENCE = 60.0
OWN_SERVER = (sys.executable, "-m", "dropout_lint", "lsp")


class Session:
    """One server and what it has said.

    client: for requests; published: the newest diagnostics of each document.
    """

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.history: list[types.PublishDiagnosticsParams] = []
        self._news = asyncio.Event()

        def receive(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            self.history.append(params)
            self._news.set()

        features = {**DEFAULT_CLIENT_FEATURES, types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: receive}
        register_lsp_features(client, features)

    async def diagnostics(self, uri: str, version: int | None = None) -> list[types.Diagnostic]:
        """The diagnostics of a document (in this version), waited for."""
        while True:
            known = self.published.get(uri)
            if known is not None and version in (None, known.version):
                return list(known.diagnostics)
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), PATIENCE)

    def open(self, path: Path, text: str, version: int = 1) -> str:
        """Opens a document, which need not be on disk; its URI."""
        uri = path.as_uri()
        self.published.pop(uri, None)
        item = types.TextDocumentItem(uri=uri, language_id="python", version=version, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, text: str, version: int) -> None:
        """Sends a new text for an open document."""
        document = types.VersionedTextDocumentIdentifier(version, uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def saved(self, path: Path) -> None:
        """Says that a file on the disk is new; what was shown is waited for again."""
        self.published.clear()
        changed = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([changed]))

    def close(self, uri: str) -> None:
        identifier = types.TextDocumentIdentifier(uri)
        self.published.pop(uri, None)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(identifier))


def converter() -> Converter:
    """pygls' converter, which lsprotocol leaves unable to read a server's notebook selector."""
    made = default_converter()
    for filter_type in (types.NotebookDocumentFilterWithCells, types.NotebookDocumentFilterWithNotebook):
        notebook = get_type_hints(filter_type)["notebook"]
        made.register_structure_hook(notebook, lambda value, _: value)
    return made


def cell_uri(notebook: Path, number: int) -> str:
    """The URI of a notebook's cell as VS Code makes it; cells are counted from 1."""
    return f"vscode-notebook-cell:{notebook.as_posix()}#cell{number}"


def notebook_opening(path: Path, cells: Sequence[str]) -> types.DidOpenNotebookDocumentParams:
    """The message that opens a notebook of code cells."""
    uris = [cell_uri(path, number) for number in range(1, len(cells) + 1)]
    listed = [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in uris]
    notebook = types.NotebookDocument(path.as_uri(), "jupyter-notebook", 1, listed)
    pairs = zip(uris, cells, strict=True)
    texts = [types.TextDocumentItem(uri, "python", 1, text) for uri, text in pairs]
    return types.DidOpenNotebookDocumentParams(notebook, texts)


@asynccontextmanager
async def connected(
    *command: str, root: Path, capabilities: types.ClientCapabilities | None = None
) -> AsyncIterator[Session]:
    """Starts a server and greets it; asks it to stop at the end."""
    client = LanguageClient(converter_factory=converter)
    session = Session(client)
    await client.start_io(*command, cwd=str(root))
    folder = types.WorkspaceFolder(uri=root.as_uri(), name=root.name)
    params = types.InitializeParams(
        capabilities=capabilities or types.ClientCapabilities(),
        root_uri=root.as_uri(),
        workspace_folders=[folder],
    )
    await asyncio.wait_for(client.initialize_session(params), PATIENCE)
    yield session
    await asyncio.wait_for(client.shutdown_session(), PATIENCE)
    await client.stop()


def applied(
    text: str, edits: Sequence[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit]
) -> str:
    """A text after edits whose columns count UTF-16 units, made as an editor makes them: all at once."""
    lines = text.split("\n")

    def offset(position: types.Position) -> int:
        before = sum(len(line) + 1 for line in lines[: position.line])
        line = lines[position.line].encode("utf-16-le")
        return before + len(line[: 2 * position.character].decode("utf-16-le"))

    for edit in sorted(edits, key=lambda edit: offset(edit.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text
