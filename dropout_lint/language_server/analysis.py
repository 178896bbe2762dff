"""Analyses programs, one after the other, beside the conversation with the editor."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeVar

from dropout_lint import lint_cells, lint_source
from dropout_lint.checking import wanted
from dropout_lint.config import ConfigError, config_for
from dropout_lint.finding import Finding
from dropout_lint.language_server.documents import Program
from dropout_lint.screening.text import forget as forget_files
from dropout_lint.selection import NOT_ANALYSED

# Other threads than the main one get little stack on some systems; the interpreter goes deep.
_STACK = 64 * 1024 * 1024

_T = TypeVar("_T")


@dataclass(frozen=True)
class Result:
    """What was found in one version of a program.

    Args:
        program: that version.
        findings: in the order of their places.
        passed_over: what was not analysed, and why (KFD900), whether it is reported or not.
        failed: whether it could not be analysed at all; then there are no findings.
        error: why, if the user should know at once.
    """

    program: Program
    findings: tuple[Finding, ...] = ()
    passed_over: tuple[Finding, ...] = ()
    failed: bool = False
    error: str | None = None

    @property
    def half_typed(self) -> bool:
        """Whether it is no Python at the moment."""
        return self.failed and self.error is None


@dataclass
class Analyst:
    """Has the newest version of each program analysed, and keeps the result.

    Args:
        newest: gives the newest version of a program; None when it has been closed.
    """

    newest: Callable[[str], Program | None]
    _known: dict[str, Result] = field(default_factory=dict)
    _running: dict[str, tuple[Program, asyncio.Future[Result]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        threading.stack_size(_STACK)
        # One thread only: CPython's parser counts its depth for all threads together.
        self._worker = ThreadPoolExecutor(1, "analysis")

    async def result(self, uri: str) -> Result | None:
        """What is in the newest version of a program; None if it has been closed."""
        while (program := self.newest(uri)) is not None:
            known = self._known.get(uri)
            if known is not None and known.program == program:
                return known
            # Other requests may be waiting for the same.
            await asyncio.wait([self._start(program)])
        self.forget(uri)
        return None

    async def run(self, work: Callable[[Result], _T], result: Result) -> _T:
        """Does other work on a result in the worker's turn."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work, result)

    def _start(self, program: Program) -> asyncio.Future[Result]:
        version, running = self._running.get(program.uri, (None, None))
        if running is not None:
            if version == program:
                return running
            running.cancel()  # if it has not begun, it never will
        future = asyncio.get_running_loop().run_in_executor(self._worker, analyse, program)
        self._running[program.uri] = program, future
        future.add_done_callback(lambda done: self._keep(program, done))
        return future

    def _keep(self, program: Program, done: asyncio.Future[Result]) -> None:
        current = self._running.get(program.uri)
        if current is None or current[1] is not done:
            return  # a newer one has begun, or the world around it has changed
        del self._running[program.uri]
        if not done.cancelled():
            self._known[program.uri] = done.result()

    def forget(self, uri: str | None = None) -> None:
        """Analyses a program again when it is next asked for; None: every one."""
        for name in [uri] if uri else [*self._known, *self._running]:
            self._known.pop(name, None)
            self._running.pop(name, None)


def analyse(program: Program) -> Result:
    """Runs in the worker. Never raises: whatever a program holds, the server goes on."""
    try:
        return _analysed(program)
    except SyntaxError:
        return Result(program, failed=True)  # half-typed; whoever checks the language says so
    except ConfigError as error:
        return Result(program, failed=True, error=str(error))
    except Exception as error:
        return Result(program, failed=True, error=f"{program.path}: {type(error).__name__}: {error}")


def _analysed(program: Program) -> Result:
    forget_files()  # they may have changed since the last analysis
    config = config_for(program.path)
    if config.excludes(program.path):
        return Result(program)
    texts = [document.text for document in program.documents]
    settings = replace(config.settings, opt_in=config.settings.opt_in | {NOT_ANALYSED})
    if program.notebook:
        found = lint_cells(texts, program.path, settings)
        reported = wanted(found, dict(enumerate(texts, 1)), program.path, config)
    else:
        found = lint_source(texts[0], program.path, settings)
        reported = wanted(found, {0: texts[0]}, program.path, config)
    passed_over = (finding for finding in found if finding.code == NOT_ANALYSED)
    return Result(program, tuple(reported), tuple(passed_over))
