"""Reads source files: Python by the encoding that a file declares, notebooks cell by cell."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dropout_lint.source.text import SourceFile


def is_notebook(path: str | Path) -> bool:
    """Whether a file is a Jupyter notebook, by its name."""
    return Path(path).suffix == ".ipynb"


def decode(content: bytes, path: str | Path, newline: str | None = None) -> str:
    """The text of a file.

    Args:
        content: the file's bytes.
        path: its name: a notebook is UTF-8, Python declares what it is.
        newline: as in `open`: None makes every line end "\\n", "" keeps them.

    Raises:
        SyntaxError: it is not in its encoding, or that is none.
    """
    try:
        if is_notebook(path):
            return content.decode("utf-8-sig")
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return io.TextIOWrapper(io.BytesIO(content), encoding, newline=newline).read()
    except (UnicodeDecodeError, LookupError) as error:  # the latter: `coding: rot13`
        raise SyntaxError(f"{path}: {error}") from error


def texts_of(text: str, path: str | Path) -> dict[int, str]:
    """The text of a Python file under 0, or those of a notebook's code cells under their numbers.

    Raises:
        SyntaxError: it is not a notebook.
    """
    if not is_notebook(path):
        return {0: text}
    from dropout_lint.source.notebook import read_notebook

    cells = read_notebook(text, str(path)).cells
    return {number: _with_newlines(cell.source) for number, cell in enumerate(cells, 1)}


def program_of(text: str, path: str) -> SourceFile:
    """A file as the analysis sees it.

    Raises:
        SyntaxError: it is not a notebook. What is in it is parsed later.
    """
    from dropout_lint.source.cells import notebook
    from dropout_lint.source.text import SourceFile

    if is_notebook(path):
        return notebook(path, list(texts_of(text, path).values()))
    return SourceFile(path, text)


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
