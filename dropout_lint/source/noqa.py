"""Comments that silence findings, with flake8's exact meaning (`flake8.defaults`, `flake8.processor`).

`# noqa` silences its line, `# noqa: KFD101,KFD2` these codes and prefixes on it; a line that begins
with `# flake8: noqa` silences the file, whatever follows. A line is a physical one, but lines that
a string or a backslash joins count as one; lines in brackets do not.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from dropout_lint.finding import Finding, Place
from dropout_lint.selection import CODES, FAMILY, UNUSED_NOQA

_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
COMMENT = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_BETWEEN_CODES = re.compile(r"[,\s]+")
_NO_LINE = (tokenize.ENDMARKER, tokenize.DEDENT)


class Silence:
    """What the comments of one text silence.

    Args:
        text: a Python program, or the code cell of a notebook.
    """

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline=None).readlines()
        self._possible = "noqa" in text.lower()
        self._joined: dict[int, tuple[int, int]] | None = None

    @property
    def whole_file(self) -> bool:
        """Whether a comment silences the whole text."""
        return self._possible and any(_FILE.match(line) for line in self._lines)

    def stretch(self, line: int) -> tuple[int, int]:
        """The first and the last of the lines that share a comment with this one (1-based)."""
        if self._joined is None:
            self._joined = joined(self._lines)
        return self._joined.get(line, (line, line))

    def comments(self) -> Iterator[tuple[int, int, str]]:
        """Line, column and text of each comment that may silence; none if the text is no Python."""
        if not self._possible:
            return
        with suppress(tokenize.TokenError, SyntaxError):
            for token in _tokens(self._lines):
                if token.type == tokenize.COMMENT and COMMENT.search(token.string):
                    yield *token.start, token.string

    def covers(self, line: int, code: str) -> bool:
        """Whether a comment on this line (1-based), or on one joined to it, silences the code."""
        if not self._possible:
            return False
        first, last = self.stretch(line)
        comment = COMMENT.search("".join(self._lines[first - 1 : last]))
        if comment is None:
            return False
        codes = comment["codes"]
        return codes is None or code.startswith(tuple(filter(None, _BETWEEN_CODES.split(codes))))


def unused(
    silence: Silence,
    found: list[tuple[int, str]],
    is_on: Callable[[str], bool],
    path: str,
    cell: int,
) -> Iterator[Finding]:
    """A finding for each KFD code in a noqa comment that silences nothing.

    Args:
        silence: the comments of one text.
        found: the line and the code of everything that is found in it, silenced or not.
        is_on: whether a code is looked for at all.
        path: the file.
        cell: the cell of a notebook that the text is; 0 for a script.
    """
    for line, column, comment in silence.comments():
        match = COMMENT.search(comment)
        first, last = silence.stretch(line)
        here = [code for at, code in found if first <= at <= last]
        for code in filter(None, _BETWEEN_CODES.split(match["codes"] or "" if match else "")):
            meant = [known for known in CODES if known.startswith(code) and is_on(known)]
            if code.startswith(FAMILY) and meant and not any(at.startswith(code) for at in here):
                end = column + len(comment)
                place = Place(path=path, cell=cell, line=line, column=column, end_line=line, end_column=end)
                yield Finding(place, UNUSED_NOQA, f"noqa: {code} silences nothing here: delete the code")


def joined(lines: list[str]) -> dict[int, tuple[int, int]]:
    """For each line the first and the last of those that may hold the comment about it.

    Empty if the lines are no Python: then each stands for itself.
    """
    found: dict[int, tuple[int, int]] = {}
    first, last = len(lines) + 2, -1
    try:
        for token in _tokens(lines):
            if token.type in _NO_LINE:
                continue
            first, last = min(first, token.start[0]), max(last, token.end[0])
            if token.type in (tokenize.NL, tokenize.NEWLINE):
                found.update(dict.fromkeys(range(first, last + 1), (first, last)))
                first, last = len(lines) + 2, -1
    except (tokenize.TokenError, SyntaxError):
        return {}
    return found


def _tokens(lines: list[str]) -> Iterable[tokenize.TokenInfo]:
    rest = iter(lines)
    return tokenize.generate_tokens(lambda: next(rest))
