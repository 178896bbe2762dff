"""Scripts exported from notebooks: IPython's own lines in them are passed over, as in a cell.

Only for a text that is not Python otherwise. What is read so is IPython's alone: a script whose cells are
for other programs (`%%bash`, `%%writefile`) does not say where those end, and stays what cannot be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dropout_lint.source.magics import cell_magic, is_same_program, replacements

# `/f x`, `,f x` and `;f x` call functions in IPython's prompt; in a file they are slips of the keyboard.
_PROMPT_ONLY = ("/", ",", ";")
_HELP = re.compile(r"\??\??[\w.*]+\?{0,2}[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class Exported:
    """A script without IPython's lines.

    Args:
        text: it, with as many lines; columns are as they were.
        line: the first line that was passed over.
        commands: what was passed over, in order.
    """

    text: str
    line: int
    commands: tuple[str, ...]


def without_magics(text: str) -> Exported | None:
    """The script with IPython's lines made harmless; None if it has none, or some that say nothing."""
    pieces: list[str] = []
    commands: list[str] = []
    first = done = 0
    for start, end, new in replacements(text):
        command = text[start:end].rstrip("\r")
        if not _is_passed_over(command):
            return None
        first = first if commands else text.count("\n", 0, start) + 1
        pieces += text[done:start], new.rstrip("\r"), "\n" * command.count("\n")
        done = start + len(command)
        commands.append(command)
    if not commands:
        return None
    return Exported("".join([*pieces, text[done:]]), first, tuple(commands))


def _is_passed_over(command: str) -> bool:
    """Whether this can stand in a script that is one program."""
    if command.startswith(_PROMPT_ONLY):
        return False
    if command.startswith("%%"):
        return is_same_program(cell_magic(command) or "")
    return command.startswith(("%", "!")) or _HELP.match(command) is not None
