"""Settings that somebody wrote where nobody reads them: they would be passed over in silence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dropout_lint.source.project import project_root
from dropout_lint.source.regular import MAX_SETTINGS, read_regular

# Files that others keep their settings in, and those that somebody may expect.
_SHARED = ("setup.cfg", "tox.ini")
_OWN = ("dropout-lint.toml", ".dropout-lint.toml", "dropout_lint.toml")
_SECTION = re.compile(r"^\[[ \t]*((?:tool[.:])?dropout[-_]lint)[ \t]*\]", re.MULTILINE)
_READ = "settings are read from [tool.dropout-lint] in pyproject.toml"


def warnings(paths: Iterable[str]) -> Iterator[str]:
    """One line for each file, between what is linted and the root of its project, whose settings are ignored.

    Args:
        paths: the files and folders that are linted.
    """
    seen: set[Path] = set()
    for path in paths:
        for folder in _folders(Path(os.path.abspath(path))):
            if folder not in seen:
                seen.add(folder)
                yield from _ignored_in(folder)


def _folders(path: Path) -> Iterator[Path]:
    root = project_root(path)
    start = path if path.is_dir() else path.parent
    for folder in (start, *start.parents):
        yield folder
        if folder == root or not folder.is_relative_to(root):
            return


def _ignored_in(folder: Path) -> Iterator[str]:
    for name in _OWN:
        if os.path.isfile(folder / name):
            yield f"{os.path.relpath(folder / name)} is ignored: {_READ}"
    for name in _SHARED:
        found = _SECTION.search(_text(folder / name))
        if found is not None:
            yield f"{os.path.relpath(folder / name)}: section [{found[1]}] is ignored: {_READ}"


def _text(file: Path) -> str:
    if not os.path.isfile(file) or file.is_symlink():
        return ""
    try:
        return read_regular(file, MAX_SETTINGS).decode("utf-8", "replace").replace("\r", "\n")
    except OSError:
        return ""
