"""A session in which things happen in any order: what is shown at its end is what the linter finds."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from dropout_lint import lint_cells, lint_source
from tests.fixture_files import all_fixtures
from tests.integration.session import OWN_SERVER, Session, cell_uri, connected, notebook_opening
from tests.notebooks import cut

STEPS = 120
PROGRAMS = [fixture.path.read_text(encoding="utf-8") for fixture in all_fixtures()]
CAPABILITIES = types.ClientCapabilities(
    notebook_document=types.NotebookDocumentClientCapabilities(types.NotebookDocumentSyncClientCapabilities())
)


class Editor:
    """An editor whose user is restless."""

    def __init__(self, session: Session, folder: Path, seed: int) -> None:
        self.session = session
        self.folder = folder
        self.draw = random.Random(seed)
        self.scripts: dict[str, tuple[str, int]] = {}
        self.notebooks: dict[Path, tuple[list[str], int]] = {}
        self.asked: list[asyncio.Future[Any]] = []

    async def step(self) -> None:
        does = self.draw.choices(
            [
                self.open_script,
                self.open_notebook,
                self.type,
                self.type_in_cell,
                self.close,
                self.ask,
                self.rest,
            ],
            weights=[15, 10, 30, 10, 5, 20, 10],
        )[0]
        await does()

    async def open_script(self) -> None:
        path = self.folder / f"script{self.draw.randrange(5)}.py"
        if path.as_uri() not in self.scripts:
            text = self.draw.choice(PROGRAMS)
            self.scripts[self.session.open(path, text)] = text, 1

    async def open_notebook(self) -> None:
        path = self.folder / f"notebook{self.draw.randrange(3)}.ipynb"
        if path not in self.notebooks:
            cells = cut(self.draw.choice(PROGRAMS))
            self.notebooks[path] = cells, 1
            self.session.client.notebook_document_did_open(notebook_opening(path, cells))

    async def type(self) -> None:
        if self.scripts:
            uri = self.draw.choice(list(self.scripts))
            text, version = self.scripts[uri]
            other = [
                text[: self.draw.randrange(len(text) + 1)],
                self.draw.choice(PROGRAMS),
                f"{text}\n'🎉'\n",
            ]
            self.scripts[uri] = self.draw.choice(other), version + 1
            self.session.change(uri, *self.scripts[uri])

    async def type_in_cell(self) -> None:
        if self.notebooks:
            path = self.draw.choice(list(self.notebooks))
            cells, version = self.notebooks[path]
            number = self.draw.randrange(len(cells))
            new = self.draw.choice(["x = 1\n", "%matplotlib inline\n", "'🎉'\n", "("])
            cells[number] = new + cells[number]
            self.notebooks[path] = cells, version + 1
            start = types.Position(0, 0)
            change = types.TextDocumentContentChangePartial(types.Range(start, start), new)
            cell = types.VersionedTextDocumentIdentifier(version + 1, cell_uri(path, number + 1))
            content = [types.NotebookDocumentCellContentChanges(cell, [change])]
            event = types.NotebookDocumentChangeEvent(
                cells=types.NotebookDocumentCellChanges(text_content=content)
            )
            identifier = types.VersionedNotebookDocumentIdentifier(version + 1, path.as_uri())
            self.session.client.notebook_document_did_change(
                types.DidChangeNotebookDocumentParams(identifier, event)
            )

    async def close(self) -> None:
        if self.scripts:
            uri, _ = self.scripts.popitem()
            self.session.close(uri)

    async def ask(self) -> None:
        """Asks for something anywhere, and does not wait for the answer."""
        cells = [cell_uri(path, 1) for path in self.notebooks]
        uri = self.draw.choice([*self.scripts, *cells, (self.folder / "unknown.py").as_uri()])
        document = types.TextDocumentIdentifier(uri)
        start, end = types.Position(0, 0), types.Position(self.draw.randrange(60), 9)
        client, context = self.session.client, types.CodeActionContext([])
        actions = types.CodeActionParams(document, types.Range(start, end), context)
        self.asked += [
            asyncio.ensure_future(client.text_document_hover_async(types.HoverParams(document, end))),
            asyncio.ensure_future(client.text_document_code_action_async(actions)),
        ]

    async def rest(self) -> None:
        self.session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
        await asyncio.sleep(self.draw.random() / 2)

    async def differences(self) -> list[str]:
        """What is shown somewhere and should not be, or the other way round."""
        wrong = []
        for uri, (text, version) in self.scripts.items():
            if not is_program(text):  # half-typed: what was shown before stays, and nothing is sent
                continue
            shown = [(d.range.start.line + 1, d.code) for d in await self.session.diagnostics(uri, version)]
            if shown != findings(text, uri.removeprefix("file://")):
                wrong.append(uri)
        for path, (cells, _) in self.notebooks.items():
            found = [(f.place.cell, f.place.line, f.code) for f in lint_cells(cells, str(path))]
            shown_in_cells = [
                (number, d.range.start.line + 1, d.code)
                for number in range(1, len(cells) + 1)
                for d in await self.session.diagnostics(cell_uri(path, number))
            ]
            if shown_in_cells != found:
                wrong.append(str(path))
        return wrong


def findings(text: str, path: str) -> list[tuple[int, str]]:
    return [(f.place.line, f.code) for f in lint_source(text, path)]


def is_program(text: str) -> bool:
    try:
        lint_source(text)
    except SyntaxError:
        return False
    return True


@pytest.mark.asyncio
async def test_the_end_is_right_whatever_went_before(tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=CAPABILITIES) as session:
        editor = Editor(session, tmp_path, seed=1)
        for _ in range(STEPS):
            await editor.step()
        await editor.ask()
        await asyncio.gather(*editor.asked)  # raises if the server failed on one
        # All that was typed has arrived; what is sent from now on is about that.
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
        session.published.clear()
        assert editor.scripts or editor.notebooks
        assert await editor.differences() == []
        assert session.client.log_messages == []
