"""One pattern of a .gitignore as a regular expression, with the meaning that git's own matching gives it.

A star never makes the search try again what it has found: each stretch between two stars is taken where it is
first possible, which loses nothing, for stretches have a fixed length. So the time grows with the length of
the pattern times that of the path, whatever the pattern; pathspec's expressions take a power of it.

Patterns and paths are bytes to git ("?" is one of the two of an "é"); here a character stands for each byte.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

SPECIAL = "*?[\\"
_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": " \t\n\r",
    "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_NOTHING = "(?!)"
# What stands for any number of characters of a name, of whole folders, and of all that is left.
_STAR, _FOLDERS, _ALL = "[^/]*?", "(?:[^/]*/)*?", ".*?"


def as_bytes(text: str) -> str:
    """A path or a pattern as git sees it."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def compiled(glob: str, whole_path: bool) -> re.Pattern[str]:
    """What a pattern matches, from its beginning to its end.

    Args:
        glob: without "!", and without a slash at the end.
        whole_path: "**" is for folders; otherwise what is matched is a name.
    """
    groups: list[list[str]] = [[]]
    for token in _tokens(glob, whole_path):
        if token == _FOLDERS and groups[-1][-1:] == [_FOLDERS]:
            continue
        if token in (_FOLDERS, _ALL):
            groups.append([])
        groups[-1].append(token)
    numbers = itertools.count()
    *before, last = (_group(tokens, numbers) for tokens in groups)
    held = (_once(group, numbers) for group in before)
    return re.compile("".join([*held, last, r"\Z"]), re.DOTALL)


def _group(tokens: list[str], numbers: Iterator[int]) -> str:
    """What stands between two places for folders: all stretches but the first and the last are held."""
    stretches = [""]
    for token in tokens:
        if token == _STAR:
            stretches.append("")
        stretches[-1] += token
    first, *middle = stretches
    last = middle.pop() if middle else ""
    return "".join([first, *(_once(stretch, numbers) for stretch in middle), last])


def _once(expression: str, numbers: Iterator[int]) -> str:
    """An expression that is matched once and not tried again; Python has `(?>...)` from 3.11."""
    name = f"g{next(numbers)}"
    return f"(?=(?P<{name}>{expression}))(?P={name})"


def _tokens(glob: str, whole_path: bool) -> Iterator[str]:
    """The parts of a pattern as regular expressions."""
    at = 0
    while at < len(glob):
        letter = glob[at]
        if letter == "*":
            end = at + 1
            while glob.startswith("*", end):
                end += 1
            token, at = _stars(glob, at, end) if whole_path else (_STAR, end)
        elif letter == "[":
            token, at = _set(glob, at + 1)
        elif letter == "\\":
            token, at = re.escape(glob[at + 1]) if at + 1 < len(glob) else _NOTHING, at + 2
        else:
            token, at = "[^/]" if letter == "?" else re.escape(letter), at + 1
        yield token


def _stars(glob: str, at: int, end: int) -> tuple[str, int]:
    """What the stars from here to there stand for, and where what follows begins."""
    begins = at == 0 or glob[at - 1] == "/"
    ends = end == len(glob) or glob.startswith(("/", "\\/"), end)
    if end - at < 2 or not begins or not ends:
        return _STAR, end
    return (_FOLDERS, end + 1) if glob.startswith("/", end) else (_ALL, end)


def _set(glob: str, at: int) -> tuple[str, int]:
    """One of the letters in brackets that open before this place, and where what follows begins."""
    negated = glob.startswith(("!", "^"), at)
    begin = at = at + negated
    parts: list[str] = []
    before = ""  # what a range may begin with
    while at == begin or not glob.startswith("]", at):
        part, before, at = _member(glob, at, before)
        if part is None:
            return _NOTHING, len(glob)
        parts.append(part)
    letters = "".join(parts)
    if negated:
        return f"[^/{letters}]", at + 1
    return f"(?!/)[{letters}]" if letters else _NOTHING, at + 1


def _member(glob: str, at: int, before: str) -> tuple[str | None, str, int]:
    """A letter, range or class in brackets (None: it is none), the letter, and where what follows begins."""
    if glob.startswith("[:", at):
        end = glob.find("]", at + 2)
        if end > at + 2 and glob[end - 1] == ":":
            return _CLASSES.get(glob[at + 2 : end - 1]), "", end + 1
        if end < 0:
            return None, "", at
    if before and glob.startswith("-", at) and glob[at + 1 : at + 2] not in ("", "]"):
        last, end = _letter(glob, at + 1)
        return (f"{_code(before)}-{_code(last)}" if before <= last else "") if last else None, "", end
    letter, end = _letter(glob, at)
    return _code(letter) if letter else None, letter, end


def _letter(glob: str, at: int) -> tuple[str, int]:
    """The letter at a place, which a backslash may precede; "" at the end."""
    at += glob.startswith("\\", at)
    return glob[at : at + 1], at + 1


def _code(letter: str) -> str:
    return f"\\x{ord(letter):02x}"
