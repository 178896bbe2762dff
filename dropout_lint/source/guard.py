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

from dropout_lint.source.blocks import MAX_BLOCKS, too_many

# CPython refuses 200 nested brackets.
MAX_BRACKETS = 100
MAX_CHAIN = 1_000
# Stack, in links, some 1.5 kB each: programs have 8 MB, of which 100 blocks in each other take 3.
MAX_DEPTH = 1_400
_BRACKET, _LAMBDA = 6, 11
# Characters, or tokens of a chain, that are looked at again, some 1 to 2 µs each: so many in any program,
# and for each of its own characters.
BASE_WORK = 600_000
WORK_FOR_EACH = 12
# Patterns, and what may be deleted, are tried again at each level: how often, and what part of that counts.
_AGAIN = {"case": (5, 10), "del": (2, 50)}
# Statements without so many of these, or of words, need not be looked into.
_SHORT, _FEW = 100, 40
_LINKING = ".([+-*/%@&|^~<>:'\""

# Each alternative begins with a letter of its own, so that the search for it is quick.
_STRINGS = (
    r'''"(?:""(?:[^"\\]|\\.|"(?!""))*(?:"""|\Z)|(?:[^"\\\n]|\\.)*"?)'''
    r"""|'(?:''(?:[^'\\]|\\.|'(?!''))*(?:'''|\Z)|(?:[^'\\\n]|\\.)*'?)"""
)
_MARK = re.compile(rf"\(|\[|\{{|\)|\]|\}}|\n|\\\n|\#[^\n]*|{_STRINGS}", re.DOTALL)
_LINK = re.compile(
    rf"""(?P<text>{_STRINGS}|\#[^\n]*)|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<apart>[,;])|(?P<dot>\.)|(?P<colon>:)"""
    r"""|(?P<sign>\*\*|<<|>>|[-+*/%@&|^~])|(?P<flat>[<>]|[=!]=|\b(?:and|or|not\s+in|is\s+not|in|for)\b)"""
    r"""|(?P<prefix>\b(?:else|not|await)\b)|(?P<lambda>\blambda\b)""",
    re.DOTALL,
)
_CASE = re.compile(r"\s*case\b")
_DELETES = re.compile(r"\bdel\b")
_QUOTES = str.maketrans("'\"", "  ")
_PREFIX = re.compile(r"[a-zA-Z]{0,2}\Z")


def refusal(text: str) -> str | None:
    """Why a program cannot be given to libcst; None if it can.

    Args:
        text: the program; it need not be Python.
    """
    if too_many(text):
        return f"over {MAX_BLOCKS} loops, classes, with and try statements in each other"
    return Count(text).trouble()


class Refused(SyntaxError):
    """A program that libcst is not given."""


class _TooDeep(Exception):
    """Brackets, or links, of which there are too many."""


@dataclass(slots=True)
class _Level:
    """What is inside of one pair of brackets, or of none.

    Args:
        start: where it begins, as the number of a character.
        element: where what stands between commas begins, as the number of a token; so do the others:
        operand: what stands between `and` and `<` and the like.
        primary: what has calls and attributes.
        links: the calls and attributes of the primary. Each is a level of the tree, as are these:
        signs: those of the operand.
        words: `and`, `not` and the like of the element.
        tall: the most links of a primary of the operand, before this one.
        taller: the most levels of an operand of the element, before this one.
        parameters: lambdas whose colon is still to come.
    """

    start: int
    element: int
    operand: int
    primary: int
    links: int = 0
    signs: int = 0
    words: int = 0
    tall: int = 0
    taller: int = 0
    parameters: int = 0

    @property
    def depth(self) -> int:
        """How many levels the element has."""
        return self.words + max(self.taller, self.signs + max(self.tall, self.links))

    def next_primary(self, number: int) -> None:
        """One begins at this token."""
        self.tall, self.links, self.primary = max(self.tall, self.links), 0, number

    def next_operand(self, number: int) -> None:
        """One begins at this token."""
        self.taller = max(self.taller, self.signs + max(self.tall, self.links))
        self.signs = self.tall = self.links = 0
        self.operand = self.primary = number

    def next_element(self, number: int) -> None:
        """One begins at this token."""
        self.signs = self.tall = self.links = self.words = self.taller = 0
        self.element = self.operand = self.primary = number


@dataclass(slots=True)
class Count:
    """The work that libcst will have with a text.

    Args:
        text: it.
        work: characters and tokens that are looked at again.
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
            self._words(mark, at)

    def _is_formatted(self, at: int) -> bool:
        prefix = _PREFIX.search(self.text, max(0, at - 2), at)
        return prefix is not None and not {"f", "t"}.isdisjoint(prefix[0].lower())

    def _words(self, mark: str, at: int) -> None:
        """The expressions in an f-string: what is in brackets there is in those around it, too."""
        if mark[0] != mark[-1]:  # since Python 3.12 an expression in it may go on over lines
            mark = mark.replace("{{", "")
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
        if mark[0] != mark[-1]:
            self._brackets += [at] * depth
        self._links(mark.translate(_QUOTES))  # what is quoted in it may be such a string, too

    def _statement(self, begin: int, end: int) -> None:
        """A logical line: looked into if it may be a chain, or nested patterns."""
        kind = "case" if _CASE.match(self.text, begin, end) else ""
        if kind or end - begin >= _SHORT:
            text = self.text[begin:end]
            kind = kind or ("del" if _DELETES.search(text) else "")
            if kind or sum(map(text.count, _LINKING)) + len(text.split()) // 2 >= _FEW:
                self._links(text, kind)

    def _links(self, text: str, tried: str = "") -> None:
        """One logical line, token by token; tried: what libcst tries again in it, see `_AGAIN`."""
        again, part = _AGAIN.get(tried, (0, 1))
        levels = [_Level(0, 0, 0, 0)]
        outside = 0  # links around the innermost brackets
        for number, found in enumerate(_LINK.finditer(text)):
            level, kind = levels[-1], found.lastgroup
            if kind == "open":
                self.work += number - level.primary
                level.links += 1
                outside += level.depth + _BRACKET
                level = _Level(found.start(), *(number + 1,) * 3)
                levels.append(level)
            elif kind == "close" and len(levels) > 1:
                self.work += (found.start() - level.start) * (again ** min(len(levels), 40) // part)
                levels.pop()
                level = levels[-1]
                outside -= level.depth + _BRACKET
            elif kind is not None:
                self._link(level, number, kind, found[0])
            depth = level.depth
            if depth > MAX_CHAIN:
                raise _TooDeep(f"an expression of over {MAX_CHAIN:,} links")
            if depth + outside > MAX_DEPTH:
                raise _TooDeep("expressions that nest too deeply")

    def _link(self, level: _Level, number: int, kind: str, word: str) -> None:
        """A token that is no bracket."""
        if kind == "dot":
            self.work += number - level.primary
            level.links += 1
        elif kind == "sign":  # what stands before it is copied
            self.work += number - level.operand
            level.signs += 1
            level.next_primary(number + 1)
        elif kind == "flat":  # nothing is
            level.words += word in ("and", "or", "for")
            level.next_operand(number + 1)
        elif kind == "prefix":
            self.work += number - level.element
            level.words += 1
            level.next_operand(number + 1)
        elif kind == "lambda":
            self.work += number - level.element
            level.words += _LAMBDA
            level.parameters += 1
        elif kind == "colon":
            level.parameters = max(0, level.parameters - 1)
        elif kind == "apart" and not level.parameters:
            level.next_element(number + 1)
        elif kind == "text" and word[0] != "#":
            level.links += 1  # strings are joined one by one
