"""A source file as the analysis sees it: its text and its syntax tree."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dropout_lint.source.guard import Refused, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        # What was found out about it, by the question; see `dropout_lint.once`.
        self.answers: dict[object, Any] = {}
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
        """The tree of a text that Python, or IPython, takes, or took once; None if that is not it."""
        import libcst as cst

        from dropout_lint.source.indentation import evened

        for text, passed_over in self._readings():
            found = evened(text)
            if refusal(text) is not None or (found is None and text == self.text):
                continue
            with suppress(cst.ParserSyntaxError):
                module = cst.parse_module(text if found is None else found[0])
                self.shifts = {} if found is None else found[1]
                if passed_over:
                    self.remark = " and ".join(what for _, what in passed_over)
                    self.remark_line = min(line for line, _ in passed_over)
                return module
        return None

    def _readings(self) -> Iterator[tuple[str, list[tuple[int, str]]]]:
        """The text without what is no Python 3, and what that was, with its first line; the mildest first."""
        from dropout_lint.source.exported import without_magics
        from dropout_lint.source.python2 import first_print, without_prints

        text, passed_over = self.text, []
        exported = without_magics(text)
        if exported is not None:
            text, passed_over = exported.text, [(exported.line, "the magics and shell lines of IPython")]
        yield text, passed_over
        earlier = without_prints(text)
        if earlier is not None:
            yield earlier, [*passed_over, (first_print(text) or 1, "the print statements of Python 2")]

    @cached_property
    def installs(self) -> tuple[str, ...]:
        """What it installs before it runs (a script made of a notebook may): requirements, in order.

        Raises as `module`.
        """
        from dropout_lint.source.installs import installed_by_script

        return tuple(installed_by_script(self.text, lambda: self.module is not None and not self.remark))

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
