"""What the editor offers, from findings whose fixes are made up."""

from __future__ import annotations

import pytest
from lsprotocol import types

from dropout_lint import Applicability, Edit, Finding, Fix, Place
from dropout_lint.language_server.actions import (
    FIX_ALL,
    FIX_NOTEBOOK,
    Chosen,
    Tried,
    asks_for_all,
    code_actions,
    fixable,
    resolves,
)
from dropout_lint.language_server.analysis import Result
from dropout_lint.language_server.fixing import apart
from dropout_lint.language_server.program import Document, Program

URI = "file:///project/train.py"
TEXT = 'x = base("🎉", y)\nz = base(y)\n'
DOCUMENT = Document(URI, 7, TEXT, "utf-16")
PROGRAM = Program(URI, (DOCUMENT,))


def place(line: int, column: int, end: int, cell: int = 0) -> Place:
    return Place(path=PROGRAM.path, cell=cell, line=line, column=column, end_line=line, end_column=end)


def insert(line: int, column: int, text: str, cell: int = 0) -> Edit:
    return Edit(place(line, column, column, cell), text)


def finding(line: int, grade: Applicability, *edits: Edit) -> Finding:
    return Finding(
        place(line, 4, 11), "KFD101", "drops", fix=Fix("Call base with training=False", grade, edits)
    )


FIRST = insert(1, 15, ", training=False")
SECOND = insert(2, 10, ", training=False")


def safe(result: Result) -> list[Edit]:
    return [edit for finding in apart(result) if finding.fix is not None for edit in finding.fix.edits]


def offered(findings: list[Finding], line: int, only: list[str] | None = None) -> list[types.CodeAction]:
    at = types.Position(line - 1, 5)
    context = types.CodeActionContext([], only=only)
    params = types.CodeActionParams(types.TextDocumentIdentifier(URI), types.Range(at, at), context)
    result = Result(PROGRAM, tuple(findings))
    edits = safe(result) if asks_for_all(result, only) else []
    held = dict.fromkeys(fixable(result, DOCUMENT, params), True)
    return code_actions(result, DOCUMENT, Tried(held, edits), params, types.ClientCapabilities())


def test_a_safe_fix_is_preferred_and_its_columns_are_the_editors() -> None:
    fix, silence, fix_all = offered([finding(1, Applicability.SAFE, FIRST)], 1)
    assert (fix.title, fix.kind, fix.is_preferred) == ("Call base with training=False", "quickfix", True)
    at = types.Position(0, 16)  # the emoji takes two units
    assert fix.edit == types.WorkspaceEdit({URI: [types.TextEdit(types.Range(at, at), FIRST.text)]})
    assert silence.title.startswith("Silence KFD101")
    assert (fix_all.kind, fix_all.edit) == (FIX_ALL, fix.edit)


def test_an_unsafe_fix_is_offered_alone_and_says_so() -> None:
    fix, silence = offered([finding(1, Applicability.UNSAFE, FIRST)], 1)
    assert (fix.title, fix.is_preferred) == ("Call base with training=False (unsafe)", False)
    assert silence.kind == "quickfix"


def test_a_fix_that_does_not_hold_is_not_offered() -> None:
    at = types.Position(0, 5)
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(URI), types.Range(at, at), types.CodeActionContext([])
    )
    result = Result(PROGRAM, (finding(1, Applicability.SAFE, FIRST),))
    tried = Tried({result.findings[0]: False}, [])
    (silence,) = code_actions(result, DOCUMENT, tried, params, types.ClientCapabilities())
    assert silence.title.startswith("Silence")


def test_only_findings_at_the_cursor_are_offered() -> None:
    findings = [finding(1, Applicability.UNSAFE, FIRST), finding(2, Applicability.UNSAFE, SECOND)]
    assert len(offered(findings, 2, ["quickfix"])) == 2
    assert offered([findings[0]], 2, ["quickfix"]) == []


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (["quickfix"], ["quickfix", "quickfix"]),
        (["source"], [FIX_ALL]),
        (["source.fixAll"], [FIX_ALL]),
        ([FIX_ALL], [FIX_ALL]),
        (["source.fixAll.other"], []),
        (["source.fix"], []),
        (["refactor"], []),
        ([], []),
    ],
)
def test_only_the_kinds_that_were_asked_for(only: list[str], kinds: list[str]) -> None:
    assert [action.kind for action in offered([finding(1, Applicability.SAFE, FIRST)], 1, only)] == kinds


