"""Reads source files as Python does: by the encoding that they declare."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path


def decode(content: bytes, path: str | Path) -> str:
    """The text of a Python file, line ends as "\\n".

    Args:
        content: the file's bytes.
        path: how an error names it.

    Raises:
        SyntaxError: it is not in the encoding it declares, or that is none.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return io.TextIOWrapper(io.BytesIO(content), encoding).read()
    except UnicodeDecodeError as error:
        raise SyntaxError(f"{path}: {error}") from error


def texts_of(content: bytes, path: str | Path) -> dict[int, str]:
    """The text of a Python file under 0.

    Raises:
        SyntaxError: as `decode`.
    """
    return {0: decode(content, path)}
