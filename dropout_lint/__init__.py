"""dropout-lint: finds Dropout that is still active in frozen Keras models, without running the code.

`lint_source` and `lint_path` are the public interface; flake8, the command line and editors are
thin callers of it. Importing this package imports nothing heavy.
"""

from __future__ import annotations

import logging
from pathlib import Path

from dropout_lint.config import Settings
from dropout_lint.finding import Confidence, Edit, Finding, Fix, Grade, Place, Related
from dropout_lint.selection import NOT_ANALYSED
from dropout_lint.source.prefilter import may_concern
from dropout_lint.source.project import location

__version__ = "0.1.0"
__all__ = [
    "Confidence",
    "Edit",
    "Finding",
    "Fix",
    "Grade",
    "Place",
    "Related",
    "Settings",
    "lint_path",
    "lint_source",
]

# libcst alone needs seconds and a gigabyte for files beyond these sizes.
MAX_LINES = 20_000
MAX_CHARACTERS = 1_000_000

# Below flake8's own logger, so that `flake8 -v` shows it and nothing else prints it.
_LOG = logging.getLogger("flake8.dropout_lint")


def lint_source(source: str, filename: str = "<string>", settings: Settings | None = None) -> list[Finding]:
    """Lints a Python program given as text.

    A program that cannot be analysed (too large, or a failure of the linter itself) has no
    findings but, if the settings ask for it, one KFD900 with the reason.

    Args:
        source: the program.
        filename: how findings name it; it is never opened.
        settings: None for the defaults.

    Returns:
        its findings, ordered by place.

    Raises:
        SyntaxError: the text is not Python.
        ValueError: the settings name no Keras version.
    """
    settings = settings or Settings()
    settings.check()
    if settings.prefilter and not may_concern(source, location(filename), settings.roots):
        return []
    if len(source) > MAX_CHARACTERS or source.count("\n") > MAX_LINES:
        return _not_analysed(filename, settings, f"over {MAX_LINES:,} lines or {MAX_CHARACTERS:,} characters")
    from dropout_lint.linter import lint_file
    from dropout_lint.source.text import SourceFile

    try:
        return lint_file(SourceFile(filename, source), settings)
    except SyntaxError:
        raise
    except Exception as error:  # the fence: whatever happens here must not break the host
        _LOG.warning("dropout-lint could not analyse %s", filename, exc_info=True)
        return _not_analysed(filename, settings, f"{type(error).__name__}: {error}")


def lint_path(path: str | Path, settings: Settings | None = None) -> list[Finding]:
    """Lints a Python file.

    Raises:
        OSError: the file cannot be read.
        SyntaxError: it is not Python, or not in the encoding it declares.
        ValueError: the settings name no Keras version.
    """
    import tokenize

    try:
        with tokenize.open(path) as stream:
            source = stream.read()
    except UnicodeDecodeError as error:
        raise SyntaxError(f"{path}: {error}") from error
    return lint_source(source, str(path), settings)


def _not_analysed(filename: str, settings: Settings, reason: str) -> list[Finding]:
    if NOT_ANALYSED not in settings.opt_in:
        return []
    place = Place(path=filename, line=1, column=0, end_line=1, end_column=0)
    return [Finding(place, NOT_ANALYSED, f"not analysed: {' '.join(reason.split())[:200]}")]
