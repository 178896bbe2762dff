"""What was looked at on the disk to find something out, also where an answer was kept from before.

Everything that reads a file of a project, or hands out what a process has kept of one, says so here; who
wants to know what a result rests on records it. Nothing is noted while nobody records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# The kind of a question about a whole project, and what it is about.
Question = tuple[str, ...]
Answer = tuple[str, ...]


@dataclass(slots=True)
class Reads:
    """What was looked at.

    Args:
        files: the paths of files, also of those that were looked for and are not there.
        told: what was asked of a whole project, and the answers.
    """

    files: set[str] = field(default_factory=set)
    told: dict[Question, Answer] = field(default_factory=dict)


# One process looks at one file at a time.
_recording: list[Reads] = []


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
    if not _recording:
        yield
        return
    _recording.append(Reads())
    try:
        yield
    finally:
        _recording.pop()


def note(path: str | Path) -> None:
    """A file was read, or an answer that was kept of it was used, or there is no such file."""
    if _recording:
        _recording[-1].files.add(str(path))


def are_recorded() -> bool:
    """Whether anybody records."""
    return bool(_recording)


def answered(question: Question, answer: Iterable[str]) -> None:
    """Something was found out about a whole project; it can be asked again."""
    if _recording:
        _recording[-1].told[question] = tuple(answer)


def again(reads: Reads) -> None:
    """What an answer rested on when it was found out, where it is used again."""
    if _recording:
        _recording[-1].files |= reads.files
        _recording[-1].told |= reads.told
