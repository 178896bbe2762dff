"""What a result rests on, and whether that is still so.

A result rests on the files that were looked at, on which programs the project has (an import looks for one
that may not be there), and on answers about the project as a whole.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from dropout_lint.screening.saved_elsewhere import SAVED, programs_that_save
from dropout_lint.screening.training_elsewhere import TRAINED, is_trained_elsewhere
from dropout_lint.source import reads
from dropout_lint.source.discover import PASSED_OVER, SUFFIXES
from dropout_lint.source.looks import LOOKED, Looks
from dropout_lint.source.project_files import MAX_ENTRIES
from dropout_lint.source.reads import Answer, Question, Reads
from dropout_lint.source.regular import read_regular
from dropout_lint.target.requirement_files import DECLARATIONS, LOCKS, REQUIREMENTS

NAME = ".dropout_lint_cache"
# Of a larger file (a stored model) its time and size have to do.
MAX_HASHED = 4_000_000
# What stands for something that has no content to be read.
ABSENT, FOLDER, OUTSIDE, OTHER = "absent", "folder", "outside", "other"
# In which places of a question about the project there are paths.
_PATHS = {LOOKED: (2,), TRAINED: (1, 2), SAVED: (2, 3)}


class NotKept(Exception):
    """A result that cannot be kept: what it rests on cannot be told, or is changing."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a result rests on.

    Args:
        programs: a digest of which programs and files of requirements the project has.
        contents: a digest of each file that was looked at, by its path in the project.
        told: questions about the project and their answers; their paths are relative to it.
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
        self._known_foreign: dict[str, bool] = {}
        self._answers: dict[Question, Answer] = {}

    def basis(self, looked_at: Reads) -> Basis:
        """What a result rests on, for which this was looked at.

        Raises:
            NotKept: there are too many files, some of it is outside of the project's own code, or something
                has changed since the process began, or went wrong.
        """
        folders = (folder for folder in reads.folders if Path(folder).is_relative_to(self.root))
        if self.programs is None or not looked_at.settled or any(map(self._is_foreign, folders)):
            raise NotKept
        contents = {}
        for path, state in looked_at.files.items():
            if not Path(path).is_relative_to(self.root) or self._is_foreign(path):
                raise NotKept
            inside = os.path.relpath(path, self.root)
            contents[inside] = self._digest(inside)
            if reads.state_of(path) != state or (state and self._may_change(state[0])):
                raise NotKept
        asked = sorted(looked_at.told.items())
        return Basis(
            self.programs, contents, tuple((self._question(q), self._answer(q, a)) for q, a in asked)
        )

    def has(self, basis: Basis) -> bool:
        """Whether all that a result rests on is as it was. Whatever is wrong with `basis`, it is not."""
        try:
            return (
                self.programs is not None
                and self.programs == basis.programs
                and all(self._digest(inside) == digest for inside, digest in basis.contents.items())
                and all(self._answer_to(question) == answer for question, answer in basis.told)
            )
        except Exception:  # an entry may hold anything: paths and questions that are none, too
            return False

    @cached_property
    def programs(self) -> str | None:
        """The digest that `Basis.programs` is; None when there are too many files, or they come and go."""
        try:
            return self._look_around()
        except OSError:
            return None

    def _look_around(self) -> str | None:
        found: list[str] = []
        entries = 0
        for folder, names, files in os.walk(self.root):
            entries += len(names) + len(files)
            if entries > MAX_ENTRIES:
                return None
            inside = os.path.relpath(folder, self.root)
            if "pyvenv.cfg" in files and inside != os.curdir:
                self._foreign.add(inside)
                found.append(f"{inside}{os.sep}pyvenv.cfg")
                names.clear()
                continue
            found += [f"{inside}{os.sep}{name}" for name in names if name in PASSED_OVER and name != NAME]
            for name, counts in (
                *((name, False) for name in names),
                *((name, _counts(name)) for name in files),
            ):
                path = os.path.join(folder, name)
                target = os.readlink(path) if os.path.islink(path) else ""
                if target or counts:
                    found.append(f"{inside}{os.sep}{name} {target} {_kind(path)}")
            names[:] = [name for name in names if name not in PASSED_OVER]
        return hash_of("\0".join(sorted(found)).encode("utf-8", "surrogateescape"))

    def _is_foreign(self, path: str) -> bool:
        """Whether a path in the project is where `programs` does not look, by itself or where links lead."""
        if path not in self._known_foreign:
            real = os.path.realpath(path)
            inside = [one for one in (path, real) if Path(one).is_relative_to(self.root)]
            self._known_foreign[path] = any(
                self._is_passed_over(os.path.relpath(one, self.root)) for one in inside
            )
        return self._known_foreign[path]

    def _is_passed_over(self, inside: str) -> bool:
        parts = inside.split(os.sep)
        above = (os.sep.join(parts[:count]) for count in range(1, len(parts) + 1))
        return not PASSED_OVER.isdisjoint(parts) or not self._foreign.isdisjoint(above)

    def _may_change(self, time: int) -> bool:
        """Whether a file that was changed at this time may be changed again without another time."""
        # Systems count in steps of up to a hundredth of a second, FAT and some others in whole seconds.
        step = 50_000_000 if time % 1_000_000_000 else 2_000_000_000
        return time >= self._before - step

    def _digest(self, inside: str) -> str:
        """What stands for the content of a file. Raises NotKept if its path is none in the project."""
        if inside not in self._digests:
            if os.path.isabs(inside) or os.pardir in inside.split(os.sep):
                raise NotKept
            self._digests[inside] = self._digest_of(os.path.join(self.root, inside))
        return self._digests[inside]

    def _digest_of(self, path: str) -> str:
        try:
            status = os.stat(path)
            if stat.S_ISDIR(status.st_mode):
                return FOLDER
            if status.st_size > MAX_HASHED:
                return f"{status.st_size}:{status.st_mtime_ns}"
            return hash_of(read_regular(path, MAX_HASHED, self.root))
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                return ABSENT
            return OUTSIDE if error.errno == errno.EPERM else OTHER

    def _answer_to(self, question: Question) -> Answer:
        if question not in self._answers:
            self._answers[question] = self._ask(question)
        return self._answers[question]

    def _ask(self, question: Question) -> Answer:
        """The answer that a question about the project has now. Raises an exception if it is no question."""
        paths = [self.root / question[place] for place in _PATHS[question[0]]]
        for path in paths:
            if not Path(os.path.realpath(path)).is_relative_to(self.root):
                raise NotKept
        if question[0] == LOOKED:
            return (Looks.named[question[1]].digest(str(paths[0])),)
        path, root = paths
        root = root.resolve()
        if question[0] == TRAINED:
            return (str(is_trained_elsewhere(path, root)),)
        return self._answer(question, map(str, programs_that_save(question[1], path, root)))

    def _question(self, question: Question) -> Question:
        """With its paths as they are in the project."""
        places = _PATHS[question[0]]
        return tuple(
            os.path.relpath(text, self.root) if n in places else text for n, text in enumerate(question)
        )

    def _answer(self, question: Question, answer: Iterable[str]) -> Answer:
        if question[0] != SAVED:
            return tuple(answer)
        return tuple(os.path.relpath(text, self.root) for text in answer)


def _counts(name: str) -> bool:
    """Whether it matters that a file of this name is there."""
    return name.endswith(SUFFIXES) or name in (*DECLARATIONS, *LOCKS) or fnmatchcase(name, REQUIREMENTS)


def _kind(path: str) -> str:
    """Whether there is a file, a folder or something else, where links lead."""
    return "file" if os.path.isfile(path) else "folder" if os.path.isdir(path) else "other"


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
