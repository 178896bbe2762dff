"""What is found out once about something that is kept: a file, the tables of a run.

A question is an object of the module that asks it, and of no other: nobody can read or write what another
module has found out. The answers stay with what they are about, and go with it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, Protocol, TypeVar

_Answer = TypeVar("_Answer")
_Key = TypeVar("_Key", bound=Hashable)


class Kept(Protocol):
    """What answers are kept with. Only the questions of this module write to `answers`."""

    answers: dict[object, Any]


class Once(Generic[_Answer]):
    """A question about a whole: a file, a trace."""

    __slots__ = ()

    def of(self, whole: Kept, find: Callable[[], _Answer]) -> _Answer:
        """The answer; found out when it is first asked for."""
        if self not in whole.answers:
            whole.answers[self] = find()
        known: _Answer = whole.answers[self]
        return known

    def known(self, whole: Kept) -> _Answer | None:
        """The answer if it was found out already."""
        known: _Answer | None = whole.answers.get(self)
        return known


class OnceEach(Generic[_Key, _Answer]):
    """A question about the parts of a whole: the layers of a trace."""

    __slots__ = ()

    def of(self, whole: Kept, part: _Key, find: Callable[[], _Answer]) -> _Answer:
        """The answer for one part; found out when it is first asked for."""
        answers: dict[_Key, _Answer] | None = whole.answers.get(self)
        if answers is None:
            answers = whole.answers[self] = {}
        if part not in answers:
            answers[part] = find()
        return answers[part]


class OnceEachNode(Generic[_Key, _Answer]):
    """A question about the nodes of a file, told by their `id`: libcst computes hashes in Python.

    The file has to keep the nodes that it is asked of, or else the answer must be the same for all others.
    """

    __slots__ = ()

    def of(self, whole: Kept, node: _Key, find: Callable[[], _Answer]) -> _Answer:
        """The answer for one node; found out when it is first asked for."""
        answers: dict[int, _Answer] | None = whole.answers.get(self)
        if answers is None:
            answers = whole.answers[self] = {}
        key = id(node)
        if key not in answers:
            answers[key] = find()
        return answers[key]
