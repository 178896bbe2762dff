"""The processes that analyse, as the server sees them: asked, waited for, and ended."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from dropout_lint.language_server.worker import Answer, Job

# What one piece of work may take, in seconds.
ALLOWANCE = 30
# Work that takes longer than this is slow; all that is slow has one process together, so that what is
# not slow finds another.
SLOW = 5.0
# While other work waits for a process, what takes longer than this is slow already.
FAIR = 2.0
_PROCESSES = 2
# A second process is started only if a first has kept others waiting for so long.
_PATIENCE = 0.5
# What nobody waits for any more may still end by itself: a process that has read and imported much is
# worth that.
_STALE = 1.0

_T = TypeVar("_T")

# `-c` would look for modules in the working directory, which is the project that is linted.
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from dropout_lint.language_server.worker import main; main()"
)


class Unanswered(Exception):
    """Some work was ended or ended its process; the reason, in words."""


class Worker:
    """One process. It begins to import as soon as it is made."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._turn = threading.Lock()
        self.ready = False
        with contextlib.suppress(OSError):  # whoever asks it is told
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )

    @property
    def alive(self) -> bool:
        return self._process is not None and not self._ended and self._process.poll() is None

    def begin(self) -> None:
        """Waits, in a thread, until all is imported: that is no part of anybody's time."""
        with contextlib.suppress(Unanswered):  # who asks next is told
            self.ask(abs, 0)
        self.ready = True

    def ask(self, work: Callable[..., _T], *arguments: Any, seconds: int = ALLOWANCE) -> _T:
        """Has some work done; waits for it, in a thread.

        Args:
            work: a function of a module.
            arguments: what it is given.
            seconds: after how many the system ends the process, should nobody else have done so.

        Raises:
            Unanswered: the work failed, or the process has died or was ended.
        """
        try:
            with self._turn:
                answer = self._told(Job(work, arguments, seconds))
        except Exception as error:  # no answer, or half of one
            self.end()
            raise Unanswered("the process that analysed it has died") from error
        if answer.error is not None:
            raise Unanswered(answer.error)
        value: _T = answer.value
        return value

    def _told(self, job: Job) -> Answer:
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            raise OSError("it could not be started")
        self._process.stdin.write(pickle.dumps(job))
        self._process.stdin.flush()
        answer: Answer = pickle.load(self._process.stdout)
        return answer

    def end(self) -> None:
        """Ends the process, whatever it is doing."""
        self._ended = True
        if self._process is not None:
            self._process.kill()


class Workers:
    """Has work done by a few processes, beside the conversation with the editor.

    The first is started at once. One that dies or is ended is replaced.
    """

    def __init__(self) -> None:
        self._ended = False
        self._all: list[Worker] = []
        self._idle: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()
        self._slow: set[str] = set()
        self._slow_turn = asyncio.Lock()
        self._waiting = 0
        self._wanted = asyncio.Event()
        self._threads = ThreadPoolExecutor(_PROCESSES, "worker")
        self._idle.put_nowait(self._new())

    async def run(self, work: Callable[..., _T], *arguments: Any, name: str) -> _T:
        """Has some work done.

        If nobody waits for it any more (the task is cancelled), it is ended soon after.

        Args:
            work: a function of a module.
            arguments: what it is given.
            name: whose work it is: what was slow before is taken to be slow again.

        Raises:
            Unanswered: it took longer than is allowed, failed, or ended its process.
        """
        if self._ended:
            raise Unanswered("the server is about to end")
        if name not in self._slow:
            worker = await self._free()
            answer = self._asked(worker, work, arguments)
            try:
                await _settled(answer, FAIR)
                await _settled(answer, SLOW - FAIR, unless=self._wanted)
                if answer.done():
                    return answer.result()
                self._slow.add(name)
                if not self._slow_turn.locked():
                    async with self._slow_turn:
                        return await self._allowed(answer)
            finally:
                self._release(worker, answer)
        async with self._slow_turn:
            return await self._slowly(work, arguments, name)

    async def _slowly(self, work: Callable[..., _T], arguments: tuple[Any, ...], name: str) -> _T:
        worker = await self._free()
        answer = self._asked(worker, work, arguments)
        begin = asyncio.get_running_loop().time()
        try:
            value = await self._allowed(answer)
        finally:
            self._release(worker, answer)
        if asyncio.get_running_loop().time() - begin < SLOW:
            self._slow.discard(name)
        return value

    def end(self) -> None:
        """Ends all processes, whatever they are doing."""
        self._ended = True
        for worker in self._all:
            worker.end()
        self._threads.shutdown(wait=False)

    def _asked(
        self, worker: Worker, work: Callable[..., _T], arguments: tuple[Any, ...]
    ) -> asyncio.Future[_T]:
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._threads, lambda: worker.ask(work, *arguments))

    async def _allowed(self, answer: asyncio.Future[_T]) -> _T:
        await _settled(answer, ALLOWANCE)
        if not answer.done():
            raise Unanswered(f"its analysis was ended after {ALLOWANCE} seconds")
        return answer.result()

    async def _free(self) -> Worker:
        """A process that is ready and has nothing to do."""
        worker = await self._any()
        if not worker.ready:
            beginning = asyncio.get_running_loop().run_in_executor(self._threads, worker.begin)
            try:
                await asyncio.wait([beginning])
            except asyncio.CancelledError:
                self._idle.put_nowait(worker)
                raise
        return worker

    async def _any(self) -> Worker:
        """The process that there is, or, rather than wait long, another."""
        while True:
            if len(self._all) < _PROCESSES:
                try:
                    worker = await asyncio.wait_for(self._idle.get(), _PATIENCE)
                except asyncio.TimeoutError:
                    if len(self._all) < _PROCESSES:
                        return self._new()
                    continue
            else:
                worker = await self._next()
            return worker if worker.alive else self._replaced(worker)

    async def _next(self) -> Worker:
        """The first process that is free, for which others give up what is slow."""
        self._waiting += 1
        self._wanted.set()
        try:
            return await self._idle.get()
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._wanted.clear()

    def _release(self, worker: Worker, answer: asyncio.Future[Any]) -> None:
        if not answer.done():
            worker.end()
            answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody asks for it
        self._idle.put_nowait(worker if worker.alive else self._replaced(worker))

    def _replaced(self, worker: Worker) -> Worker:
        if self._ended:
            return worker
        self._all.remove(worker)
        return self._new()

    def _new(self) -> Worker:
        self._all.append(Worker())
        return self._all[-1]


async def _settled(answer: asyncio.Future[Any], seconds: float, unless: asyncio.Event | None = None) -> None:
    """Waits for an answer, so long at most; less if nobody wants it any more, or if `unless` is set."""
    signals = [asyncio.ensure_future(unless.wait())] if unless else []
    try:
        await asyncio.wait([answer, *signals], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        await asyncio.wait([answer], timeout=_STALE)
        raise
    finally:
        for waiting in signals:
            waiting.cancel()
