"""What is said where the pointer rests on a finding: in short, why it matters and the cure."""

from __future__ import annotations

import re

from lsprotocol import types

from dropout_lint.finding import Finding
from dropout_lint.language_server.analysis import Result
from dropout_lint.language_server.program import Document
from dropout_lint.rules.page import described

# Ends where a capital letter begins the next: "fit()" and "e.g. 0.5" end none.
_SENTENCE = re.compile(r".+?(?:[.!?](?= [A-Z`])|$) ?")


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
    text = "\n\n---\n\n".join(told(finding) for finding, _ in found)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), range=found[0][1])


def told(finding: Finding) -> str:
    """What is wrong, two sentences on why it matters, the cure, and where to read on; in Markdown."""
    rule = described(finding.code)
    why = _SENTENCE.findall(" ".join(str(rule["why"]).split()))[:2]
    cure = finding.cure or " ".join(str(rule["cure"]).split())
    return "\n\n".join(
        (
            f"**{finding.code} {rule['name']}**: {finding.problem or finding.message}",
            "".join(why).strip(),
            f"**Cure:** {cure}",
            f"`dropout-lint explain {finding.code}` is the page of the rule.",
        )
    )
