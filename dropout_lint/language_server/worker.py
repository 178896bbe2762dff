"""A process that analyses, one program after the other, for the server that started it.

It keeps what it has imported and read, so that the next program takes no longer than its analysis. It ends
when the server does: its standard input ends then, whatever it is doing.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO, NamedTuple, cast

# Compiled code may keep the interpreter from noticing that the server is gone; the system ends it then.
_GRACE = 5


class Job(NamedTuple):
    """Some work: a function of a module, what it is given, and the seconds that it may take."""

    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    seconds: int


class Answer(NamedTuple):
    """What a function returned, or why it did not."""

    value: Any
    error: str | None = None


def main() -> None:
    """Does what is asked on standard input, and answers on standard output."""
    requests, answers = _own(0, os.O_RDONLY, "rb"), _own(1, os.O_WRONLY, "wb")
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server is told as well, and ends this process
    jobs: SimpleQueue[Job] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, jobs), daemon=True).start()
    # While the editor is still greeting.
    import dropout_lint.language_server.fixing
    import dropout_lint.linter  # noqa: F401

    while True:
        answers.write(_done(jobs.get()))
        answers.flush()


def _own(number: int, flags: int, mode: str) -> BinaryIO:
    """A standard stream for the conversation alone: nothing that is printed gets into it."""
    stream = cast(BinaryIO, os.fdopen(os.dup(number), mode))
    if number == 1:
        os.dup2(2, 1)
    else:
        os.dup2(os.open(os.devnull, flags), number)
    return stream


def _listen(requests: BinaryIO, jobs: SimpleQueue[Job]) -> None:
    """Hands over what is asked; when nobody is left to ask, the process ends in the midst of its work."""
    try:
        while True:
            jobs.put(pickle.load(requests))
    finally:
        os._exit(0)


def _done(job: Job) -> bytes:
    """The answer, as it is sent."""
    _end_after(job.seconds + _GRACE)
    try:
        return pickle.dumps(Answer(job.work(*job.arguments)))
    except Exception as error:
        return pickle.dumps(Answer(None, f"{type(error).__name__}: {error}"))
    finally:
        _end_after(0)


def _end_after(seconds: int) -> None:
    """The system ends this process after so many seconds; 0: not any more."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
