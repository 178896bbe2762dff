"""The public functions: they lint a text, a notebook or a file."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dropout_lint.config import Settings
from dropout_lint.finding import Finding, Place
from dropout_lint.screening.text import may_concern
from dropout_lint.selection import NOT_ANALYSED
from dropout_lint.source import reads
from dropout_lint.source.project import location

if TYPE_CHECKING:
    from dropout_lint.linter import Analysis
    from dropout_lint.source.text import SourceFile

# Is handed all that is found out about a program, not its findings alone.
Watch = Callable[["Analysis"], None]

# libcst alone needs seconds and a gigabyte for files beyond these sizes.
MAX_LINES = 20_000
MAX_CHARACTERS = 1_000_000

# Below flake8's own logger, so that `flake8 -v` shows it and nothing else prints it.
_LOG = logging.getLogger("flake8.dropout_lint")


def lint_source(
    source: str,
    filename: str = "<string>",
    settings: Settings | None = None,
    *,
    watch: Watch | None = None,
    explain: bool = True,
) -> list[Finding]:
    """Lints a Python program given as text.

    A program that cannot be analysed (too large, or a failure of the linter itself) has no
    findings but, if the settings ask for it, one KFD900 with the reason.

    Args:
        source: the program.
        filename: how findings name it; it is never opened.
        settings: None for the defaults.
        watch: is handed the whole analysis, if there is one.
        explain: find out for it where and why something could not be known.

    Returns:
        its findings, ordered by place.

    Raises:
        SyntaxError: the text is not Python.
        ValueError: the settings name no Keras version.
    """

    def parse() -> SourceFile:
        from dropout_lint.source.cells import SeparatedCells
        from dropout_lint.source.text import SourceFile

        separated = SeparatedCells.SEPARATOR in source
        return SeparatedCells(filename, source) if separated else SourceFile(filename, source)

    return _lint(source, filename, settings or Settings(), parse, watch, explain)


def lint_notebook(
    text: str,
    filename: str = "<notebook>",
    settings: Settings | None = None,
    *,
    watch: Watch | None = None,
    explain: bool = True,
) -> list[Finding]:
    """Lints a Jupyter notebook given as the text of its `.ipynb` file; see `lint_cells`.

    A notebook for another language than Python has no findings.

    Raises:
        SyntaxError: the text is not JSON, or not a notebook.
        ValueError: the settings name no Keras version.
    """
    from dropout_lint.source.notebook import read_notebook

    notebook = read_notebook(text, filename)
    sources = [cell.source for cell in notebook.cells] if notebook.is_python else []
    return lint_cells(sources, filename, settings, watch=watch, explain=explain)


def lint_cells(
    sources: Sequence[str],
    filename: str = "<notebook>",
    settings: Settings | None = None,
    *,
    watch: Watch | None = None,
    explain: bool = True,
) -> list[Finding]:
    """Lints the code cells of a notebook as one program, run in their order.

    Magics are passed over. A cell that is not Python does not take part; if the settings ask for
    it, one KFD900 says so.

    Args:
        sources: the text of every code cell, also of empty ones.
        filename: how findings name the notebook; it is never opened.
        settings: None for the defaults.
        watch: is handed the whole analysis, if there is one.
        explain: find out for it where and why something could not be known.

    Returns:
        the findings, ordered by place; each names the cell and the line in it.

    Raises:
        ValueError: the settings name no Keras version.
    """
    dropped: list[Finding] = []
    settings = settings or Settings()

    def parse() -> SourceFile:
        from dropout_lint.source.cells import notebook

        program = notebook(filename, sources)
        for number, cell in enumerate(program.cells, 1):
            if cell.trouble is not None:
                dropped.extend(not_analysed(filename, settings, cell.trouble, number))
        return program

    findings = _lint("\n".join(sources), filename, settings, parse, watch, explain)
    return sorted([*dropped, *findings])


def lint_path(path: str | Path, settings: Settings | None = None) -> list[Finding]:
    """Lints a Python file or, if its name ends in `.ipynb`, a Jupyter notebook.

    Raises:
        OSError: the file cannot be read.
        SyntaxError: it is not Python, not a notebook, or not in the encoding it declares.
        ValueError: the settings name no Keras version.
    """
    from dropout_lint.source.reading import content_of, decode, is_notebook
    from dropout_lint.source.regular import TooLarge

    try:
        text = decode(content_of(path), path)
    except TooLarge as error:
        return not_analysed(str(path), settings or Settings(), str(error.strerror))
    return (lint_notebook if is_notebook(path) else lint_source)(text, str(path), settings)


def _lint(
    text: str,
    filename: str,
    settings: Settings,
    parse: Callable[[], SourceFile],
    watch: Watch | None,
    explain: bool,
) -> list[Finding]:
    """Lints the program that `parse` makes, unless its text shows that there is no need or no hope."""
    settings.check()
    where = location(filename)
    if settings.prefilter and not may_concern(text, where, settings.roots):
        return []
    if where is not None:
        reads.note(where.resolve())
    if is_too_long(text):
        return not_analysed(filename, settings, f"over {MAX_LINES:,} lines or {MAX_CHARACTERS:,} characters")
    from dropout_lint.linter import analyse, lint_file
    from dropout_lint.source.collector import without_collector
    from dropout_lint.source.guard import Refused
    from dropout_lint.source.recursion import with_room

    def lint() -> list[Finding]:
        file = parse()
        if watch is None:
            found = lint_file(file, settings)
        else:
            analysis = analyse(file, settings, explain=explain)
            watch(analysis)
            found = analysis.findings
        if not file.remark:
            return found
        cell, line = file.place_of(file.remark_line)
        return [*found, *not_analysed(filename, settings, file.remark, cell, line)]

    try:
        with without_collector():
            return with_room(lint)
    except Refused as refused:
        return not_analysed(filename, settings, str(refused.msg))
    except SyntaxError:
        raise
    except Exception as error:  # the fence: whatever happens here must not break the host
        # Where it happened, but not what the exception says: that may quote the file.
        reads.failed()
        stack = "".join(traceback.format_tb(error.__traceback__))
        _LOG.warning("could not analyse %s: %s\n%s", filename, type(error).__name__, stack)
        return not_analysed(filename, settings, f"{type(error).__name__}: {error}")


def is_too_long(text: str) -> bool:
    """Whether a program is larger than what is analysed."""
    return len(text) > MAX_CHARACTERS or text.count("\n") > MAX_LINES


def not_analysed(
    filename: str, settings: Settings, reason: str, cell: int = 0, line: int = 1
) -> list[Finding]:
    """The notice that a file, or something in it, was passed over, if the settings ask for it."""
    if NOT_ANALYSED not in settings.opt_in:
        return []
    place = Place(path=filename, cell=cell, line=line, column=0, end_line=line, end_column=0)
    return [Finding(place, NOT_ANALYSED, f"not analysed: {' '.join(reason.split())[:200]}")]
