"""What is found out about files by their text alone, once per process and content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from dropout_lint.source import reads
from dropout_lint.source.regular import MAX_PYTHON, read_regular

MAX_FILES = 10_000
# The question, for those who keep results.
LOOKED = "looked"

Answer = TypeVar("Answer")


class _Known(NamedTuple, Generic[Answer]):
    stamp: tuple[int, int] | None
    answer: Answer
    digest: str


class Looks(Generic[Answer]):
    """Answers about files; a file that has changed (time or size) is looked at again.

    Args:
        name: of the question, of which there is one.
        look: finds the answer in a text. It is decoded as Latin-1: import statements and keywords
            are ASCII in every encoding that Python source uses. Equal answers have equal `repr`.
    """

    named: ClassVar[dict[str, Looks[Any]]] = {}

    def __init__(self, name: str, look: Callable[[str], Answer]) -> None:
        self._name = name
        self._look = look
        self._known: dict[str, _Known[Answer]] = {}
        self.named[name] = self

    def of(self, name: str) -> Answer:
        """The answer about the file of this name; what cannot be read (or is a folder) counts as empty."""
        known = self._of(name)
        reads.answered((LOOKED, self._name, name), (known.digest,))
        return known.answer

    def digest(self, name: str) -> str:
        """What stands for that answer: equal for equal ones."""
        return self._of(name).digest

    def _of(self, name: str) -> _Known[Answer]:
        try:
            status = os.stat(name)
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._known.get(name)
            if known is not None and known.stamp == stamp:
                return known
            text = read_regular(name, MAX_PYTHON).decode("latin-1")
        except OSError:
            return self._found(None, "")
        if len(self._known) >= MAX_FILES:
            self._known.clear()
        self._known[name] = known = self._found(stamp, text)
        return known

    def _found(self, stamp: tuple[int, int] | None, text: str) -> _Known[Answer]:
        answer = self._look(text)
        return _Known(stamp, answer, hashlib.sha256(repr(answer).encode("utf-8", "replace")).hexdigest()[:32])
