"""Checks many files: in this process, or in several where that pays."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from dropout_lint.checking import Checked
from dropout_lint.config import Config, Overrides, config_for
from dropout_lint.source.prefilter import may_concern

# Fewer files are done sooner than a process has started.
_FILES_FOR_A_PROCESS = 4
# Fewer files are done before anybody looks for a progress bar.
_FILES_FOR_PROGRESS = 20


def check_all(
    files: Sequence[str], check: Callable[[str], Checked], overrides: Overrides, jobs: int | None
) -> list[Checked]:
    """The results in the order of the files.

    Args:
        files: their paths.
        check: what to do with each; it is sent to other processes.
        overrides: what stands before their configuration.
        jobs: how many processes; None: as many as there are processors.

    Raises:
        ConfigError: a pyproject.toml cannot be meant.
    """
    heavy = [path for path in files if _is_heavy(path, overrides)]
    done = {path: check(path) for path in set(files) - set(heavy)}
    processes = min(_processors() if jobs is None else jobs, len(heavy) // _FILES_FOR_A_PROCESS)
    with _progress(len(heavy)) as advance:
        for result in _in_processes(check, heavy, processes) if processes > 1 else map(check, heavy):
            done[result.path] = result
            advance()
    return [done[path] for path in files]


def config_of(path: str, overrides: Overrides) -> Config:
    """The configuration that holds where a file or folder is; it does not change during a run."""
    return _config_in(os.path.dirname(path) or ".", overrides)


@cache
def _config_in(folder: str, overrides: Overrides) -> Config:
    return config_for(folder, overrides)


def _is_heavy(path: str, overrides: Overrides) -> bool:
    """Whether the file has to be parsed."""
    try:
        text = Path(path).read_bytes().decode("latin-1")
    except OSError:
        return False
    return may_concern(text, Path(path), config_of(path, overrides).settings.roots)


def _in_processes(check: Callable[[str], Checked], files: Sequence[str], processes: int) -> Iterator[Checked]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = None
    if sys.platform == "linux":  # where forking is safe; the processes then share what is imported here
        import dropout_lint.linter  # noqa: F401

        context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, context) as pool:
        yield from pool.map(check, files, chunksize=2)


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
        yield lambda: progress.update(task, advance=1, refresh=True)
