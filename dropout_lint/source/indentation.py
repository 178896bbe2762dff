"""Indentation that mixes tabs and blanks: Python takes more of it than libcst does."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from dropout_lint.source.recursion import deep_recursion

_MIXED = re.compile(r"^[ \t]*\t", re.MULTILINE)
_BLANKS = re.compile(r"[ \t\f]*")
_STEP = "    "


def evened(text: str) -> tuple[str, dict[int, int]] | None:
    """The same program with each block indented by four blanks more than the one around it.

    Args:
        text: a text that libcst does not parse.

    Returns:
        the new text, and for each changed line how many columns further to the right it was before; None
        if the text is no Python, or is not indented by tabs.
    """
    if _MIXED.search(text) is None:
        return None
    try:
        with deep_recursion():
            ast.parse(text)
        depths = dict(_depths(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return None
    lines = text.splitlines(keepends=True) if "\f" not in text else re.findall(r"[^\n]*\n|[^\n]+\Z", text)
    shifts: dict[int, int] = {}
    for number, depth in depths.items():
        line = lines[number - 1]
        found = _BLANKS.match(line)
        before = found[0] if found else ""
        if before != depth * _STEP:
            lines[number - 1] = depth * _STEP + line[len(before) :]
            shifts[number] = len(before) - depth * len(_STEP)
    return "".join(lines), shifts


def _depths(text: str) -> Iterator[tuple[int, int]]:
    """The first line of each statement, and how many blocks it is in."""
    depth, begins = 0, True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE:
            begins = True
        elif begins and token.type not in (tokenize.NL, tokenize.COMMENT, tokenize.ENDMARKER):
            begins = False
            yield token.start[0], depth
        elif token.type == tokenize.COMMENT and begins:
            yield token.start[0], depth
