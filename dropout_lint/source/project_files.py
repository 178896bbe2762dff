"""The programs of a project, listed once: scripts, modules and notebooks, wherever they lie in it."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from dropout_lint.source.discover import PASSED_OVER, SUFFIXES

MAX_FILES = 5_000
MAX_ENTRIES = 50_000  # of folders: data sets lie about in projects


@lru_cache(maxsize=8)
def project_files(root: Path) -> tuple[Path, ...] | None:
    """The files of a project, folder by folder; None if there are too many.

    Args:
        root: the project's folder.
    """
    found: list[Path] = []
    entries = 0
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in PASSED_OVER)
        found += [Path(folder, name) for name in sorted(files) if name.endswith(SUFFIXES)]
        entries += len(names) + len(files)
        if len(found) > MAX_FILES or entries > MAX_ENTRIES:
            return None
    return tuple(found)
