"""The cures of flags that leak, reset or are never told: each call inside a `call()` is given its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import Change, Repair, SetFlag, TakeTraining
from dropout_lint.interpreter.values.kinds import Function, Site
from dropout_lint.keras import written
from dropout_lint.keras.flags import user_call
from dropout_lint.keras.trace import Activity, Flag, Frame, Run
from dropout_lint.rules.repairs import (
    Unsure,
    add,
    call_switched_off,
    flag_position,
    flags_handed_on,
    hides,
)
from dropout_lint.rules.rule import History


def told_after(history: History, call: Site, *, training: bool) -> Repair | None:
    """`training=training` at each call that is executed after a flag and inherits it.

    Args:
        history: the tables.
        call: the call that carries the flag.
        training: the runs in which it does harm.
    """
    changes: dict[int, Change] = {}
    if not training and _needed(history, call):
        return None
    try:
        for run in _runs(history, training=training):
            met: dict[int, tuple[Function, list[tuple[Frame, Activity]]]] = {}
            for row in run.activities:
                flag = next((f for f in displaced(row.flag) if f.site and f.site.node is call.node), None)
                if row.leaked and flag is not None:
                    function, depth = _meeting(run, row, flag, call)
                    met.setdefault(id(function), (function, []))[1].append((row.frames[depth], row))
            for function, calls in met.values():
                for change in flags_handed_on(history, function, calls):
                    add(changes, change)
    except Unsure:
        return None
    title = "Pass training=training to what follows"
    return Repair(title, Applicability.SAFE, tuple(changes.values())) if changes else None


def _needed(history: History, call: Site) -> bool:
    """Whether a training run owes it to a leaked True that what follows is in training mode."""
    for run in _runs(history, training=True):
        for row in run.activities:
            chain = list(displaced(row.flag))
            mine = [f.site is not None and f.site.node is call.node for f in chain]
            before = next((f for f, own in zip(chain, mine, strict=True) if not own), None)
            if row.leaked and row.active and mine[0] and (before is None or before.value is not True):
                return True
    return False


def told_throughout(history: History, function: Function, *, frozen_off: bool) -> Repair | None:
    """A `training` parameter for a `call()`, passed on to all that it calls.

    Args:
        history: the tables.
        function: the `call()`.
        frozen_off: frozen parts that it calls get training=False.
    """
    changes: dict[int, Change] = {}
    try:
        add(changes, TakeTraining(Site(function.file, function.node)))
        for trace in history.traces:
            for run in trace.runs:
                calls: list[tuple[Frame, Activity]] = []
                for row in run.activities if run.training else ():
                    for outer, inner in pairwise(row.frames):
                        if user_call(outer.layer) is function:
                            calls.append((inner, row))
                            if hides(trace, run, outer):
                                raise Unsure
                for change in flags_handed_on(history, function, calls, frozen_off=frozen_off):
                    add(changes, change)
    except Unsure:
        return None
    return Repair(
        "Give call() a training parameter and pass it on", Applicability.SAFE, tuple(changes.values())
    )


def told_instead_of_none(history: History, call: Site, name: str) -> Repair | None:
    """The run's own flag where a literal None stands; False if all that is called there is frozen."""
    rows = [
        (row, depth)
        for run in _runs(history, training=True)
        for row in run.activities
        for depth, frame in enumerate(row.frames)
        if frame.site is not None and frame.site.node is call.node
    ]
    if rows and all(row.frozen for row, _ in rows):
        return call_switched_off(history, call, name)
    changes: dict[int, Change] = {}
    if any(row.frozen is not False for row, _ in rows):
        return None  # it would be switched on
    for row, depth in rows:
        function = user_call(row.frames[depth - 1].layer) if depth else None
        if function is None or not function.takes("training") or not written.stands_in(call, function):
            return None
        changes[id(call.node)] = SetFlag(call, "training", flag_position(row.frames[depth].layer))
    return Repair("Pass training=training", Applicability.SAFE, tuple(changes.values())) if rows else None


def displaced(flag: Flag) -> Iterator[Flag]:
    """The flag and those that were in force before it, the latest first."""
    current: Flag | None = flag
    while current is not None:
        yield current
        current = current.displaced


def _runs(history: History, *, training: bool) -> Iterator[Run]:
    for trace in history.traces:
        yield from (run for run in trace.runs if run.training is training)


def _meeting(run: Run, row: Activity, flag: Flag, call: Site) -> tuple[Function, int]:
    """The `call()` in which a leaked flag meets the row, and the depth of the row's call there.

    Raises:
        Unsure: they meet in a graph, or where is not known.
    """
    for depth in range(len(row.frames) - 1, 0, -1):
        function = user_call(row.frames[depth - 1].layer)
        if function is not None and written.stands_in(call, function):
            return function, depth
    for other in run.activities:  # the flag escaped from a call further in
        if flag.frame in other.frames:
            pairs = zip(row.frames, other.frames, strict=False)
            depth = next((i for i, (one, two) in enumerate(pairs) if one is not two), 0)
            function = user_call(row.frames[depth - 1].layer) if depth else None
            if function is not None and not row.frames[depth].graph:
                return function, depth
    raise Unsure
