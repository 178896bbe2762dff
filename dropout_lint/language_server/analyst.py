"""Has programs analysed, and keeps what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from dropout_lint.language_server.analysis import Result, analyse, as_reported, unanswered
from dropout_lint.language_server.program import Program
from dropout_lint.language_server.workers import Unanswered, Workers


@dataclass
class Analyst:
    """Has the newest version of each program analysed, and keeps the result.

    Args:
        newest: gives the newest version of a program; None when it has been closed.
        workers: they analyse.
    """

    newest: Callable[[str], Program | None]
    workers: Workers
    _known: dict[str, Result] = field(default_factory=dict)
    _running: dict[str, tuple[Program, asyncio.Task[Result]]] = field(default_factory=dict)

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

    def _start(self, program: Program) -> asyncio.Task[Result]:
        version, running = self._running.get(program.uri, (None, None))
        if running is not None:
            if version == program:
                return running
            running.cancel()
        task = asyncio.ensure_future(self._analysed(program))
        self._running[program.uri] = program, task
        task.add_done_callback(lambda done: self._keep(program, done))
        return task

    async def _analysed(self, program: Program) -> Result:
        """What is in a program, or that its analysis did not end."""
        try:
            return await self.workers.run(analyse, program, name=program.uri)
        except Unanswered as why:
            result = unanswered(program, str(why))
        try:
            return await self.workers.run(as_reported, result, name=program.uri)
        except Unanswered:  # a pyproject.toml may be the reason
            return result

    def _keep(self, program: Program, done: asyncio.Task[Result]) -> None:
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
            _, running = self._running.pop(name, (None, None))
            if running is not None:
                running.cancel()  # if it has begun, it may still end by itself
