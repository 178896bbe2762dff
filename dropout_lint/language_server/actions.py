"""What the editor offers to do about a finding."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from lsprotocol import types
from pygls.capabilities import get_capability

from dropout_lint.finding import Applicability, Edit, Finding
from dropout_lint.fixes.suppressing import suppression
from dropout_lint.language_server.analysis import Result
from dropout_lint.language_server.diagnostics import Reader, diagnostics, location
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


def code_actions(
    result: Result,
    document: Document,
    safe: list[Edit],
    held: Collection[Finding],
    params: types.CodeActionParams,
    editor: types.ClientCapabilities,
) -> list[types.CodeAction]:
    """The actions for a stretch of a document.

    Args:
        result: what was found in its program.
        document: where the user is.
        safe: all edits that are safe in its program; none if they were not asked for.
        held: the findings whose fixes cure them.
        params: the request.
        editor: what the editor can do.
    """
    only = params.context.only
    versions = bool(get_capability(editor, "workspace.workspace_edit.document_changes"))
    actions: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix, only):
        actions += _quick_fixes(result, document, held, params.range, versions, Reader.of(editor))
    if safe:
        kind, edit = _all_kind(result), _workspace_edit(safe, result.program, versions)
        actions.append(types.CodeAction("Fix all that is safe to fix (dropout-lint)", kind=kind, edit=edit))
    return actions


def _all_kind(result: Result) -> str:
    """An editor asks for the fixes of a notebook once, and for those of a cell at every cell."""
    return FIX_NOTEBOOK if result.program.notebook else FIX_ALL


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Kinds are trees: asking for "source" asks for "source.fixAll" too."""
    return only is None or any((kind + ".").startswith(wanted + ".") for wanted in only)


def _quick_fixes(
    result: Result,
    document: Document,
    held: Collection[Finding],
    range: types.Range,
    versions: bool,
    reader: Reader,
) -> Iterator[types.CodeAction]:
    mine = [found for found in result.findings if result.program.document_of(found.place) == document]
    for finding, diagnostic in zip(mine, diagnostics(result, document, reader), strict=True):
        if not _touch(diagnostic.range, range):
            continue
        fix = result.program.fix_of(finding)
        if fix is not None and finding in held:
            safe = fix.grade is Applicability.SAFE
            yield types.CodeAction(
                title=fix.title if safe else f"{fix.title} (unsafe)",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=safe,
                edit=_workspace_edit(fix.edits, result.program, versions),
            )
        comment = suppression(document.text, finding)
        if comment:
            yield types.CodeAction(
                title=f"Silence {finding.code} on this line with a noqa comment",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                edit=_workspace_edit(comment, result.program, versions),
            )


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
