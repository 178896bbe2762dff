"""The flake8 adapter. It imports nothing heavy until a file needs it."""

from __future__ import annotations

import ast
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from dropout_lint import __version__, cache
from dropout_lint.config import ConfigError, Settings, config_for
from dropout_lint.finding import Confidence, Finding
from dropout_lint.selection import NOT_ANALYSED, OPT_IN, named
from dropout_lint.source.project import location

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
            default="",
            metavar="LEVEL",
            parse_from_config=True,
            type=_confidence,
            help="report findings of at least this confidence: certain, likely or possible (default: likely)",
        )
        manager.add_option(
            "--kfd-roots",
            default="",
            metavar="FOLDERS",
            parse_from_config=True,
            comma_separated_list=True,
            help="more folders of the project in which its modules may be found",
        )
        manager.add_option(
            "--kfd-no-cache",
            action="store_true",
            parse_from_config=True,
            help="keep no results in .dropout_lint_cache, and use none (so it is where CI is set)",
        )
        manager.extend_default_ignore(list(OPT_IN))

    @staticmethod
    def parse_options(options: Namespace) -> None:
        """Reads the configuration of the working directory, so that an error in it stops flake8.

        flake8 may hand each file to another process: what a file needs is read there anew.
        """
        from flake8.exceptions import ExecutionError

        try:
            config_for(".")
            for root in getattr(options, "kfd_roots", None) or ():
                if not os.path.isdir(root):
                    raise ConfigError(f"--kfd-roots: there is no folder {root!r}")
        except ConfigError as error:
            raise ExecutionError(str(error)) from error

    def run(self) -> Iterator[Report]:
        """The findings of the file, as flake8 wants them: (line, 0-based column, text, type)."""
        source = "".join(self._lines)
        opt_in = self._opt_in()
        try:
            findings = self._findings(source, replace(self._settings(), opt_in=opt_in))
        except (ConfigError, SyntaxError) as error:  # flake8 could parse it: syntax newer than libcst
            logging.getLogger("flake8.dropout_lint").warning("not analysed: %s", error)
            if NOT_ANALYSED in opt_in:
                yield 1, 0, f"{NOT_ANALYSED} not analysed: {' '.join(str(error).split())}", type(self)
            return
        except Exception as error:  # an exception would end flake8's whole run
            logging.getLogger("flake8.dropout_lint").warning("not analysed: %s", type(error).__name__)
            if NOT_ANALYSED in opt_in:
                yield 1, 0, f"{NOT_ANALYSED} not analysed: {type(error).__name__}", type(self)
            return
        for finding in findings:
            yield finding.place.line, finding.place.column, f"{finding.code} {finding.message}", type(self)

    def _findings(self, source: str, settings: Settings) -> list[Finding]:
        """The findings of the file. Raises as `lint_source`."""
        from dropout_lint.screening.text import may_concern

        where = location(self._filename)
        if settings.prefilter and not may_concern(source, where, settings.roots):
            return []  # most files: they need neither the linter nor what was kept
        if where is None or not cache.is_usual() or getattr(self._options, "kfd_no_cache", False):
            from dropout_lint import lint_source

            return lint_source(source, self._filename, settings)
        from dropout_lint.cache.results import lint

        return lint(source, self._filename, settings)

    def _settings(self) -> Settings:
        """flake8's options, and below them `[tool.dropout-lint]` in the file's nearest pyproject.toml.

        What is reported is flake8's business alone: its own select, ignore and per-file-ignores.
        """
        settings = config_for(self._filename).settings
        confidence = getattr(self._options, "kfd_min_confidence", "")
        roots = tuple(getattr(self._options, "kfd_roots", None) or ())
        return Settings(
            keras_version=getattr(self._options, "kfd_keras_version", "") or settings.keras_version,
            min_confidence=Confidence.parse(confidence) if confidence else settings.min_confidence,
            roots=roots or settings.roots,
        )

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
        if text:
            Confidence.parse(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    return text
