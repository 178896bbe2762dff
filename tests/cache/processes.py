"""Processes as the command line starts them: nothing is known from before, the linter is imported already."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

import dropout_lint.linter  # noqa: F401
from dropout_lint.cache import results
from dropout_lint.checking import Checked, check_file
from dropout_lint.config import config_for
from dropout_lint.source.discover import discover

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="each run is a forked process")


def alone(work: Callable[..., Any], *arguments: Any) -> Any:
    """What a function returns in a process of its own."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join()


def _serve(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    results._BEGAN = time.time_ns()
    pipe.send(work(*arguments))


def programs(root: Path) -> list[str]:
    """The programs of a project, by their paths in it, which is the working directory."""
    os.chdir(root)
    return [str(path) for path in discover(["."], lambda _: False)]


def checked_anew(root: Path) -> list[Checked]:
    """What is said of each program without a look at what was kept."""
    return [check_file(path, config_for(path), insight=True) for path in programs(root)]


def checked(root: Path) -> tuple[list[Checked], int]:
    """The same as the command line does it, and how many of these results were kept before."""
    done: list[Checked] = []
    kept = 0
    for path in programs(root):
        asked = results.Asked(path, config_for(path), insight=True)
        found = results.find(asked)
        kept += found is not None
        done.append(found or results.check(asked))
    return done, kept
