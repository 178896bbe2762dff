"""What Jupyter lets a cell hold besides Python, replaced by Python that says as little.

Lines and columns of everything else stay where they are. The forms are those of IPython's own
input transformer (tests/source compares with it):

    %matplotlib inline   !pip install x   ?name   name?     become  pass
    files = !ls          value = %env HOME                  become  files = get_ipython()
    %time model.fit(x)                                      becomes 0;    model.fit(x)
    %%time (and a few more), as the head of a cell          becomes an empty line
    a cell under any other %%magic                          is emptied
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# An unknown value: nothing defines this name in a program.
ANYTHING = "get_ipython()"

# Cell magics that run the cell where all others run.
_SAME_PROGRAM = frozenset(
    {
        "capture", "debug", "heat", "memit", "notify", "prun", "pyinstrument", "snakeviz", "time", "timeit",
        "wandb",
    }
)  # fmt: skip
# Line magics that run the rest of their line, after their options.
_RUNS_CODE = re.compile(r"%(?:time|timeit|prun|memit)\b[ \t]*(?:-[a-zA-Z]\S*[ \t]+(?:\d+[ \t]+)?)*(?=\S)")

_CELL_MAGIC = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*%%(?P<name>[^\s?]*)(?P<rest>[^\n]*)")
# A backslash at its end continues a line; nothing else does.
_ESCAPED = re.compile(r"[ \t]*(?P<magic>[%!?/,;](?:[^\n\\]|\\\r?\n|\\.|\\$)*)")
_ASSIGNED = re.compile(r"(?<![=!<>:+\-*/%@&|^~])=[ \t]*(?P<magic>(?:%(?=\w)|!)(?:[^\n\\]|\\\r?\n|\\.|\\$)*)")
_TOKEN = re.compile(
    r"(?P<blank>[ \t\f\r]+|\\\r?\n)"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<end>\n)"
    r"|(?P<open>[(\[{])"
    r"|(?P<close>[)\]}])"
    r'|"""(?:[^\\]|\\.)*?(?:"""|\Z)'
    r"|'''(?:[^\\]|\\.)*?(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*"?'
    r"|'(?:[^'\\\n]|\\.)*'?"
    r"|\w+"
    r"|.",
    re.DOTALL,
)


def cell_magic(source: str) -> str | None:
    """The name of the magic at the head of a cell, without the percent signs; None if there is none."""
    head = _CELL_MAGIC.match(source)
    return head["name"] if head else None


def is_same_program(name: str) -> bool:
    """Whether the cell under this magic is run among the others, as it stands."""
    return name in _SAME_PROGRAM


def neutralised(source: str) -> str:
    """A cell's text with everything that is not Python made harmless.

    Args:
        source: the cell, with plain newlines; it may also be no Python at all.

    Returns:
        a text of as many lines.
    """
    head = _CELL_MAGIC.match(source)
    if head:
        if not is_same_program(head["name"]):
            return "\n" * source.count("\n")
        start = head.end()
        return "\n" * source.count("\n", 0, start) + neutralised(source[start:])
    pieces: list[str] = []
    done = 0
    for start, end, new in replacements(source):
        pieces += source[done:start], new, "\n" * source.count("\n", start, end)
        done = end
    return "".join([*pieces, source[done:]])


def replacements(source: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, new text) of every stretch of a program that is not Python, in order."""
    at = line = 0  # `line`: where the logical line began
    depth = 0
    last = ""  # the last token of the line that is neither blank nor comment
    while at < len(source):
        if not last and depth == 0 and (magic := _ESCAPED.match(source, at)):
            yield magic.start("magic"), magic.end(), _instead(magic["magic"])
            at, last = magic.end(), "magic"
            continue
        if depth == 0 and (magic := _ASSIGNED.match(source, at)):
            yield magic.start("magic"), magic.end(), _value(magic["magic"])
            at, last = magic.end(), "magic"
            continue
        token = _TOKEN.match(source, at)
        assert token is not None  # the last alternative takes any character
        at = token.end()
        if token.lastgroup in ("open", "close"):
            depth = max(0, depth + (1 if token.lastgroup == "open" else -1))
        if token.lastgroup == "end" and depth == 0:
            if last == "?":
                yield _help(source, line, token.start())
            line, last = at, ""
        elif token.lastgroup not in ("blank", "comment", "end"):
            last = token[0]
    if last == "?" and depth == 0:
        yield _help(source, line, len(source))


def _help(source: str, start: int, end: int) -> tuple[int, int, str]:
    """`name?`: the whole line asks for help."""
    indent = len(source[start:end]) - len(source[start:end].lstrip())
    return start + indent, end, "pass"


def _instead(magic: str) -> str:
    """The statement that stands for a line that is a magic."""
    runs = _RUNS_CODE.match(magic)
    if runs and _is_python(magic[runs.end() :], "exec"):
        return "0;".ljust(runs.end()) + magic[runs.end() :]
    return "pass"


def _value(magic: str) -> str:
    """The expression that stands for a magic that is assigned."""
    runs = _RUNS_CODE.match(magic)
    if runs and _is_python(magic[runs.end() :], "eval"):
        return " " * runs.end() + magic[runs.end() :]
    return ANYTHING


def _is_python(text: str, mode: str) -> bool:
    """Whether simple statements, or an expression, can stand on one line after others."""
    import ast

    try:
        ast.parse(f"0;{text}" if mode == "exec" else text, mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return "\n" not in text
