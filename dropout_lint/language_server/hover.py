"""The rule's page, shown where the pointer rests on a finding."""

from __future__ import annotations

from lsprotocol import types

from dropout_lint.finding import Finding
from dropout_lint.language_server.analysis import Result
from dropout_lint.language_server.documents import Document
from dropout_lint.rules.page import page_of


def hover(result: Result, document: Document, position: types.Position) -> types.Hover | None:
    """What is said of the findings at a position; None where there is none."""
    found = []
    for finding in result.findings:
        if result.program.document_of(finding.place) == document:
            extent = document.range(finding.place)
            if extent.start <= position <= extent.end:
                found.append((finding, extent))
    if not found:
        return None
    text = "\n\n---\n\n".join(_page(finding) for finding, _ in found)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), range=found[0][1])


def _page(finding: Finding) -> str:
    """The finding and the page of its rule, in Markdown."""
    return f"{finding.message}\n\n{page_of(finding.code) or ''}"
