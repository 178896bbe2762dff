"""A source file as the analysis sees it: its text and its syntax tree."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dropout_lint.source.guard import Refused, refusal

if TYPE_CHECKING:
    import libcst as cst


# libcst lists every sign that could have followed.
_MANY = re.compile(r"parser error: error at \d+:\d+: expected one of .*", re.DOTALL)


class SourceFile:
    """One file to analyse; parsed when its tree is first asked for, and only once.

    Args:
        path: the name to show to a reader; it is never opened.
        text: the content.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        # The file that it is a part of; most are whole.
        self.whole: SourceFile = self
        # What it installs before it runs (a notebook may): requirements, in order.
        self.installs: tuple[str, ...] = ()
        # What was found out about its nodes, by (what, id of the node): it depends on the text
        # alone, and so is kept from run to run.
        self.facts: dict[tuple[str, int], Any] = {}
        # By line, how many columns further to the right it begins than in the tree; see `indentation`.
        self.shifts: dict[int, int] = {}
        # What of it was passed over ("" for nothing), and the first line where.
        self.remark, self.remark_line = "", 1

    @cached_property
    def lines(self) -> int:
        """How many lines it has."""
        return self.text.count("\n") + 1

    @cached_property
    def module(self) -> cst.Module:
        """The syntax tree.

        Raises:
            Refused: libcst would not come to an end with it.
            SyntaxError: the text is not Python (or newer than libcst).
        """
        if (reason := refusal(self.text)) is not None:
            raise Refused(reason, (self.path, 1, None, None))
        # libcst takes 0.2 s to import: a file that nobody parses must not pay for it.
        import libcst as cst

        try:
            return cst.parse_module(self.text)
        except cst.ParserSyntaxError as error:
            if (module := self._other_python()) is not None:
                return module
            raise SyntaxError(_trouble(error.message), (self.path, error.raw_line, None, None)) from error
        except UnicodeEncodeError as error:
            line = self.text.count("\n", 0, error.start) + 1
            raise SyntaxError("half of a surrogate pair", (self.path, line, None, None)) from error

    def _other_python(self) -> cst.Module | None:
        """The tree of a text that Python takes, or took once; None if that is not it."""
        import libcst as cst

        from dropout_lint.source.indentation import evened
        from dropout_lint.source.python2 import first_print, without_prints

        later = without_prints(self.text)
        found = evened(self.text if later is None else later)
        with suppress(cst.ParserSyntaxError):
            if found is not None:
                module = cst.parse_module(found[0])
                self.shifts = found[1]
            elif later is not None:
                module = cst.parse_module(later)
            else:
                return None
            if later is not None:
                self.remark = "the print statements of Python 2"
                self.remark_line = first_print(self.text) or 1
            return module
        return None

    def place_of(self, line: int) -> tuple[int, int]:
        """The cell (0: this is no notebook) and the line in it of a line of the text."""
        return 0, line

    def name_of(self, line: int, seen_from: int) -> str:
        """How a message about one line calls another: "line 12"."""
        return f"line {line}"

    def __repr__(self) -> str:
        return f"SourceFile({self.path!r})"


def _trouble(message: str) -> str:
    """Why a text is not Python, in one line."""
    return "invalid syntax" if _MANY.fullmatch(message) else message.removeprefix("parser error: ")
