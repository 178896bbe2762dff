"""What the editor offers to do about a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

import attrs
from lsprotocol import types
from pygls.capabilities import get_capability

from dropout_lint.finding import Applicability, Edit, Finding
from dropout_lint.fixes.suppressing import suppression
from dropout_lint.language_server.analysis import Result
from dropout_lint.language_server.diagnostics import Reader, diagnostics, location
from dropout_lint.language_server.fixing import apart
from dropout_lint.language_server.program import Document, Program

FIX_ALL = "source.fixAll.dropout-lint"
FIX_NOTEBOOK = "notebook.source.fixAll.dropout-lint"
KINDS = [types.CodeActionKind.QuickFix, FIX_ALL, FIX_NOTEBOOK]


def asks_for_all(result: Result, only: Sequence[str] | None) -> bool:
    """Whether a request is also for the fixes of the whole program."""
    return _is_wanted(_all_kind(result), only)


def fixable(result: Result, document: Document, params: types.CodeActionParams) -> list[Finding]:
    """The findings that a request is about and that have a fix."""
    if not _is_wanted(types.CodeActionKind.QuickFix, params.context.only):
        return []
    mine = (found for found in result.findings if result.program.document_of(found.place) == document)
    here = (found for found in mine if _touch(document.range(found.place), params.range))
    return [found for found in here if result.program.fix_of(found) is not None]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying fixes.

    Args:
        held: whether the fix of a finding cures it; what is missing is tried when somebody chooses it.
        safe: all edits that are safe in the program; None: they are looked for when somebody wants them.
    """

    held: Mapping[Finding, bool]
    safe: list[Edit] | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an action is about that has no edits yet, as the editor keeps it (`CodeAction.data`).

    Args:
        program: its URI.
        versions: of its documents, by their URIs.
        finding: the code, cell, line and column of what is to be fixed; None for all that is safe.
    """

    program: str
    versions: tuple[tuple[str, int | None], ...]
    finding: tuple[str, int, int, int] | None

    @classmethod
    def to_fix(cls, result: Result, finding: Finding | None) -> Chosen:
        """A finding of a program, or all of them."""
        versions = tuple((document.uri, document.version) for document in result.program.documents)
        return cls(result.program.uri, versions, None if finding is None else _key(finding))

    @classmethod
    def of(cls, data: Any) -> Chosen | None:
        """What an editor sends back; None if that is nothing of ours."""
        try:
            program, versions, finding = data
            found = None if finding is None else tuple(finding)
            return cls(program, tuple((uri, version) for uri, version in versions), found)
        except (TypeError, ValueError):
            return None

    def among(self, result: Result) -> list[Finding]:
        """What is to be fixed of a newer result: none if it is of another version, or not there any more."""
        if self != replace(Chosen.to_fix(result, None), finding=self.finding):
            return []
        wanted = result.findings if self.finding is None else filter(self._means, result.findings)
        return [finding for finding in wanted if result.program.fix_of(finding) is not None]

    def _means(self, finding: Finding) -> bool:
        return _key(finding) == self.finding


def _key(finding: Finding) -> tuple[str, int, int, int]:
    place = finding.place
    return finding.code, place.cell, place.line, place.column


def resolves(editor: types.ClientCapabilities) -> bool:
    """Whether an editor asks for the edits of an action when the user has chosen it."""
    properties = get_capability(editor, "text_document.code_action.resolve_support.properties") or ()
    data = get_capability(editor, "text_document.code_action.data_support")
    return bool(data) and "edit" in properties


def code_actions(
    result: Result,
    document: Document,
    tried: Tried,
    params: types.CodeActionParams,
    editor: types.ClientCapabilities,
) -> list[types.CodeAction]:
    """The actions for a stretch of a document.

    Args:
        result: what was found in its program.
        document: where the user is.
        tried: which fixes are worth to be offered.
        params: the request.
        editor: what the editor can do.
    """
    found: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix, params.context.only):
        found += _quick_fixes(result, document, tried, params.range, editor)
    if _is_wanted(_all_kind(result), params.context.only):
        action = types.CodeAction("Fix all that is safe to fix (dropout-lint)", kind=_all_kind(result))
        if tried.safe:
            found.append(with_edits(action, tried.safe, result, editor))
        elif tried.safe is None and apart(result):
            found.append(_later(action, result, None))
    return found


def with_edits(
    action: types.CodeAction, edits: Iterable[Edit], result: Result, editor: types.ClientCapabilities
) -> types.CodeAction:
    """An action that makes these edits in the documents of a program."""
    versions = bool(get_capability(editor, "workspace.workspace_edit.document_changes"))
    edit = _workspace_edit(edits, result.program, versions)
    return attrs.evolve(action, edit=edit, data=None)


def _later(action: types.CodeAction, result: Result, finding: Finding | None) -> types.CodeAction:
    """An action whose edits are found when it is chosen."""
    return attrs.evolve(action, data=astuple(Chosen.to_fix(result, finding)))


def _all_kind(result: Result) -> str:
    """An editor asks for the fixes of a notebook once, and for those of a cell at every cell."""
    return FIX_NOTEBOOK if result.program.notebook else FIX_ALL


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Kinds are trees: asking for "source" asks for "source.fixAll" too."""
    return only is None or any((kind + ".").startswith(wanted + ".") for wanted in only)


def _quick_fixes(
    result: Result,
    document: Document,
    tried: Tried,
    range: types.Range,
    editor: types.ClientCapabilities,
) -> Iterator[types.CodeAction]:
    mine = [found for found in result.findings if result.program.document_of(found.place) == document]
    shown = diagnostics(result, document, Reader.of(editor))
    for finding, diagnostic in zip(mine, shown, strict=True):
        if not _touch(diagnostic.range, range):
            continue
        fix = result.program.fix_of(finding)
        held = tried.held.get(finding, tried.safe is None)
        if fix is not None and held:
            safe = fix.grade is Applicability.SAFE
            action = types.CodeAction(
                title=fix.title if safe else f"{fix.title} (unsafe)",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=safe,
            )
            now = finding in tried.held
            yield with_edits(action, fix.edits, result, editor) if now else _later(action, result, finding)
        comment = suppression(document.text, finding)
        if comment:
            action = types.CodeAction(
                title=f"Silence {finding.code} on this line with a noqa comment",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
            )
            yield with_edits(action, comment, result, editor)


def _touch(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


def _workspace_edit(edits: Iterable[Edit], program: Program, versions: bool) -> types.WorkspaceEdit:
    by_document: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        where = location(edit.place, program)
        by_document.setdefault(where.uri, []).append(types.TextEdit(where.range, edit.text))
    if not versions:
        return types.WorkspaceEdit(changes=by_document)
    known = {document.uri: document.version for document in program.documents}
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, known.get(uri)), texts)
            for uri, texts in by_document.items()
        ]
    )
