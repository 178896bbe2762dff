"""What is found out about files by their text alone, once per process and content."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic, TypeVar

from dropout_lint.source.regular import MAX_PYTHON, read_regular

MAX_FILES = 10_000

Answer = TypeVar("Answer")


class Looks(Generic[Answer]):
    """Answers about files; a file that has changed (time or size) is looked at again.

    Args:
        look: finds the answer in a text. It is decoded as Latin-1: import statements and keywords
            are ASCII in every encoding that Python source uses.
    """

    def __init__(self, look: Callable[[str], Answer]) -> None:
        self._look = look
        self._known: dict[str, tuple[tuple[int, int], Answer]] = {}

    def of(self, name: str) -> Answer:
        """The answer about the file of this name; what cannot be read (or is a folder) counts as empty."""
        try:
            status = os.stat(name)
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._known.get(name)
            if known is not None and known[0] == stamp:
                return known[1]
            text = read_regular(name, MAX_PYTHON).decode("latin-1")
        except OSError:
            return self._look("")
        answer = self._look(text)
        if len(self._known) >= MAX_FILES:
            self._known.clear()
        self._known[name] = stamp, answer
        return answer
