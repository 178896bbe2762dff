"""Comments that silence findings."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from dropout_lint.finding import Edit, Finding, Place
from dropout_lint.source.noqa import COMMENT, joined


def suppression(text: str, finding: Finding) -> list[Edit]:
    """Adds a finding's code to the noqa comment of its line, or adds one; see `suppressions`."""
    return list(suppressions(text, [finding]))


def suppressions(text: str, findings: Iterable[Finding], reason: str = "") -> Iterator[Edit]:
    """Adds the codes of findings to the noqa comments of their lines, or adds such comments.

    Lines that a string or a backslash joins share a comment, which stands on the last of them.

    Args:
        text: the script, or the cell, that the findings are in.
        findings: what to silence.
        reason: what a new comment says behind the codes; one line.

    Yields:
        one edit for each line that is concerned; none for a line that cannot hold a comment.
    """
    lines = io.StringIO(text, newline=None).readlines()
    stretches = joined(lines)
    wanted: dict[tuple[int, int], dict[str, Place]] = {}
    for finding in findings:
        line = finding.place.line
        wanted.setdefault(stretches.get(line, (line, line)), {})[finding.code] = finding.place
    for (first, last), codes in wanted.items():
        found = _comment("".join(lines[first - 1 : last]), sorted(codes), reason)
        if found is not None:
            at, new = found
            before = "".join(lines[first - 1 : last])[:at]
            yield _insertion(next(iter(codes.values())), first, before, new)


def _comment(stretch: str, codes: list[str], reason: str) -> tuple[int, str] | None:
    """Where in a stretch of lines what has to be inserted."""
    comment = COMMENT.search(stretch)
    if comment is not None and comment["codes"]:
        held = comment["codes"].rstrip(", \t\n")
        new = [code for code in codes if not code.startswith(tuple(held.replace(",", " ").split()))]
        return comment.start("codes") + len(held), "".join(f",{code}" for code in new)
    end = stretch.rstrip()
    if end.endswith("\\"):
        return None
    # flake8 reads codes up to the first word that is none.
    return len(end), f"  # noqa: {','.join(codes)}" + (f" -- {reason}" if reason else "")


def _insertion(at: Place, first: int, before: str, new: str) -> Edit:
    line = first + before.count("\n")
    column = len(before) - (before.rfind("\n") + 1)
    place = Place(path=at.path, cell=at.cell, line=line, column=column, end_line=line, end_column=column)
    return Edit(place, new)
