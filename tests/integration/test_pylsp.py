"""python-lsp-server with its flake8 plugin switched on: a whole session over stdio."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from lsprotocol import types

from dropout_lint import lint_source
from tests.fixture_files import FOLDER
from tests.integration.session import Session, connected

OTHERS = ("pycodestyle", "pyflakes", "mccabe", "pylint", "jedi_completion")
SETTINGS = {
    "pylsp": {
        "plugins": {
            "flake8": {
                "enabled": True,
                "executable": str(Path(sys.executable).with_name("flake8")),
                "select": ["KFD"],
            },
            **{name: {"enabled": False} for name in OTHERS},
        }
    }
}


@pytest.mark.asyncio
async def test_findings_are_shown_and_go_when_mended(tmp_path: Path) -> None:
    source = (FOLDER / "stackoverflow/merged_towers.py").read_text(encoding="utf-8")
    async with connected(sys.executable, "-m", "pylsp", root=tmp_path) as session:
        session.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(SETTINGS))
        path = tmp_path / "train.py"
        uri = session.open(path, source)
        expected = [
            (
                f.place.line - 1,
                f.place.column,
                f.code,
                f"{f.code} {f.message}",
                types.DiagnosticSeverity.Warning,
            )
            for f in lint_source(source, "train.py")
        ]
        assert len(expected) == 2
        shown = await session.diagnostics(uri)
        assert [
            (d.range.start.line, d.range.start.character, d.code, d.message, d.severity) for d in shown
        ] == expected
        assert await mended(session, uri) == []


async def mended(session: Session, uri: str) -> list[types.Diagnostic]:
    """What is shown once the text has become that of the silent twin."""
    text = (FOLDER / "stackoverflow/merged_towers_ok.py").read_text(encoding="utf-8")
    session.published.pop(uri, None)
    session.change(uri, text, 2)
    return await session.diagnostics(uri)
