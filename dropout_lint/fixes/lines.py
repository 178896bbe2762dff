"""A text as lines that keep their own ends, and positions in it."""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class Lines:
    """A text by lines. Numbers are 1-based, columns 0-based; form feeds end no line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[str] = _LINE.findall(text) or [""]
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        if text.endswith(("\n", "\r")):
            self.lines.append("")
            self.starts.append(len(text))

    def content(self, number: int) -> str:
        """A line without its end."""
        return self.lines[number - 1].rstrip("\r\n")

    def end(self, number: int) -> str:
        """The line break that ends a line; for the last one, that of the line before."""
        for line in reversed(self.lines[:number]):
            content = line.rstrip("\r\n")
            if len(content) < len(line):
                return line[len(content) :]
        return "\n"

    def indent(self, number: int) -> str:
        """The blanks that a line begins with."""
        line = self.content(number)
        return line[: len(line) - len(line.lstrip(" \t"))]

    def offset(self, line: int, column: int) -> int:
        """The place of a position in the whole text."""
        return self.starts[line - 1] + column
