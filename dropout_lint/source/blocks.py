"""Loops, `with` and `try` in each other, deeper than Python takes them.

CPython parses a hundred levels of them, and compiles twenty (3.11: "too many statically nested blocks"; later
releases a few more); a class counts its own there. Each level that is run costs all those around it, too.
"""

from __future__ import annotations

import re

MAX_BLOCKS = 40
# So many blocks in each other are indented by as many characters, which few lines are.
_DEEP = re.compile(rf"^[ \t]{{{MAX_BLOCKS},}}(?:async[ \t]+)?(?:for|while|with|try|class)\b", re.MULTILINE)
_HEAD = re.compile(r"^([ \t]*)(?:async[ \t]+)?(for|while|with|try|def|class)\b", re.MULTILINE)


def too_many(text: str) -> bool:
    """Whether a program holds more of them, and classes, in each other than any Python takes of the former.

    Args:
        text: the program; it need not be Python.
    """
    if _DEEP.search(text) is None:
        return False
    around: list[tuple[int, int]] = []  # the indentation of each, and how many are in each other there
    for head in _HEAD.finditer(text):
        width = len(head[1].expandtabs())
        while around and around[-1][0] >= width:
            around.pop()
        # A function counts its own: it is run by a call.
        count = 0 if head[2] == "def" else (around[-1][1] if around else 0) + 1
        if count > MAX_BLOCKS:
            return True
        around.append((width, count))
    return False
