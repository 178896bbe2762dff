"""What a rule asks for: a cure in terms of the program's own nodes, before it is text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dropout_lint.finding import Grade
from dropout_lint.interpreter.values import Site


@dataclass(frozen=True, slots=True)
class SetFlag:
    """The call has the argument `training=value`.

    positional: how many positional arguments it may have without one of them being the flag.
    """

    call: Site
    value: Literal["False", "training"]
    positional: int = 1


@dataclass(frozen=True, slots=True)
class TakeTraining:
    """The function has a parameter `training=None`."""

    function: Site


@dataclass(frozen=True, slots=True)
class Replace:
    """The node is written like this."""

    node: Site
    text: str


@dataclass(frozen=True, slots=True)
class AddLines:
    """Lines before or after a statement, as far indented as it is.

    In a line, a leading tab stands for one more level.
    """

    statement: Site
    lines: tuple[str, ...]
    where: Literal["before", "after"]


Change = SetFlag | TakeTraining | Replace | AddLines


@dataclass(frozen=True, slots=True)
class Repair:
    """Changes that cure a finding together.

    Args:
        title: what an editor offers, in the imperative.
        grade: safe when it is right under the Keras that it was asked for.
        changes: in any order.
    """

    title: str
    grade: Grade
    changes: tuple[Change, ...]


def site_of(change: Change) -> Site:
    """The node that a change is about."""
    if isinstance(change, SetFlag):
        return change.call
    if isinstance(change, TakeTraining):
        return change.function
    return change.node if isinstance(change, Replace) else change.statement


def agree(one: Change, other: Change) -> bool:
    """Whether two changes of the same node are the same; the ways to it may differ."""
    if type(one) is not type(other):
        return False
    fields = [name for name in one.__slots__ if not isinstance(getattr(one, name), Site)]
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def together(repairs: Sequence[Repair | None], strictest: int) -> Repair | None:
    """One repair for a finding that holds under several Kerases; None when one of them has none.

    Args:
        repairs: what each Keras asks for.
        strictest: the place of the Keras in which a graph overrides flags, if it is among them:
            what works there works everywhere.
    """
    chosen = repairs[strictest]
    if chosen is None or any(repair is None for repair in repairs):
        return None
    changes: dict[int, Change] = {}
    for repair in repairs:
        assert repair is not None
        for change in repair.changes:
            if not agree(changes.setdefault(id(site_of(change).node), change), change):
                return None if chosen.grade is Grade.SAFE else chosen
    if any(type(change) is AddLines for change in changes.values()) and chosen.grade is Grade.UNSAFE:
        return chosen
    grade = min(repair.grade for repair in repairs if repair is not None)
    return replace(chosen, grade=grade, changes=tuple(changes.values()))