def test_the_fixes_of_a_notebook_go_to_their_cells() -> None:
    cells = tuple(Document(f"cell:{n}", n, "z = base(y)\n", "utf-16") for n in (1, 2))
    program = Program(URI, cells, notebook=True)
    fixes = {n: Fix("Fix", Applicability.SAFE, (insert(1, 10, "!", n),)) for n in (1, 2)}
    found = [Finding(place(1, 4, 11, cell=n), "KFD101", "drops", fix=fix) for n, fix in fixes.items()]
    at = types.Position(0, 5)
    context = types.CodeActionContext([])
    params = types.CodeActionParams(types.TextDocumentIdentifier("cell:2"), types.Range(at, at), context)
    result = Result(program, tuple(found))
    edits = safe(result)
    tried = Tried(dict.fromkeys(fixable(result, cells[1], params), True), edits)
    fix, silence, fix_all = code_actions(result, cells[1], tried, params, types.ClientCapabilities())
    assert fix.edit is not None
    assert list(fix.edit.changes or {}) == ["cell:2"]
    assert silence.edit is not None
    assert list(silence.edit.changes or {}) == ["cell:2"]
    assert fix_all.edit is not None
    assert (fix_all.kind, list(fix_all.edit.changes or {})) == (FIX_NOTEBOOK, ["cell:1", "cell:2"])


def test_a_fix_of_another_file_is_not_offered() -> None:
    elsewhere = Edit(Place(path="/other.py", line=1, column=0, end_line=1, end_column=0), "x")
    (silence,) = offered([finding(1, Applicability.SAFE, FIRST, elsewhere)], 1)
    assert silence.title.startswith("Silence")


def test_what_was_not_tried_yet_is_offered_without_edits_where_the_editor_asks_for_them() -> None:
    first, second = finding(1, Applicability.SAFE, FIRST), finding(2, Applicability.UNSAFE, SECOND)
    result = Result(PROGRAM, (first, second))
    whole = types.Range(types.Position(0, 0), types.Position(9, 0))
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(URI), whole, types.CodeActionContext([], only=["quickfix", "source"])
    )
    found = code_actions(result, DOCUMENT, Tried({second: False}, None), params, types.ClientCapabilities())
    fix, silence, other, fix_all = found
    assert (fix.edit, fix_all.edit) == (None, None)
    assert silence.edit is not None
    assert "noqa" in other.title  # the fix of the second was tried, and does not hold
    one, everything = Chosen.of(fix.data), Chosen.of(fix_all.data)
    assert one is not None
    assert everything is not None
    assert one.among(result) == [first]
    assert everything.among(result) == [first, second]


@pytest.mark.parametrize("version", [6, 8])
def test_what_was_offered_for_another_version_is_none_of_this_one(version: int) -> None:
    older = Result(Program(URI, (Document(URI, version, TEXT, "utf-16"),)))
    mine = finding(1, Applicability.SAFE, FIRST)
    assert Chosen.to_fix(older, mine).among(Result(PROGRAM, (mine,))) == []


def test_what_is_not_there_any_more_is_not_mended() -> None:
    gone = Chosen.to_fix(Result(PROGRAM), finding(1, Applicability.SAFE, FIRST))
    assert gone.among(Result(PROGRAM, (finding(2, Applicability.SAFE, SECOND),))) == []


@pytest.mark.parametrize("data", [None, 3, "KFD101", [], [URI], [URI, [1], None], {"uri": URI}])
def test_data_that_is_not_ours_is_nothing(data: object) -> None:
    assert Chosen.of(data) is None


@pytest.mark.parametrize(
    ("properties", "data", "whether"),
    [
        (["edit"], True, True),
        (["edit", "command"], True, True),
        (["command"], True, False),
        (["edit"], False, False),
        (None, True, False),
    ],
)
def test_which_editors_ask_for_edits(properties: list[str] | None, data: bool, whether: bool) -> None:
    options = None if properties is None else types.ClientCodeActionResolveOptions(properties)
    can = types.CodeActionClientCapabilities(data_support=data, resolve_support=options)
    text = types.TextDocumentClientCapabilities(code_action=can)
    assert resolves(types.ClientCapabilities(text_document=text)) is whether
