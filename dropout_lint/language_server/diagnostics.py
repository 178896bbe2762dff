"""Findings as the protocol's diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls.capabilities import get_capability

from dropout_lint import address
from dropout_lint.finding import Confidence, Finding, Place, Related
from dropout_lint.language_server.analysis import Result
from dropout_lint.language_server.program import Document, Program
from dropout_lint.rules import claim_of
from dropout_lint.rules.claim import WITHOUT_EFFECT
from dropout_lint.selection import NOT_ANALYSED
from dropout_lint.source.reading import content_of, decode

SOURCE = "dropout-lint"
_SEVERITY = {
    Confidence.CERTAIN: types.DiagnosticSeverity.Warning,
    Confidence.LIKELY: types.DiagnosticSeverity.Warning,
    Confidence.POSSIBLE: types.DiagnosticSeverity.Information,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """What the editor can show.

    Args:
        related: related places, beside the message.
        tags: what is without effect can be faded.
    """

    related: bool
    tags: bool

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> Reader:
        """What an editor said of itself."""
        related = get_capability(capabilities, "text_document.publish_diagnostics.related_information")
        tags = get_capability(capabilities, "text_document.publish_diagnostics.tag_support")
        known = tags is not None and types.DiagnosticTag.Unnecessary in tags.value_set
        return cls(bool(related), known)


def diagnostics(result: Result, document: Document, reader: Reader) -> list[types.Diagnostic]:
    """The diagnostics of one document of a program."""
    mine = (found for found in result.findings if result.program.document_of(found.place) == document)
    return [_diagnostic(found, result.program, document, reader) for found in mine]


def _diagnostic(finding: Finding, program: Program, document: Document, reader: Reader) -> types.Diagnostic:
    unsure = finding.code == NOT_ANALYSED
    link = address.rules()
    faded = reader.tags and claim_of(finding.code) in WITHOUT_EFFECT
    return types.Diagnostic(
        range=document.range(finding.place),
        message=finding.message,
        severity=types.DiagnosticSeverity.Information if unsure else _SEVERITY[finding.confidence],
        code=finding.code,
        code_description=types.CodeDescription(link) if link else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if faded else None,
        related_information=[_related(r, program) for r in finding.related] if reader.related else None,
    )


def _related(related: Related, program: Program) -> types.DiagnosticRelatedInformation:
    return types.DiagnosticRelatedInformation(location(related.place, program), f"{related.role} here")


def location(place: Place, program: Program) -> types.Location:
    """Where a place is: in the program's own documents, or in another file."""
    document = program.document_of(place)
    if document is None:
        document = _on_disk(place, program.documents[0].encoding)
    return types.Location(document.uri, document.range(place))


def _on_disk(place: Place, encoding: str) -> Document:
    """A file that the finding rests on. Its text serves columns only: it may be gone."""
    path = Path(place.path).absolute()
    try:
        text = decode(content_of(path), path)
    except (OSError, SyntaxError):
        text = ""
    return Document(path.as_uri(), None, text, encoding)
