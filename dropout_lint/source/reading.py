"""Reads source files: Python by the encoding that a file declares, notebooks cell by cell.

Whatever is on the disk, reading ends in a text, in an OSError or in a SyntaxError, with the reason.
"""

from __future__ import annotations

import codecs
import io
import os
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

from dropout_lint.source.project import folder_root
from dropout_lint.source.regular import MAX_NOTEBOOK, MAX_PYTHON, read_regular

if TYPE_CHECKING:
    from dropout_lint.source.text import SourceFile


# These do not decode line by line as Python does, and take time that grows with the square of the text.
_NOT_FOR_SOURCE = frozenset({"idna", "punycode", "undefined"})


def is_notebook(path: str | Path) -> bool:
    """Whether a file is a Jupyter notebook, by its name."""
    return Path(path).suffix == ".ipynb"


def content_of(path: str | Path) -> bytes:
    """The bytes of a file that is to be linted.

    Raises:
        TooLarge: no file of its kind is as large.
        OSError: it cannot be read, is no regular file, or is a link that leads out of its project.
    """
    most = MAX_NOTEBOOK if is_notebook(path) else MAX_PYTHON
    return read_regular(path, most, folder_root(path) if os.path.islink(path) else None)


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
        return io.TextIOWrapper(io.BytesIO(content), encoding_of(content), newline=newline).read()
    except SyntaxError:
        raise
    except Exception as error:  # `coding: rot13`: each codec fails in its own way
        raise SyntaxError(f"{path}: {' '.join(str(error).split()) or type(error).__name__}") from error


def encoding_of(content: bytes) -> str:
    """The encoding that a Python file has by its mark or its cookie; "utf-8-sig": UTF-8 with a mark.

    Raises:
        SyntaxError: it declares none that there is, or one that is none for programs.
    """
    rows = io.BytesIO(content)
    encoding, _ = tokenize.detect_encoding(rows.readline)
    name = codecs.lookup(encoding).name
    if name in _NOT_FOR_SOURCE:
        raise SyntaxError(f"{name} is no encoding for programs")
    return encoding


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
