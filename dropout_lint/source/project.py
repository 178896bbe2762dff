"""Where a project begins."""

from __future__ import annotations

import os
from pathlib import Path

# What a project begins with.
MARKS = (".git", "pyproject.toml", "setup.cfg", "setup.py")


def location(filename: str) -> Path | None:
    """Where the text that is called by this name is; None for text that is in no file."""
    nameless = filename in ("", "-", "stdin") or filename.startswith("<")
    return None if nameless else Path(filename)


def folder_root(path: str | Path) -> Path:
    """The project of the folder that a file is in, wherever the file itself leads to if it is a link."""
    return project_root(Path(os.path.dirname(os.path.abspath(path))))


def project_root(path: Path) -> Path:
    """The folder that holds the project of a file.

    Args:
        path: a file or a folder; it need not exist.

    Returns:
        the nearest folder, from the file upward, with .git, pyproject.toml, setup.cfg or
        setup.py; without one, the folder around the topmost package that the file is in (its
        own folder, if it is in no package). Absolute, symbolic links resolved.
    """
    path = path.resolve()
    start = path if os.path.isdir(path) else path.parent
    for folder in (start, *start.parents):
        if any(os.path.exists(folder / mark) for mark in MARKS):
            return folder
    packages = (f for f in (start, *start.parents) if not os.path.exists(f / "__init__.py"))
    return next(packages, start)
