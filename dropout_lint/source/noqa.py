"""Comments that silence findings, with flake8's exact meaning (`flake8.defaults`, `flake8.processor`).

`# noqa` silences its line, `# noqa: KFD101,KFD2` these codes and prefixes on it; a line that begins
with `# flake8: noqa` silences the file, whatever follows. A line is a physical one, but lines that
a string or a backslash joins count as one; lines in brackets do not.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable

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

    def covers(self, line: int, code: str) -> bool:
        """Whether a comment on this line (1-based), or on one joined to it, silences the code."""
        if not self._possible:
            return False
        if self._joined is None:
            self._joined = joined(self._lines)
        first, last = self._joined.get(line, (line, line))
        comment = COMMENT.search("".join(self._lines[first - 1 : last]))
        if comment is None:
            return False
        codes = comment["codes"]
        return codes is None or code.startswith(tuple(filter(None, _BETWEEN_CODES.split(codes))))


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
