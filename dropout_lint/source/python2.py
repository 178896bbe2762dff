"""Python 2, as far as its print and except statements go; what else it had stays what cannot be read."""

from __future__ import annotations

import re

# `print` where a statement begins, and behind it something that makes no expression of it.
_PRINT = re.compile(
    r"(?P<before>(?:^|;|:)[ \t]*)print[ \t](?=[ \t]*(?:[\"'\w\[{`]|>>|\([^\n]*\)[ \t]*[%,.]))", re.MULTILINE
)
_EXCEPT = re.compile(
    r"^([ \t]*except[ \t]+[\w.]+|[ \t]*except[ \t]*\([\w., \t]+\))(,[ \t]*\w+)(?=[ \t]*:)", re.M
)


def first_print(text: str) -> int | None:
    """The line of the first print statement; None if there is none."""
    found = _PRINT.search(text)
    return None if found is None else text.count("\n", 0, found.end()) + 1


def without_prints(text: str) -> str | None:
    """The program with each print statement passed over, and all else where it was; None if it has none.

    Only for a text that is not Python 3: a string may hold such lines, too.
    """
    changed, count = _PRINT.subn(lambda found: f"{found['before']}pass #", text)
    if not count:
        return None
    return _EXCEPT.sub(lambda found: f"{found[1]}{' ' * len(found[2])}", changed)
