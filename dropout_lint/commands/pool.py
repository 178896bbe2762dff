"""Checks many files: in this process, or in several where that pays."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dropout_lint.checking import Checked, Problem
from dropout_lint.config import Config, Overrides, config_for
from dropout_lint.screening.text import may_concern
from dropout_lint.source.reading import content_of

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

# When so many files have been met that must be parsed, or so much text that must not, starting
# processes pays. Before, a run is over sooner than they have started.
_PARSED_ALONE = 8
_READ_ALONE = 4_000_000
_FILES_FOR_A_PROCESS = 4
# Files that a process is given at a time, at most: sending each by itself costs more than most of
# them take; and in how many turns, at least, so that all processes end at about the same time.
_AT_ONCE, _TURNS = 8, 8
# Fewer files are done before anybody looks for a progress bar.
_FILES_FOR_PROGRESS = 20


def check_all(
    files: Sequence[str], check: Callable[[str], Checked], overrides: Overrides, jobs: int | None
) -> list[Checked]:
    """The results in the order of the files.

    Args:
        files: their paths, each once.
        check: what to do with each; it is sent to other processes.
        overrides: what stands before their configuration.
        jobs: how many processes; None: as many as there are processors.

    Raises:
        ConfigError: a pyproject.toml cannot be meant.
    """
    done: dict[str, Checked] = {}
    with _progress(len(files)) as advance:
        for result in _results(files, check, overrides, _processors() if jobs is None else jobs):
            done[result.path] = result
            advance()
    return [done[path] for path in files]


def _results(
    files: Sequence[str], check: Callable[[str], Checked], overrides: Overrides, processes: int
) -> Iterator[Checked]:
    """Begins alone, and has the rest done by processes once it shows that there is much to do."""
    parsed: list[str] = []
    read = 0
    for number, path in enumerate(files if processes > 1 else ()):
        if len(parsed) >= _PARSED_ALONE or read > _READ_ALONE:
            rest = [*parsed, *files[number:]]
            processes = min(processes, len(rest) // _FILES_FOR_A_PROCESS)
            yield from _in_processes(check, rest, processes) if processes > 1 else map(check, rest)
            return
        text = _text_of(path)
        if may_concern(text, Path(path), config_of(path, overrides).settings.roots):
            parsed.append(path)
        else:
            read += len(text)
            yield check(path)
    yield from map(check, parsed if processes > 1 else files)


def config_of(path: str, overrides: Overrides) -> Config:
    """The configuration that holds where a file or folder is; it does not change during a run."""
    return _config_in(os.path.dirname(path) or ".", overrides)


@cache
def _config_in(folder: str, overrides: Overrides) -> Config:
    return config_for(folder, overrides)


def _text_of(path: str) -> str:
    """What the prefilter needs of a file; nothing if it cannot be read."""
    try:
        return content_of(path).decode("latin-1")
    except OSError:
        return ""


def _in_processes(check: Callable[[str], Checked], files: Sequence[str], processes: int) -> Iterator[Checked]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    context = None
    if sys.platform == "linux":  # where forking is safe; the processes then share what is imported here
        import gc

        import dropout_lint.linter  # noqa: F401

        gc.freeze()  # collecting what is shared would look at all of it, and so copy it
        context = multiprocessing.get_context("fork")
    at_once = max(1, min(_AT_ONCE, len(files) // (processes * _TURNS)))
    done: set[str] = set()
    try:
        with ProcessPoolExecutor(processes, context) as pool:
            for result in pool.map(check, files, chunksize=at_once):
                done.add(result.path)
                yield result
    except BrokenProcessPool:  # a process has died of a file: each that is left has one of its own
        for path in files:
            if path not in done:
                yield _alone(check, path, context)


def _alone(check: Callable[[str], Checked], path: str, context: BaseContext | None) -> Checked:
    """Checks a file in a process of its own, which may die of it."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        with ProcessPoolExecutor(1, context) as pool:
            return pool.submit(check, path).result()
    except BrokenProcessPool:
        return Checked(path, problem=Problem(path, "unanalysed", "the process that did it has died"))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _progress(files: int) -> Iterator[Callable[[], None]]:
    """A progress bar on a terminal's error stream, when there is much to do."""
    if files < _FILES_FOR_PROGRESS or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    # No thread of its own: processes are forked while it shows.
    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as progress:
        task = progress.add_task("Checking", total=files)
        steps = itertools.count(1)
        seldom = max(1, files // 100)  # drawing it takes longer than most files
        yield lambda: progress.update(task, advance=1, refresh=next(steps) % seldom == 0)
