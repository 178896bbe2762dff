"""What libcst is not handed: programs that take it for ever, or that end the process.

libcst copies what it has parsed whenever an expression goes on, and tries patterns again at each level of
brackets: chains take time that grows with the square of their length, nested patterns five times as long at
each level (measured with libcst 1.9). Its parser is compiled, and dies when it has no stack left. So the work
that a text will make is counted first, in characters that are looked at again; also in f-strings, whose
expressions it parses. Statements that are short, or have few links, are not looked into: they cannot make it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# CPython refuses 200 nested brackets.
MAX_BRACKETS = 100
MAX_CHAIN = 1_000
# Characters that are looked at again, some 2 µs each: so many in any program, and for each of its own.
BASE_WORK = 600_000
WORK_FOR_EACH = 12
# Patterns are tried again at each level.
_AGAIN = 5
# Signs copy less than calls do.
_SAME_AGAIN = 4
_SHORT, _FEW = 100, 40

# Each alternative begins with a letter of its own, so that the search for it is quick.
_STRINGS = (
    r'''"(?:""(?:[^"\\]|\\.|"(?!""))*(?:"""|\Z)|(?:[^"\\\n]|\\.)*"?)'''
    r"""|'(?:''(?:[^'\\]|\\.|'(?!''))*(?:'''|\Z)|(?:[^'\\\n]|\\.)*'?)"""
)
_MARK = re.compile(rf"\(|\[|\{{|\)|\]|\}}|\n|\\\n|\#[^\n]*|{_STRINGS}", re.DOTALL)
_LINK = re.compile(
    rf"""(?P<text>{_STRINGS}|\#[^\n]*)|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<apart>[,;])|(?P<dot>\.)"""
    r"""|(?P<sign>[-+*/%@&|^~<>]+|\b(?:and|or|if|else|not|lambda|await|in|is|for|yield)\b)""",
    re.DOTALL,
)
_CASE = re.compile(r"\s*case\b")
_PREFIX = re.compile(r"[a-zA-Z]{0,2}\Z")


def refusal(text: str) -> str | None:
    """Why a program cannot be given to libcst; None if it can.

    Args:
        text: the program; it need not be Python.
    """
    return Count(text).trouble()


class Refused(SyntaxError):
    """A program that libcst is not given."""


class _TooDeep(Exception):
    """Brackets, or links, of which there are too many."""


@dataclass(slots=True)
class _Level:
    """What is inside of one pair of brackets, or of none: where it, its expression and its primary begin."""

    start: int
    expression: int
    primary: int
    links: int = 0


@dataclass(slots=True)
class Count:
    """The work that libcst will have with a text.

    Args:
        text: it.
        work: characters that are looked at again.
    """

    text: str
    work: int = 0
    _brackets: list[int] = field(default_factory=list)

    def trouble(self) -> str | None:
        """Why the text is refused."""
        most = BASE_WORK + WORK_FOR_EACH * len(self.text)
        begin = 0
        try:
            for found in _MARK.finditer(self.text):
                at, mark = found.start(), found[0]
                if mark == "\n":
                    if not self._brackets:
                        self._statement(begin, at)
                        begin = at + 1
                    continue
                self._mark(mark, at)
                if self.work > most:
                    break
            self._statement(begin, len(self.text))
        except _TooDeep as error:
            return str(error)
        return "expressions that take the parser too long" if self.work > most else None

    def _mark(self, mark: str, at: int) -> None:
        if mark in "([{":
            self._brackets.append(at)
            if len(self._brackets) > MAX_BRACKETS:
                raise _TooDeep(f"over {MAX_BRACKETS} brackets in each other")
        elif mark in ")]}":
            if self._brackets:
                self.work += at - self._brackets.pop()
        elif mark[0] in "\"'" and "{" in mark and self._is_formatted(at):
            self._words(mark)

    def _is_formatted(self, at: int) -> bool:
        prefix = _PREFIX.search(self.text, max(0, at - 2), at)
        return prefix is not None and not {"f", "t"}.isdisjoint(prefix[0].lower())

    def _words(self, mark: str) -> None:
        """The expressions in an f-string: what is in brackets there is in those around it, too."""
        depth = deepest = 0
        for letter in mark:
            if letter in "([{":
                depth += 1
                deepest = max(deepest, depth)
            elif letter in ")]}":
                depth -= 1
        self.work += len(mark) * deepest
        if len(self._brackets) + deepest > MAX_BRACKETS:
            raise _TooDeep(f"over {MAX_BRACKETS} brackets in each other")
        self._links(mark.strip("\"'"))

    def _statement(self, begin: int, end: int) -> None:
        """A logical line: looked into if it may be a chain, or nested patterns."""
        is_case = _CASE.match(self.text, begin, end) is not None
        if is_case or end - begin >= _SHORT:
            text = self.text[begin:end]
            if is_case or sum(map(text.count, ".([+-*/%@&|^<>")) + text.count(" ") // 2 >= _FEW:
                self._links(text, is_case)

    def _links(self, text: str, is_case: bool = False) -> None:
        levels = [level := _Level(0, 0, 0)]
        for found in _LINK.finditer(text):
            at, kind = found.start(), found.lastgroup
            if kind in ("open", "dot"):
                self.work += at - level.primary
                level.links += 1
                if kind == "open":
                    levels.append(level := _Level(at, at + 1, at + 1))
            elif kind == "close" and len(levels) > 1:
                if is_case:
                    self.work += (at - level.start) * int(_AGAIN ** min(len(levels), 20) / 10)
                levels.pop()
                level = levels[-1]
            elif kind == "sign":
                self.work += (at - level.expression) // _SAME_AGAIN
                level.links += len(found[0]) if found[0][0] in "+-~" else 1
                level.primary = found.end()
            elif kind == "apart":
                level.expression = level.primary = found.end()
                level.links = 0
            elif kind == "text" and found[0][0] != "#":
                level.links += 1  # strings are joined one by one
            if level.links > MAX_CHAIN:
                raise _TooDeep(f"an expression of over {MAX_CHAIN:,} links")
