"""`with`: what is entered and left again.

A function under `@contextmanager` is a generator whose body stands around that of the `with`: it is run where
it is entered, and what the `with` holds is run in the place of its `yield`. So its `try` sees what is raised
there, and what it does behind the `yield` is done when the `with` is left, however that happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter import calls
from dropout_lint.interpreter.signals import Break, Continue, Raised, Return, Signal
from dropout_lint.interpreter.syntax import assignment
from dropout_lint.interpreter.values.kinds import Partial, Site, Value
from dropout_lint.interpreter.values.managers import enter, is_generator, leave

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine


def with_(machine: Machine, frame: Frame, node: cst.With) -> None:
    """`with a as b, c as d: ...`."""
    _within(machine, frame, node, node.items)


def _within(machine: Machine, frame: Frame, node: cst.With, items: Sequence[cst.WithItem]) -> None:
    """The statement with what is left of its managers."""
    entered: list[tuple[Value, Site]] = []
    try:
        for number, item in enumerate(items, 1):
            manager = machine.evaluate(item.item, frame)
            if isinstance(manager, Partial) and is_generator(manager):
                _around(machine, frame, node, manager, item, items[number:])
                break
            at = frame.site(item)
            value = enter(machine, manager, at)
            entered.append((manager, at))
            _bind(machine, frame, item, value)
        else:
            machine.execute(node.body, frame)
    except Raised as raised:
        if not leave(machine, entered, raised):
            raise
        return
    except Signal:
        leave(machine, entered, None)
        raise
    leave(machine, entered, None)


def _around(
    machine: Machine,
    frame: Frame,
    node: cst.With,
    manager: Partial,
    item: cst.WithItem,
    rest: Sequence[cst.WithItem],
) -> None:
    """Runs a generator with the rest of the statement in the place of its `yield`."""
    left: list[Signal] = []

    def body(value: Value) -> None:
        try:
            _bind(machine, frame, item, value)
            _within(machine, frame, node, rest)
        except (Return, Break, Continue) as signal:  # the generator goes on, and then the way out
            left.append(signal)

    calls.run_around(machine, manager, frame.site(item), body)
    if left:
        raise left[0]


def _bind(machine: Machine, frame: Frame, item: cst.WithItem, value: Value) -> None:
    """What `as` does."""
    if item.asname is not None:
        assignment.assign(machine, frame, item.asname.name, value, frame.site(item))
