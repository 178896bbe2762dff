"""dropout-lint: finds Dropout that is still active in frozen Keras models, without running the code.

`lint_source` and `lint_path` are the public interface; flake8, the command line and editors are
thin callers of it. Importing this package imports nothing heavy.
"""

from __future__ import annotations

from pathlib import Path

from dropout_lint.config import Settings
from dropout_lint.finding import Confidence, Finding, Place, Related

__version__ = "0.1.0"
__all__ = ["Confidence", "Finding", "Place", "Related", "Settings", "lint_path", "lint_source"]


def lint_source(source: str, filename: str = "<string>", settings: Settings | None = None) -> list[Finding]:
    """Lints a Python program given as text.

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
    from dropout_lint.source.prefilter import may_concern

    settings = settings or Settings()
    if settings.prefilter and not may_concern(source):
        return []
    from dropout_lint.linter import lint_file
    from dropout_lint.source.text import SourceFile

    return lint_file(SourceFile(filename, source), settings)


def lint_path(path: str | Path, settings: Settings | None = None) -> list[Finding]:
    """Lints a Python file.

    Raises:
        OSError: the file cannot be read.
        SyntaxError: it is not Python, or not in the encoding it declares.
        ValueError: the settings name no Keras version.
    """
    import tokenize

    with tokenize.open(path) as stream:
        source = stream.read()
    return lint_source(source, str(path), settings)
