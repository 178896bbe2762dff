"""The language server, driven over stdio as an editor drives it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from dropout_lint import Confidence, Finding, lint_source
from dropout_lint.rules import RULES
from tests.drawn import count, some
from tests.fixture_files import FOLDER
from tests.integration.session import OWN_SERVER, Session, applied, connected

WRONG = {rule.code: rule.wrong for rule in RULES}
LINE = next(n for n, line in enumerate(WRONG["KFD101"].splitlines()) if "base(new_inputs" in line)
RICH = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
            related_information=True,
            tag_support=types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary]),
        )
    ),
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    ),
)
Shown = tuple[int, int, str | int | None, str]

pytestmark = pytest.mark.asyncio


def shown(diagnostics: list[types.Diagnostic]) -> list[Shown]:
    return [(d.range.start.line + 1, d.range.start.character, d.code, d.message) for d in diagnostics]


def expected(findings: list[Finding]) -> list[Shown]:
    return [(f.place.line, f.place.column, f.code, f.message) for f in findings]


async def actions(
    session: Session, uri: str, range: types.Range, only: list[str] | None = None
) -> list[types.CodeAction]:
    context = types.CodeActionContext(diagnostics=[], only=only)
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), range, context)
    found = await session.client.text_document_code_action_async(params)
    return [action for action in found or [] if isinstance(action, types.CodeAction)]


async def test_findings_come_on_opening_and_go_on_closing(tmp_path: Path) -> None:
    source = (FOLDER / "stackoverflow/merged_towers.py").read_text(encoding="utf-8")
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        uri = session.open(tmp_path / "train.py", source)
        assert shown(await session.diagnostics(uri, 1)) == expected(lint_source(source))
        session.close(uri)
        assert await session.diagnostics(uri) == []


async def test_a_finding_is_shown_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    (finding,) = lint_source(WRONG["KFD101"])
    assert finding.confidence is Confidence.CERTAIN
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=RICH) as session:
        uri = session.open(tmp_path / "train.py", WRONG["KFD101"])
        (diagnostic,) = await session.diagnostics(uri)
        assert diagnostic.source == "dropout-lint"
        assert diagnostic.severity == types.DiagnosticSeverity.Warning
        assert diagnostic.range == types.Range(types.Position(LINE, 11), types.Position(LINE, 27))
        related = diagnostic.related_information or []
        assert [r.location.uri for r in related] == [uri] * len(finding.related)
        lines = [r.location.range.start.line + 1 for r in related]
        assert lines == [r.place.line for r in finding.related]
        assert {"frozen here", "trained here"} <= {r.message for r in related}

        other = session.open(tmp_path / "lone.py", WRONG["KFD103"])
        (faded,) = await session.diagnostics(other)
        assert (faded.code, list(faded.tags or [])) == ("KFD103", [types.DiagnosticTag.Unnecessary])


@pytest.mark.parametrize(("encoding", "width"), [("utf-8", 4 + 2), ("utf-16", 2 + 1), ("utf-32", 2)])
async def test_columns_are_counted_as_agreed(encoding: str, width: int, tmp_path: Path) -> None:
    wanted = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
    # A form feed ends no line.
    before = 'note = "🎉é"; \f'
    source = WRONG["KFD101"].replace("features = base", f"{before}features = base")
    start = len(before) - 2 + width + len("features = ")
    capabilities = types.ClientCapabilities(general=wanted)
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=capabilities) as session:
        uri = session.open(tmp_path / "train.py", source)
        (diagnostic,) = await session.diagnostics(uri, 1)
        assert diagnostic.range == types.Range(
            types.Position(LINE, start), types.Position(LINE, start + len("base(new_inputs)"))
        )
        session.change(uri, source.replace("(new_inputs)", "(new_inputs, training=False)"), 2)
        (diagnostic,) = await session.diagnostics(uri, 2)
        assert diagnostic.code == "KFD102"
        assert diagnostic.range.end.character == start + len("base(new_inputs, training=False)")


async def test_the_newest_version_wins(tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        uri = session.open(tmp_path / "train.py", WRONG["KFD101"])
        for version in range(2, 42):
            text = WRONG["KFD101"] if version % 2 else ""
            session.change(uri, f"{text}# {version}\n", version)
        assert len(await session.diagnostics(uri, 41)) == 1
        versions = [params.version or 0 for params in session.history]
        assert versions == sorted(versions)
        assert len(versions) <= 10, "each pause in the typing is answered once, not each key"


async def test_an_editor_may_ask_for_diagnostics_instead(tmp_path: Path) -> None:
    asking = types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    capabilities = types.ClientCapabilities(text_document=asking)
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=capabilities) as session:
        uri = session.open(tmp_path / "train.py", WRONG["KFD101"])
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        report = await session.client.text_document_diagnostic_async(params)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert shown(list(report.items)) == expected(lint_source(WRONG["KFD101"]))
        await asyncio.sleep(0.5)
        assert session.history == [], "they would be shown twice"


async def test_the_rule_is_explained_where_the_pointer_rests(tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        uri = session.open(tmp_path / "train.py", WRONG["KFD101"])
        document = types.TextDocumentIdentifier(uri)
        on, beside = types.Position(LINE, 12), types.Position(LINE, 3)
        hover = await session.client.text_document_hover_async(types.HoverParams(document, on))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "frozen-dropout-active" in hover.contents.value
        assert "Freezing stops weights, not randomness" in hover.contents.value
        assert await session.client.text_document_hover_async(types.HoverParams(document, beside)) is None


async def test_a_finding_can_be_silenced(tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=RICH) as session:
        uri = session.open(tmp_path / "train.py", WRONG["KFD101"])
        (diagnostic,) = await session.diagnostics(uri, 1)
        *_, silence = await actions(session, uri, diagnostic.range, [types.CodeActionKind.QuickFix])
        assert silence.title == "Silence KFD101 on this line with a noqa comment"
        assert list(silence.diagnostics or []) == [diagnostic]
        assert silence.edit is not None
        (change,) = silence.edit.document_changes or []
        assert isinstance(change, types.TextDocumentEdit)
        assert (change.text_document.uri, change.text_document.version) == (uri, 1)
        text = applied(WRONG["KFD101"], edits_of(silence))
        assert text.splitlines()[LINE] == "features = base(new_inputs)  # noqa: KFD101"


@pytest.mark.parametrize(
    "source",
    [
        "import keras\nmodel.trainable = (",
        "import keras\0train",
        "\udcff keras train",
        "keras train " + "(" * 9000,
    ],
    ids=["half-typed", "zero byte", "not a character", "deep"],
)
async def test_no_text_stops_the_server(source: str, tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        uri = session.open(tmp_path / "bad.py", source.replace("\udcff", "\ufffd"))
        assert await session.diagnostics(uri) == []
        uri = session.open(tmp_path / "train.py", WRONG["KFD101"])
        assert len(await session.diagnostics(uri)) == 1


async def test_what_is_passed_over_is_written_to_the_log(tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        uri = session.open(tmp_path / "long.py", WRONG["KFD101"] + "\n" * 20_001)
        assert await session.diagnostics(uri) == []
        (logged,) = session.client.log_messages
        assert "long.py: not analysed: over 20,000 lines" in logged.message
        assert session.client.messages == []


async def test_a_script_without_a_file(tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        item = types.TextDocumentItem("untitled:Untitled-1", "python", 1, WRONG["KFD101"])
        session.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        assert len(await session.diagnostics(item.uri)) == 1


async def test_it_answers_while_it_analyses(tmp_path: Path) -> None:
    """A big file keeps the worker busy; what needs no analysis does not wait for it."""
    big = WRONG["KFD101"] + "".join(f"x{n} = layers.Dense({n})(hidden)\n" for n in range(4_000))
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        uri = session.open(tmp_path / "big.py", big)
        await asyncio.sleep(0.3)
        unknown = types.TextDocumentIdentifier((tmp_path / "unknown.py").as_uri())
        params = types.HoverParams(unknown, types.Position(0, 0))
        assert await asyncio.wait_for(session.client.text_document_hover_async(params), 5) is None
        assert session.history == []
        assert len(await session.diagnostics(uri)) == 1


async def test_pyproject_says_what_is_reported(tmp_path: Path) -> None:
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.dropout-lint]\nignore = ["KFD101"]\n', encoding="utf-8")
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        uri = session.open(tmp_path / "train.py", WRONG["KFD101"])
        assert await session.diagnostics(uri) == []

        settings.write_text('[tool.dropout-lint]\nignor = ["KFD101"]\n', encoding="utf-8")
        session.saved(settings)
        assert await session.diagnostics(uri) == []
        (said,) = session.client.messages
        assert "unknown key 'ignor'" in said.message
        assert said.message in [logged.message for logged in session.client.log_messages]

        settings.write_text('[tool.dropout-lint]\nexclude = ["old/"]\n', encoding="utf-8")
        session.saved(settings)
        assert len(await session.diagnostics(uri)) == 1
        excluded = session.open(tmp_path / "old" / "train.py", WRONG["KFD101"])
        assert await session.diagnostics(excluded) == []


async def test_noqa_comments_count(tmp_path: Path) -> None:
    lines = WRONG["KFD101"].splitlines()
    lines[LINE] += "  # noqa: KFD101"
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        assert await session.diagnostics(session.open(tmp_path / "train.py", "\n".join(lines))) == []


async def test_a_saved_module_counts_in_the_files_that_import_it(tmp_path: Path) -> None:
    """The linter reads a project's own modules from the disk."""
    (tmp_path / "pyproject.toml").touch()
    module, script = tmp_path / "backbone.py", tmp_path / "train.py"
    head, tail = WRONG["KFD101"].split("new_inputs = ", 1)
    module.write_text(head, encoding="utf-8")
    imports = "import numpy as np\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\n"
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=RICH) as session:
        uri = session.open(script, f"{imports}from backbone import base\n\nnew_inputs = {tail}")
        (diagnostic,) = await session.diagnostics(uri)
        places = {r.location.uri for r in diagnostic.related_information or []}
        assert places == {uri, module.as_uri()}
        module.write_text(head.replace("Dropout(0.5)", "Dropout(0.0)"), encoding="utf-8")
        session.saved(module)
        assert await session.diagnostics(uri) == []


