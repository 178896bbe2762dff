"""The flake8 adapter. It imports nothing heavy until a file needs it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from dropout_lint import __version__
from dropout_lint.config import Settings
from dropout_lint.finding import Confidence
from dropout_lint.selection import NOT_ANALYSED, OPT_IN, named

if TYPE_CHECKING:
    from argparse import Namespace

    from flake8.options.manager import OptionManager

Report = tuple[int, int, str, type[Any]]


class DropoutLintPlugin:
    """flake8's plugin object for one file.

    Args:
        tree: flake8 hands it over; asking for it makes this a plugin that sees whole files.
        lines: the text, with line ends.
        filename: how flake8 names the file ("stdin", or the display name); never opened.
        options: flake8's parsed options.
    """

    name: ClassVar[str] = "dropout-lint"
    version: ClassVar[str] = __version__

    def __init__(
        self, tree: ast.AST, lines: list[str], filename: str = "stdin", options: Namespace | None = None
    ) -> None:
        self._lines = lines
        self._filename = filename
        self._options = options

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Declares the options, on the command line and in flake8's configuration file."""
        manager.add_option(
            "--kfd-keras-version",
            default="",
            metavar="SPEC",
            parse_from_config=True,
            type=_keras_version,
            help="Keras that the code runs on: a version (2.15) or a specifier (>=3.0,<3.16); "
            "default: what the project requires, what the file hints at, what is installed, else 3.0-3.15",
        )
        manager.add_option(
            "--kfd-min-confidence",
            default="likely",
            metavar="LEVEL",
            parse_from_config=True,
            type=_confidence,
            help="report findings of at least this confidence: certain, likely or possible (default: likely)",
        )
        manager.extend_default_ignore(list(OPT_IN))

    def run(self) -> Iterator[Report]:
        """The findings of the file, as flake8 wants them: (line, 0-based column, text, type)."""
        source = "".join(self._lines)
        from dropout_lint import lint_source

        options = self._options
        settings = Settings(
            keras_version=getattr(options, "kfd_keras_version", None) or None,
            min_confidence=Confidence.parse(getattr(options, "kfd_min_confidence", "likely")),
            opt_in=self._opt_in(),
        )
        try:
            findings = lint_source(source, self._filename, settings)
        except SyntaxError as error:  # flake8 could parse it: the syntax is newer than libcst
            if NOT_ANALYSED in settings.opt_in:
                yield 1, 0, f"{NOT_ANALYSED} not analysed: {' '.join(str(error).split())}", type(self)
            return
        for finding in findings:
            yield finding.place.line, finding.place.column, f"{finding.code} {finding.message}", type(self)

    def _opt_in(self) -> frozenset[str]:
        """The opt-in codes that the user named by more than the bare family prefix.

        flake8 forgets its own default ignore list as soon as a user gives an `ignore`.
        """
        chosen: list[str] = []
        for name in ("select", "extend_select"):
            chosen += getattr(self._options, name, None) or []
        return named(chosen)


def _keras_version(text: str) -> str:
    """argparse type: checked when flake8 starts, so that a typo is an error and not silence."""
    if text:
        from argparse import ArgumentTypeError

        from dropout_lint.keras.behaviour import behaviours

        try:
            behaviours(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from error
    return text


def _confidence(text: str) -> str:
    from argparse import ArgumentTypeError

    try:
        Confidence.parse(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    return text
