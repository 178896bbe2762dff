"""What was looked at on the disk to find something out, also where an answer was kept from before.

What reads a file of a project, looks for one, or hands out what a process has kept of one, says so here; who
wants to know what a result rests on records it. Which programs a project has is looked at as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# A question about a project: its kind, and what it is about.
Question = tuple[str, ...]
Answer = tuple[str, ...]
# The state of a file: when it was last changed (nanoseconds), its size and its number; None: it is not there.
State = tuple[int, int, int] | None


@dataclass(slots=True)
class Reads:
    """What was looked at.

    Args:
        files: the state of each file that was read, or that was looked for and is not there.
        told: what was asked about the project, and the answers.
        settled: none of it changed meanwhile, and nothing went wrong.
    """

    files: dict[str, State] = field(default_factory=dict)
    told: dict[Question, Answer] = field(default_factory=dict)
    settled: bool = True

    def add(self, path: str, state: State) -> None:
        """A file was in this state."""
        if self.files.setdefault(path, state) != state:
            self.settled = False


# One process looks at one file at a time.
_recording: list[Reads] = []
# All folders in which this process has looked for modules.
folders: set[str] = set()


def state_of(path: str | Path) -> State:
    """What tells that a file has changed; None if there is no such file.

    Its own time can be set, and is that of the original for a copy; that of the file system's note of it
    cannot. Windows has no such time.
    """
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    changed = status.st_ctime_ns if os.name == "posix" else status.st_mtime_ns
    return changed, status.st_size, status.st_ino


@contextmanager
def recorded() -> Iterator[Reads]:
    """Records what is looked at inside; recordings may stand in each other."""
    reads = Reads()
    _recording.append(reads)
    try:
        yield reads
    finally:
        _recording.pop()
        again(reads)


@contextmanager
def apart() -> Iterator[None]:
    """What is looked at inside is not noted; the answer, about a whole project, is (see `answered`)."""
    _recording.append(Reads())
    try:
        yield
    finally:
        _recording.pop()


def note(path: str | Path) -> None:
    """A file is read, or an answer that was kept of it is used, or there is no such file."""
    if _recording:
        _recording[-1].add(str(path), state_of(path))


def answered(question: Question, answer: Iterable[str]) -> None:
    """Something was found out about a project; it can be asked again."""
    if _recording:
        _recording[-1].told[question] = tuple(answer)


def failed() -> None:
    """Something went wrong: the next time it may not."""
    if _recording:
        _recording[-1].settled = False


def again(reads: Reads) -> None:
    """What an answer rested on when it was found out, where it is used again."""
    if _recording:
        outer = _recording[-1]
        for path, state in reads.files.items():
            outer.add(path, state)
        outer.told |= reads.told
        outer.settled = outer.settled and reads.settled
