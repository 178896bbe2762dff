"""Fixes in an editor that asks for the edits of an action when the user has chosen it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import attrs
import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.fixture_files import FOLDER
from tests.integration.session import OWN_SERVER, Session, applied, connected

SOURCE = (FOLDER / "subclassed/flag_leaks_into_head.py").read_text(encoding="utf-8")
ASKING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        code_action=types.CodeActionClientCapabilities(
            data_support=True, resolve_support=types.ClientCodeActionResolveOptions(["edit"])
        )
    )
)
START = types.Range(types.Position(0, 0), types.Position(0, 0))

pytestmark = pytest.mark.asyncio


async def offered(session: Session, uri: str, where: types.Range, only: str) -> list[types.CodeAction]:
    context = types.CodeActionContext(diagnostics=[], only=[only])
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, context)
    found = await session.client.text_document_code_action_async(params)
    return [action for action in found or [] if isinstance(action, types.CodeAction)]


async def chosen(session: Session, action: types.CodeAction) -> str:
    """The program after what an action does to it."""
    resolved = await session.client.code_action_resolve_async(action)
    assert resolved.edit is not None
    ((_, edits),) = (resolved.edit.changes or {}).items()
    return applied(SOURCE, edits)


@pytest.mark.parametrize("only", ["quickfix", "source.fixAll"])
async def test_edits_come_when_they_are_asked_for(only: str, tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=ASKING) as session:
        uri = session.open(tmp_path / "train.py", SOURCE)
        first, *others = await session.diagnostics(uri, 1)
        action, *_ = await offered(session, uri, first.range if only == "quickfix" else START, only)
        assert action.edit is None
        session.change(uri, await chosen(session, action), 2)
        left = await session.diagnostics(uri, 2)
        assert len(left) == (len(others) if only == "quickfix" else 0)
        assert await offered(session, uri, START, "source.fixAll") == []


async def test_what_was_tried_comes_with_its_edits(tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=ASKING) as session:
        uri = session.open(tmp_path / "train.py", SOURCE)
        first, *_ = await session.diagnostics(uri, 1)
        action, *_ = await offered(session, uri, first.range, "quickfix")
        resolved = await session.client.code_action_resolve_async(action)
        again, *_ = await offered(session, uri, first.range, "quickfix")
        assert again.edit == resolved.edit is not None


async def test_what_was_offered_for_an_older_text_is_not_done(tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=ASKING) as session:
        uri = session.open(tmp_path / "train.py", SOURCE)
        first, *_ = await session.diagnostics(uri, 1)
        action, *_ = await offered(session, uri, first.range, "quickfix")
        session.change(uri, "# moved\n" + SOURCE, 2)
        for bad in (action, attrs.evolve(action, data={"not": "ours"})):
            with pytest.raises(JsonRpcException, match="has changed since"):
                await asyncio.wait_for(session.client.code_action_resolve_async(bad), 30)
        assert len(await session.diagnostics(uri, 2)) > 0
