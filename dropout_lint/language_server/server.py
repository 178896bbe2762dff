"""The server: what the editor says, and what is answered."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcContentModified, JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from dropout_lint import __version__
from dropout_lint.fixes.attempts import edits_of
from dropout_lint.language_server import actions
from dropout_lint.language_server.analysis import Result
from dropout_lint.language_server.analyst import Analyst
from dropout_lint.language_server.diagnostics import Reader, diagnostics
from dropout_lint.language_server.documents import Documents
from dropout_lint.language_server.hover import hover
from dropout_lint.language_server.program import Document
from dropout_lint.language_server.trials import Trials
from dropout_lint.language_server.workers import Workers

# How long the typing must rest before the program is analysed, in seconds.
PAUSE = 0.2

# Files whose change may change what is found in others.
_WATCHED = (
    "**/*.py",
    "**/pyproject.toml",
    "**/requirements*.txt",
    "**/setup.cfg",
    "**/setup.py",
    "**/Pipfile",
    "**/*.lock",
)
_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")])]
)


class _Protocol(LanguageServerProtocol):
    """pygls' own, but that a request with bad parameters gets an answer under its number."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], None, error.to_response_error())
            raise


class Server(LanguageServer):
    """dropout-lint's side of a conversation with one editor.

    Args:
        workers: the processes that analyse; whoever made them ends them, the protocol's `shutdown` does too.
    """

    def __init__(self, workers: Workers) -> None:
        # Whole texts: pygls takes part in applying smaller changes, and corrupts their positions
        # behind a form feed. Cells of notebooks come in changes all the same; pygls need not say so.
        whole = types.TextDocumentSyncKind.Full
        super().__init__("dropout-lint", __version__, whole, _NOTEBOOKS, protocol_cls=_Protocol)
        logging.getLogger("pygls.workspace.text_document").setLevel(logging.CRITICAL)
        self.documents = Documents("utf-16")
        self.workers = workers
        self.analyst = Analyst(lambda uri: self.documents.program(uri), workers)
        self.trials = Trials(workers, self.log)
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._shown: set[str] = set()
        self._noticed: set[str] = set()
        self._last: dict[str, list[types.Diagnostic]] = {}
        # The exit status that the protocol asks for: 1 for `exit` without `shutdown`.
        self.status, self.left = 1, False

    def greet(self) -> None:
        """Takes over what was agreed with the editor."""
        encoding = self.workspace.position_encoding
        self.documents = Documents(getattr(encoding, "value", encoding) or "utf-16")

    @property
    def pulls(self) -> bool:
        """Whether the editor asks for the diagnostics of scripts by itself; then none are sent."""
        return get_capability(self.client_capabilities, "text_document.diagnostic") is not None

    def changed(self, uri: str, pause: float = PAUSE) -> None:
        """Analyses a program and sends what is found, unless it changes again before."""
        name = self.documents.owner(uri)
        if name in self._waiting:
            self._waiting.pop(name).cancel()
        self._waiting[name] = asyncio.ensure_future(self._send_newest(name, pause))

    def everything_changed(self) -> None:
        """A file on the disk is new: what was found may not hold any more."""
        self.analyst.forget()
        for uri in self.documents.programs():
            self.changed(uri)
        if self.pulls and get_capability(self.client_capabilities, "workspace.diagnostics.refresh_support"):
            self.workspace_diagnostic_refresh(None)

    def closed(self, uri: str, documents: list[str]) -> None:
        """Takes back what was sent about a script, or about the cells of a notebook."""
        self.analyst.forget(uri)
        self.trials.forget(uri)
        if uri in self._waiting:
            self._waiting.pop(uri).cancel()
        self.documents.close(documents)
        for document in documents:
            self._last.pop(document, None)
            self._publish(types.PublishDiagnosticsParams(document, []))

    def stop(self) -> None:
        """Whatever is being analysed, nobody wants it any more."""
        self.workers.end()
        for waiting in self._waiting.values():
            waiting.cancel()
        self.analyst.forget()

    async def newest(self, uri: str) -> tuple[Result, Document] | None:
        """What is in the newest version of a script, or of a cell's notebook, and that document."""
        result = await self.analyst.result(self.documents.owner(uri))
        if result is None:
            return None
        self._complain(result)
        mine = [document for document in result.program.documents if document.uri == uri]
        return (result, mine[0]) if mine else None

    def _complain(self, result: Result) -> None:
        """Says once what is passed over, and what keeps all from being analysed (a bad pyproject.toml)."""
        if not result.error:
            self._shown.clear()
        elif result.error not in self._shown:
            self._shown.add(result.error)
            self.log(result.error)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, result.error))
        # Cells come and go with each half-typed line: only what concerns a whole file is told.
        whole = (finding for finding in result.passed_over if not finding.place.cell)
        for notice in {f"{finding.place.path}: {finding.message}" for finding in whole} - self._noticed:
            self._noticed.add(notice)
            self.log(notice)

    def diagnostics_of(self, result: Result, document: Document) -> list[types.Diagnostic]:
        """What an editor shows; as long as a half-typed line does not parse, what it showed before."""
        if result.half_typed:
            return self._last.get(document.uri, [])
        found = self._last[document.uri] = diagnostics(result, document, Reader.of(self.client_capabilities))
        return found

    def log(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))

    async def _send_newest(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        try:
            await self._send(uri)
        except Exception as error:  # the editor goes without; the next change is another try
            self.log(f"{uri}: {type(error).__name__}: {error}")

    async def _send(self, uri: str) -> None:
        program = self.documents.program(uri)
        for document in program.documents if program else ():
            newest = await self.newest(document.uri)
            if newest is not None and (newest[0].program.notebook or not self.pulls):
                result, document = newest
                if result.half_typed:
                    continue  # the editor moves what it shows along with the text
                found = self.diagnostics_of(result, document)
                self._publish(types.PublishDiagnosticsParams(document.uri, found, document.version))

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        self.text_document_publish_diagnostics(params)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """A fault of ours is written to the log; nothing pops up and nothing stops."""
        self.log(f"{type(error).__name__}: {error}")


def make_server(workers: Workers) -> Server:
    """A server that waits for an editor."""
    server = Server(workers)
    _add_documents(server)
    _add_notebooks(server)
    _add_requests(server)
    _add_actions(server)
    _add_world(server)
    return server


def _add_documents(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.documents.open([params.text_document])
        server.changed(params.text_document.uri, pause=0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.documents.change(params.text_document, params.content_changes)
        server.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_: types.DidSaveTextDocumentParams) -> None:
        server.everything_changed()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri, [params.text_document.uri])


def _add_notebooks(server: Server) -> None:
    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenNotebookDocumentParams) -> None:
        server.documents.open_notebook(params.notebook_document.uri, params.notebook_document.cells)
        server.documents.open(params.cell_text_documents)
        server.changed(params.notebook_document.uri, pause=0)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeNotebookDocumentParams) -> None:
        uri, cells = params.notebook_document.uri, params.change.cells
        if cells is None:
            return
        if cells.structure is not None:
            server.documents.move_cells(uri, cells.structure.array)
            server.documents.open(cells.structure.did_open or [])
            server.closed(uri, [cell.uri for cell in cells.structure.did_close or []])
        for content in cells.text_content or []:
            server.documents.change(content.document, content.changes)
        server.changed(uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseNotebookDocumentParams) -> None:
        uri = params.notebook_document.uri
        server.closed(uri, [cell.uri for cell in params.cell_text_documents])
        server.documents.close_notebook(uri)