async def test_what_is_safe_is_fixed_at_once(tmp_path: Path) -> None:
    source = (FOLDER / "subclassed/flag_leaks_into_head.py").read_text(encoding="utf-8")
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=RICH) as session:
        uri = session.open(tmp_path / "train.py", source)
        before = await session.diagnostics(uri, 1)
        start = types.Position(0, 0)
        offered = await actions(session, uri, types.Range(start, start), ["source.fixAll"])
        assert [action.kind for action in offered] == ["source.fixAll.dropout-lint"]
        fixed = applied(source, edits_of(offered[0]))
        session.change(uri, fixed, 2)
        assert before != []
        assert await session.diagnostics(uri, 2) == []
        assert await actions(session, uri, types.Range(start, start), ["source.fixAll"]) == []


async def test_a_fix_is_offered_where_the_finding_is(tmp_path: Path) -> None:
    source = (FOLDER / "subclassed/flag_leaks_into_head.py").read_text(encoding="utf-8")
    async with connected(*OWN_SERVER, root=tmp_path, capabilities=RICH) as session:
        uri = session.open(tmp_path / "train.py", source)
        diagnostic, *_ = await session.diagnostics(uri, 1)
        fix, _silence = await actions(session, uri, diagnostic.range, [types.CodeActionKind.QuickFix])
        (finding, *_) = lint_source(source)
        assert finding.fix is not None
        assert (fix.title, fix.is_preferred) == (finding.fix.title, True)
        assert list(fix.diagnostics or []) == [diagnostic]
        assert len(edits_of(fix)) == len(finding.fix.edits)


def edits_of(action: types.CodeAction) -> list[types.TextEdit]:
    assert action.edit is not None
    (change,) = action.edit.document_changes or []
    assert isinstance(change, types.TextDocumentEdit)
    return [edit for edit in change.edits if isinstance(edit, types.TextEdit)]


async def test_every_fixture_has_the_findings_that_flake8_reports(tmp_path: Path) -> None:
    files = some(sorted(FOLDER.rglob("*.py")), 150)
    command = [sys.executable, "-m", "flake8", "--isolated", "--select=KFD", "-j1", *map(str, files)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    through_flake8 = sorted(done.stdout.splitlines())
    assert len(through_flake8) >= count(150, 30)
    through_server = []
    async with connected(*OWN_SERVER, root=FOLDER) as session:
        for path in files:
            uri = session.open(path, path.read_text(encoding="utf-8"))
            for line, column, code, message in shown(await session.diagnostics(uri, 1)):
                through_server.append(f"{path}:{line}:{column + 1}: {code} {message}")
            session.close(uri)
    assert sorted(through_server) == through_flake8


def test_it_ends_quietly() -> None:
    """No traceback where an editor shows what its servers say."""
    said = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in said]
    text = b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)
    done = subprocess.run(OWN_SERVER, input=text, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
