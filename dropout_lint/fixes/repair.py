"""What a rule asks for: a cure in terms of the program's own nodes, before it is text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dropout_lint.finding import Applicability
from dropout_lint.interpreter.values.kinds import Site


@dataclass(frozen=True, slots=True)
class SetFlag:
    """The call has the argument `training=value`.

    positional: how many positional arguments it may have without one of them being the flag.
    """

    call: Site
    value: Literal["False", "True", "training"]
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


@dataclass(frozen=True, slots=True)
class RunInInference:
    """A part of a graph is wrapped in a Layer whose `call()` passes training=False.

    Args:
        part: what puts the part into the graph.
        name: how the program calls the part.
        how: it is called (`base(x)`), listed (an element of a Sequential's list), added (`model.add(base)`),
            or read (`base.output`).
        unbuilt: without it the model around it would not know its input before it is trained.
    """

    part: Site
    name: str
    how: Literal["called", "listed", "added", "read"]
    unbuilt: bool = False


Change = SetFlag | TakeTraining | Replace | AddLines | RunInInference


@dataclass(frozen=True, slots=True)
class Repair:
    """Changes that cure a finding together.

    Args:
        title: what an editor offers, in the imperative.
        grade: safe when it is right under the Keras that it was asked for.
        changes: in any order.
    """

    title: str
    grade: Applicability
    changes: tuple[Change, ...]


def site_of(change: Change) -> Site:
    """The node that a change is about."""
    if isinstance(change, SetFlag):
        return change.call
    if isinstance(change, TakeTraining):
        return change.function
    if isinstance(change, RunInInference):
        return change.part
    return change.node if isinstance(change, Replace) else change.statement


def agree(one: Change, other: Change) -> bool:
    """Whether two changes of the same node are the same; the ways to it may differ."""
    if type(one) is not type(other):
        return False
    fields = [name for name in one.__slots__ if not isinstance(getattr(one, name), Site)]
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def together(repairs: Sequence[Repair | None]) -> Repair | None:
    """One repair for a finding that holds under several Kerases; None when one of them has none.

    Safe ones add up, if they do not contradict each other. Where one Keras has only an unsafe one,
    that is the repair: it works in the others too.
    """
    known = [repair for repair in repairs if repair is not None]
    if not known or len(known) < len(repairs):
        return None
    unsafe = [repair for repair in known if repair.grade is Applicability.UNSAFE]
    changes: dict[int, Change] = {}
    for repair in unsafe or known:
        for change in repair.changes:
            if not agree(changes.setdefault(id(site_of(change).node), change), change):
                return None
    return replace((unsafe or known)[0], changes=tuple(changes.values()))
