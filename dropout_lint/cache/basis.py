"""What a result rests on, and whether that is still so.

A result rests on the files that were looked at, on which programs the project has (an import looks for one
that may not be there), and on answers about the project as a whole.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from dropout_lint.screening.saved_elsewhere import SAVED, programs_that_save
from dropout_lint.screening.training_elsewhere import TRAINED, is_trained_elsewhere
from dropout_lint.source.discover import PASSED_OVER, SUFFIXES
from dropout_lint.source.looks import LOOKED, Looks
from dropout_lint.source.project_files import MAX_ENTRIES
from dropout_lint.source.reads import Answer, Question, Reads
from dropout_lint.target.requirement_files import DECLARATIONS, LOCKS, REQUIREMENTS

# Of a larger file (a stored model) its time and size have to do.
MAX_HASHED = 4_000_000
ABSENT = ""


class NotKept(Exception):
    """A result that cannot be kept: what it rests on cannot be told, or is changing."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a result rests on.

    Args:
        programs: a digest of the names of all programs and files of requirements in the project.
        contents: a digest of each file that was looked at, by its path in the project; `ABSENT` for one that
            is not there.
        told: questions about the project, which name paths in it, and their answers.
    """

    programs: str
    contents: dict[str, str]
    told: tuple[tuple[Question, Answer], ...]


class Project:
    """A project as it is now; looked at once.

    Args:
        root: its folder, symbolic links resolved.
        before: files that have changed since then (nanoseconds since the epoch) are still changing.
    """

    def __init__(self, root: Path, before: int) -> None:
        self.root = root
        self._before = before
        self._digests: dict[str, str] = {}
        self._foreign: set[str] = set()

    def basis(self, reads: Reads) -> Basis:
        """What a result rests on, for which this was looked at.

        Raises:
            NotKept: there are too many files, some of it is outside of the project's own code, or a file was
                written since the process began.
        """
        programs = self.programs
        contents = {}
        for path in sorted(reads.files):
            inside = os.path.relpath(path, self.root)
            if inside.startswith(os.pardir) or not PASSED_OVER.isdisjoint(parts := inside.split(os.sep)):
                raise NotKept
            if any(os.sep.join(parts[:count]) in self._foreign for count in range(1, len(parts))):
                raise NotKept
            if not os.path.isdir(path):  # which programs are in a folder, `programs` says
                contents[inside] = self._digest(inside, settled=True)
        asked = sorted(reads.told.items())
        return Basis(programs, contents, tuple((self._within(q), self._within(a)) for q, a in asked))

    def has(self, basis: Basis) -> bool:
        """Whether all that a result rests on is as it was."""
        try:
            return (
                self.programs == basis.programs
                and all(self._digest(inside) == digest for inside, digest in basis.contents.items())
                and all(self._within(self._ask(question)) == answer for question, answer in basis.told)
            )
        except (NotKept, OSError, ValueError):
            return False

    @cached_property
    def programs(self) -> str:
        """The digest that `Basis.programs` is. Raises NotKept when there are too many files."""
        found: list[str] = []
        entries = 0
        for folder, names, files in os.walk(self.root):
            entries += len(names) + len(files)
            if entries > MAX_ENTRIES:
                raise NotKept
            inside = os.path.relpath(folder, self.root)
            if "pyvenv.cfg" in files:
                self._foreign.add(inside)
                names.clear()
                continue
            links = [name for name in names if os.path.islink(os.path.join(folder, name))]
            links += [name for name in files if os.path.islink(os.path.join(folder, name))]
            found += [f"{inside}/{name}>{os.readlink(os.path.join(folder, name))}" for name in links]
            found += [f"{inside}/{name}" for name in files if _counts(name)]
            names[:] = [name for name in names if name not in PASSED_OVER]
        return _hash("\n".join(sorted(found)).encode("utf-8", "surrogateescape"))

    def _digest(self, inside: str, *, settled: bool = False) -> str:
        """The digest of a file; of one that is not there `ABSENT`.

        settled: raise NotKept if it was written since the process began.
        """
        path = os.path.join(self.root, inside)
        try:
            status = os.stat(path)
            if settled and status.st_mtime_ns >= self._before - _unsure(status.st_mtime_ns):
                raise NotKept
            if inside not in self._digests:
                self._digests[inside] = _digest_of(path, status)
        except OSError:
            return ABSENT
        return self._digests[inside]

    def _ask(self, question: Question) -> Answer:
        """The answer that a question about the project has now."""
        kind, *about = question
        if kind == LOOKED:
            return (Looks.named[about[0]].digest(os.path.join(self.root, about[1])),)
        if kind == TRAINED:
            return (str(is_trained_elsewhere(self.root / about[0], self.root)),)
        if kind == SAVED:
            programs = programs_that_save(about[0], self.root / about[1], self.root)
            return tuple(map(str, programs))
        raise NotKept

    def _within(self, texts: Question | Answer) -> tuple[str, ...]:
        """With paths as they are in the project."""
        begin = f"{self.root}{os.sep}"
        return tuple(text.removeprefix(begin) for text in texts if text != str(self.root))


def _unsure(time: int) -> int:
    """By how much a file may have been written later than its time says (nanoseconds).

    Systems count in steps of up to a hundredth of a second, FAT and some others in whole seconds.
    """
    return 50_000_000 if time % 1_000_000_000 else 2_000_000_000


def _counts(name: str) -> bool:
    """Whether it matters that a file of this name is there."""
    return name.endswith(SUFFIXES) or name in (*DECLARATIONS, *LOCKS) or fnmatchcase(name, REQUIREMENTS)


def _digest_of(path: str, status: os.stat_result) -> str:
    if status.st_size > MAX_HASHED:
        return f"{status.st_size}:{status.st_mtime_ns}"
    with open(path, "rb") as file:
        return _hash(file.read())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