def _add_requests(server: Server) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False),
    )
    async def diagnostic(params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
        newest = await server.newest(params.text_document.uri)
        # A cell's findings change with the other cells: those are always sent.
        found = [] if newest is None or newest[0].program.notebook else server.diagnostics_of(*newest)
        return types.RelatedFullDocumentDiagnosticReport(items=found)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def show_page(params: types.HoverParams) -> types.Hover | None:
        newest = await server.newest(params.text_document.uri)
        return None if newest is None else hover(*newest, params.position)


def _add_actions(server: Server) -> None:
    options = types.CodeActionOptions(actions.KINDS, resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        newest = await server.newest(params.text_document.uri)
        if newest is None:
            return []
        editor, trials, result = server.client_capabilities, server.trials, newest[0]
        if actions.resolves(editor):
            tried = actions.Tried(trials.known(result), None)
        else:
            all_too = actions.asks_for_all(result, params.context.only)
            safe = await trials.safe_edits(result) if all_too else []
            tried = actions.Tried(await trials.held(result, actions.fixable(*newest, params)), safe)
        return actions.code_actions(*newest, tried, params, editor)

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        """Tries what the user has chosen, and says so if it is not made."""
        chosen = actions.Chosen.of(action.data)
        result = await server.analyst.result(chosen.program) if chosen is not None else None
        if chosen is None or result is None or not (meant := chosen.among(result)):
            raise JsonRpcContentModified("the program has changed since this was offered")
        if chosen.finding is None:
            edits = await server.trials.safe_edits(result)
        else:
            held = await server.trials.held(result, meant)
            edits = edits_of(finding for finding in meant if held[finding])
        if not edits:
            told = f"Not done: {action.title}. It was tried, and would not cure what was found."
            server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, told))
        return actions.with_edits(action, edits, result, server.client_capabilities)


def _add_world(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(_: types.InitializeParams) -> None:
        server.greet()

    @server.feature(types.SHUTDOWN)
    def shutdown(*_: object) -> None:
        server.status = 0
        server.stop()

    @server.feature(types.EXIT)
    def leave(*_: object) -> None:
        server.left = True
        server.stop()

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        if get_capability(
            server.client_capabilities, "workspace.did_change_watched_files.dynamic_registration"
        ):
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            watch = types.Registration("watch", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(types.RegistrationParams([watch]))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def on_disk(_: types.DidChangeWatchedFilesParams) -> None:
        server.everything_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def settings(_: types.DidChangeConfigurationParams) -> None:
        """The configuration is that of pyproject.toml."""
