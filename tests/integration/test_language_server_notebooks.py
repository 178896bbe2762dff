"""Notebooks in the language server: all cells are one program, as Jupyter runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from dropout_lint import lint_cells
from dropout_lint.rules import RULES
from tests.fixture_files import FOLDER
from tests.integration.session import OWN_SERVER, Session, applied, cell_uri, connected, notebook_opening
from tests.notebooks import cut

CELLS = cut(next(rule.wrong for rule in RULES if rule.code == "KFD101"))
CALL = next(n for n, cell in enumerate(CELLS, 1) if "base(new_inputs" in cell)
FREEZE = next(n for n, cell in enumerate(CELLS, 1) if "trainable = False" in cell)
VERSIONED = types.ClientCapabilities(
    notebook_document=types.NotebookDocumentClientCapabilities(
        types.NotebookDocumentSyncClientCapabilities()
    ),
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    ),
)

pytestmark = pytest.mark.asyncio


async def shown(session: Session, path: Path, count: int) -> list[tuple[int, int, int, object]]:
    """(cell, line, column, code) of what is shown in a notebook's cells."""
    found = []
    for number in range(1, count + 1):
        for d in await session.diagnostics(cell_uri(path, number)):
            found.append((number, d.range.start.line + 1, d.range.start.character, d.code))
    return found


def change(path: Path, cells: types.NotebookDocumentCellChanges) -> types.DidChangeNotebookDocumentParams:
    identifier = types.VersionedNotebookDocumentIdentifier(2, path.as_uri())
    return types.DidChangeNotebookDocumentParams(identifier, types.NotebookDocumentChangeEvent(cells=cells))


async def test_a_finding_is_in_its_cell_and_follows_the_cells(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    cells = ["%matplotlib inline\n!pip install keras", *CELLS]
    call = cell_uri(path, CALL + 1)
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=VERSIONED) as session:
        session.client.notebook_document_did_open(notebook_opening(path, cells))
        assert await shown(session, path, len(cells)) == [(CALL + 1, 1, 11, "KFD101")]

        # An emoji before the call: the editor sends the change alone, and counts two units for it.
        start = types.Position(0, 0)
        edit = types.TextDocumentContentChangePartial(types.Range(start, start), 'note = "🎉"; ')
        later = types.TextDocumentContentChangePartial(
            types.Range(types.Position(0, 29), types.Position(0, 29)), ""
        )
        text = types.NotebookDocumentCellContentChanges(
            types.VersionedTextDocumentIdentifier(2, call), [edit, later]
        )
        session.published.clear()
        session.client.notebook_document_did_change(
            change(path, types.NotebookDocumentCellChanges(text_content=[text]))
        )
        (diagnostic,) = await session.diagnostics(call, 2)
        assert diagnostic.range.start.character == 11 + len('note = "🎉"; ') + 1

        # Without the cell that freezes it nothing is wrong.
        last = cell_uri(path, FREEZE + 1)
        removal = types.NotebookDocumentCellChangeStructure(
            types.NotebookCellArrayChange(FREEZE, 1), did_close=[types.TextDocumentIdentifier(last)]
        )
        session.published.clear()
        session.client.notebook_document_did_change(
            change(path, types.NotebookDocumentCellChanges(structure=removal))
        )
        assert await session.diagnostics(call) == []

        session.published.clear()
        closing = types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(path.as_uri()), [types.TextDocumentIdentifier(call)]
        )
        session.client.notebook_document_did_close(closing)
        assert await session.diagnostics(call) == []


async def test_actions_and_the_page_are_those_of_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=VERSIONED) as session:
        session.client.notebook_document_did_open(notebook_opening(path, CELLS))
        uri = cell_uri(path, CALL)
        (diagnostic,) = await session.diagnostics(uri)
        document = types.TextDocumentIdentifier(uri)
        context = types.CodeActionContext([], only=[types.CodeActionKind.QuickFix])
        params = types.CodeActionParams(document, diagnostic.range, context)
        *_, silence = await session.client.text_document_code_action_async(params) or []
        assert isinstance(silence, types.CodeAction)
        assert silence.edit is not None
        (edit,) = silence.edit.document_changes or []
        assert isinstance(edit, types.TextDocumentEdit)
        assert edit.text_document.uri == uri
        assert applied(CELLS[CALL - 1], edit.edits).rstrip("\n").endswith("base(new_inputs)  # noqa: KFD101")
        hover = types.HoverParams(document, diagnostic.range.start)
        assert await session.client.text_document_hover_async(hover) is not None
        elsewhere = types.HoverParams(types.TextDocumentIdentifier(cell_uri(path, 1)), types.Position(0, 0))
        assert await session.client.text_document_hover_async(elsewhere) is None


async def test_a_fix_changes_the_cells_that_it_is_about(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    source = (FOLDER / "subclassed/flag_leaks_into_head.py").read_text(encoding="utf-8")
    cells = ["%time print()", *cut(source)]
    (finding,) = lint_cells(cells, str(path))
    assert finding.fix is not None
    changed = {edit.place.cell for edit in finding.fix.edits}
    assert changed == {finding.place.cell}
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=VERSIONED) as session:
        session.client.notebook_document_did_open(notebook_opening(path, cells))
        uri = cell_uri(path, finding.place.cell)
        (diagnostic,) = await session.diagnostics(uri)
        context = types.CodeActionContext([], only=["notebook.source.fixAll"])
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), diagnostic.range, context)
        (fix,) = await session.client.text_document_code_action_async(params) or []
        assert isinstance(fix, types.CodeAction)
        assert fix.edit is not None
        (edit,) = fix.edit.document_changes or []
        assert isinstance(edit, types.TextDocumentEdit)
        assert edit.text_document.uri == uri
        cells[finding.place.cell - 1] = applied(cells[finding.place.cell - 1], edit.edits)
    assert lint_cells(cells, str(path)) == []
