"""The comment that silences a finding."""

from __future__ import annotations

import io

from dropout_lint.finding import Edit, Finding, Place
from dropout_lint.source.noqa import COMMENT, joined


def suppression(text: str, finding: Finding) -> list[Edit]:
    """Adds the finding's code to the noqa comment of its line, or adds one.

    Lines that a string or a backslash joins share a comment, which stands on the last of them.

    Args:
        text: the script, or the cell, that the finding is in.
        finding: what to silence.

    Returns:
        one edit; none if the line cannot hold a comment.
    """
    lines = io.StringIO(text, newline=None).readlines()
    line = finding.place.line
    first, last = joined(lines).get(line, (line, line))
    stretch = "".join(lines[first - 1 : last])
    found = COMMENT.search(stretch)
    if found is not None and found["codes"]:
        codes = found["codes"].rstrip(", \t\n")
        at, new = found.start("codes") + len(codes), f",{finding.code}"
    elif stretch.rstrip().endswith("\\"):
        return []
    else:
        at, new = len(stretch.rstrip()), f"  # noqa: {finding.code}"
    line = first + stretch.count("\n", 0, at)
    column = at - (stretch.rfind("\n", 0, at) + 1)
    place = Place(
        path=finding.place.path,
        cell=finding.place.cell,
        line=line,
        column=column,
        end_line=line,
        end_column=column,
    )
    return [Edit(place, new)]
