"""Finds the files to check: those named, and in folders all Python files that git would keep."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from dropout_lint.source.ignoring import Patterns, lines_of
from dropout_lint.source.project import folder_root
from dropout_lint.source.regular import MAX_SETTINGS, read_regular

SUFFIXES = (".py", ".ipynb")
# Folders that hold no source of the project's own.
PASSED_OVER = frozenset(
    {
        ".bzr", ".direnv", ".dropout_lint_cache", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache",
        ".nox", ".pytest_cache", ".ruff_cache", ".svn", ".tox", ".venv", "__pycache__", "__pypackages__",
        "build", "dist", "node_modules", "site-packages", "venv",
    }
)  # fmt: skip

Excludes = Callable[[str], bool]


class Unreadable(NamedTuple):
    """A path that cannot be read, and why."""

    path: str
    reason: str


class _Ignore(NamedTuple):
    """One .gitignore and the folder that its patterns are relative to."""

    folder: str
    patterns: Patterns


# How many folders in each other are searched: each is asked for its configuration, up to the root.
MAX_DEPTH = 200


def discover(
    paths: Iterable[str], excludes: Excludes, force_exclude: bool = False
) -> Iterator[str | Unreadable]:
    """The files to check, each once, in the order of the paths and sorted within folders.

    Args:
        paths: files, taken whatever their name, and folders.
        excludes: whether the configuration excludes a file or folder.
        force_exclude: ask that for files that are named, too.

    Yields:
        paths as they were named, or relative to a folder that was; what cannot be read instead of
        failing.
    """
    seen: set[str] = set()
    for path in paths:
        found: Iterable[str | Unreadable] = [os.path.normpath(path)]
        if os.path.isdir(path):
            found = _walk(os.path.normpath(path), tuple(_above(path)), excludes)
        elif not os.path.exists(path):
            found = [Unreadable(path, "no such file or folder")]
        elif force_exclude and excludes(path):
            found = []
        for item in found:
            key = os.path.abspath(item) if isinstance(item, str) else repr(item)
            if key not in seen:
                seen.add(key)
                yield item


def _walk(
    folder: str, above: tuple[_Ignore, ...], excludes: Excludes, depth: int = 0
) -> Iterator[str | Unreadable]:
    if depth > MAX_DEPTH:
        yield Unreadable(folder, f"over {MAX_DEPTH} folders deep")
        return
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Unreadable(folder, error.strerror or str(error))
        return
    names = {entry.name for entry in inside}
    own = _read_ignore(os.path.abspath(folder), ".gitignore") if ".gitignore" in names else ()
    ignores = (*above, *own)
    for entry in inside:
        path = entry.name if folder == "." else os.path.join(folder, entry.name)
        is_folder = entry.is_dir(follow_symlinks=False)
        if not _may_hold_source(entry, is_folder) or _ignored(path, is_folder, ignores) or excludes(path):
            continue
        if is_folder:
            yield from _walk(path, ignores, excludes, depth + 1)
        else:
            yield path


def _may_hold_source(entry: os.DirEntry[str], is_folder: bool) -> bool:
    """A file with source, or a folder that may be the project's own: no virtual environment and the like."""
    if is_folder:
        return entry.name not in PASSED_OVER and not os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
    return entry.name.endswith(SUFFIXES) and entry.is_file() and not _leads_out(entry)


def _leads_out(entry: os.DirEntry[str]) -> bool:
    """Whether it is a link to a file outside of the project."""
    return entry.is_symlink() and not Path(os.path.realpath(entry.path)).is_relative_to(
        folder_root(entry.path)
    )


def _above(folder: str) -> Iterator[_Ignore]:
    """What is ignored in a folder because of files above it, up to the repository's edge."""
    start = Path(os.path.abspath(folder))
    repository = next((f for f in (start, *start.parents) if (f / ".git").exists()), None)
    if repository is None:
        return
    yield from _read_ignore(str(repository), ".git/info/exclude")
    for parent in reversed(start.parents):
        if parent.is_relative_to(repository):
            yield from _read_ignore(str(parent), ".gitignore")


@lru_cache(maxsize=1024)
def _read_ignore(folder: str, name: str) -> tuple[_Ignore, ...]:
    try:
        if os.path.islink(file := os.path.join(folder, name)):  # git does not follow it either
            return ()
        content = read_regular(file, MAX_SETTINGS, Path(os.path.realpath(folder)))
    except OSError:
        return ()
    return (_Ignore(folder, Patterns(lines_of(content))),)


def _ignored(path: str, is_folder: bool, ignores: tuple[_Ignore, ...]) -> bool:
    """As git decides: the file nearest to the path that has an opinion."""
    if not ignores:
        return False
    absolute = os.path.abspath(path)
    for ignore in reversed(ignores):
        relative = absolute[len(ignore.folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
        opinion = ignore.patterns.decide(relative, is_folder)
        if opinion is not None:
            return opinion
    return False
