"""What the rules ask the fixes for: which calls have to carry which flag, read off the tables.

A flag written inside a `call()` outlives its call (Keras 3 does not put it back), so switching one
part off means telling everything that is executed after it which mode it is in. Keras 2 does not
need that and takes no harm from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import Change, Repair, SetFlag, TakeTraining, agree, site_of
from dropout_lint.interpreter.values.kinds import Function, Site
from dropout_lint.keras import written
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.flags import user_call
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.structures import Sequential
from dropout_lint.keras.trace import Activity, Frame, Run, Trace
from dropout_lint.rules.rule import History


class Unsure(Exception):
    """It cannot be told from the tables what to change."""


def call_switched_off(history: History, call: Site, name: str) -> Repair | None:
    """Call a part with training=False, and keep what follows awake.

    Args:
        history: the tables.
        call: the call of the part.
        name: how the program calls it.
    """
    changes: dict[int, Change] = {}
    try:
        for trace, run, frames, rows in routes(history, call):
            add(changes, SetFlag(call, "False", flag_position(frames[-1].layer)))
            _must_take_flag(history, frames)
            if any(row.frozen is not True for row in rows):
                return None  # a part that trains in another run wants its Dropout there
            for change in awake(history, trace, run, frames, max(row.time for row in rows)):
                add(changes, change)
            if any(unseen.site is not None and unseen.site.node is call.node for unseen in trace.unseen):
                return None  # something unknown is called there too
    except Unsure:
        return None
    return Repair(f"Call {name} with training=False", Applicability.SAFE, tuple(changes.values()))


def flag_position(layer: Layer) -> int:
    """How many arguments of a call come before the flag, where it may be given by position."""
    function = user_call(layer)
    if function is None:
        return 3 if layer.class_name == "MultiHeadAttention" else 1
    names = [p.name for p in function.parameters[1:] if p.kind in ("positional", "normal")]
    return names.index("training") if "training" in names else len(names)


def add(changes: dict[int, Change], change: Change) -> None:
    """Adds a change; raises Unsure when another route asks for the opposite."""
    if not agree(changes.setdefault(id(site_of(change).node), change), change):
        raise Unsure


def routes(
    history: History, call: Site, *, shown: bool = False
) -> Iterator[tuple[Trace, Run, tuple[Frame, ...], list[Activity]]]:
    """Each execution of a call in training: the frames down to it, and the rows inside.

    Args:
        history: the tables.
        call: the call.
        shown: it is where a finding about the call is shown, as an element of a list of layers.
    """
    for trace in history.traces:
        for run in trace.runs:
            inside: dict[int, tuple[tuple[Frame, ...], list[Activity]]] = {}
            for row in run.activities if run.training else ():
                for depth, frame in enumerate(row.frames):
                    site = frame.report or frame.site if shown else frame.site
                    if site is not None and site.node is call.node:
                        inside.setdefault(id(frame), (row.frames[: depth + 1], []))[1].append(row)
            yield from ((trace, run, frames, rows) for frames, rows in inside.values())


def _must_take_flag(history: History, frames: tuple[Frame, ...]) -> None:
    """Raises Unsure where a flag written at this call would not arrive."""
    frame, caller = frames[-1], frames[-2].layer if len(frames) > 1 else None
    stacked = isinstance(caller, Model) and isinstance(caller.structure, Sequential)
    if frame.direct or frame.via is not None or stacked:
        raise Unsure
    if not frame.graph:
        return
    function = user_call(frame.layer)
    swallows = history.behaviour.fact(Fact.GRAPH_SWALLOWS_UNWANTED_FLAG)
    if function is not None and swallows and not function.takes("training"):
        raise Unsure
    if history.behaviour.fact(Fact.GRAPH_OVERRIDES_FLAG):
        raise Unsure


def awake(history: History, trace: Trace, run: Run, frames: tuple[Frame, ...], time: int) -> Iterator[Change]:
    """What keeps a flag from outliving its call: `training=training` at each call after it.

    Args:
        history: the tables.
        trace: where the run is.
        run: the run.
        frames: the calls from the run's entry down to the one that carries the flag.
        time: when that one was over.

    Raises:
        Unsure: something follows that cannot be given a flag, or cannot be seen.
    """
    for depth in range(len(frames) - 1, 0, -1):
        caller, callee = frames[depth - 1], frames[depth]
        beside = [row for row in run.activities if _beside(row.frames, caller, callee, depth)]
        awaiting = [row for row in beside if row.time > time and row.frozen is not True]
        # What is frozen and follows would owe it to the leak that it is off.
        siblings = [row for row in beside if _is_sibling(row, callee, depth, time)]
        hidden = hides(trace, run, caller, callee, depth, after=time)
        function = None if callee.graph else user_call(caller.layer)
        if function is None:
            # a graph (or Keras itself) has no flag to hand on
            leaks = not history.behaviour.fact(Fact.FLAG_RESTORED_ON_RETURN)
            restored = callee.graph and history.behaviour.fact(Fact.GRAPH_OVERRIDES_FLAG)
            if leaks and not restored and (awaiting or hidden):
                raise Unsure
            if leaks and callee.graph:
                yield from _told_in_graph(history, [row.frames[depth] for row in siblings])
            continue
        if hidden:
            raise Unsure
        calls = [(row.frames[depth], row) for row in [*awaiting, *siblings]]
        yield from flags_handed_on(history, function, calls)


def _is_sibling(row: Activity, callee: Frame, depth: int, time: int) -> bool:
    """Whether a row is active in a frozen part that has to be told too: the same one, or a later one."""
    if not (row.frozen and row.random and row.active) or len(row.frames) <= depth:
        return False
    return row.time > time or row.frames[depth].layer is callee.layer


def _told_in_graph(history: History, frames: Iterable[Frame]) -> Iterator[Change]:
    """training=False for each of these calls of frozen parts in a graph."""
    for frame in frames:
        if frame.site is None or frame.direct or frame.via is not None:
            raise Unsure
        if not written.has_flag(frame.site):
            if not stays_frozen(history, frame.site):
                raise Unsure
            yield SetFlag(frame.site, "False", flag_position(frame.layer))


def stays_frozen(history: History, call: Site) -> bool:
    """Whether all that a call leads to is frozen in every training run."""
    return all(row.frozen is True for *_, rows in routes(history, call) for row in rows)


def _beside(frames: tuple[Frame, ...], caller: Frame, callee: Frame, depth: int) -> bool:
    """Whether something was called by the same caller, but not in the same call."""
    if len(frames) < depth or frames[depth - 1] is not caller:
        return False
    return len(frames) == depth or frames[depth] is not callee


def hides(
    trace: Trace, run: Run, caller: Frame, callee: Frame | None = None, depth: int = 1, *, after: int = 0
) -> bool:
    """Whether a caller calls something that cannot be looked into, beside a certain call."""
    return any(
        unseen.run == run.index
        and unseen.time > after
        and any(frame is caller for frame in unseen.frames)
        and (callee is None or _beside(unseen.frames, caller, callee, depth))
        for unseen in trace.unseen
    )


def flags_handed_on(
    history: History, function: Function, calls: Iterable[tuple[Frame, Activity]], *, frozen_off: bool = True
) -> Iterator[Change]:
    """A flag of its own for each of these calls inside a `call()`, and the parameter if it has none.

    Args:
        history: the tables.
        function: the `call()`.
        calls: the calls in it, each with a row that it leads to.
        frozen_off: calls that lead to frozen random layers only, in every training, get training=False.

    Raises:
        Unsure: one of them stands elsewhere, or the function gives `training` another meaning.
    """
    rows: dict[int, tuple[Frame, list[Activity]]] = {}
    for frame, row in calls:
        rows.setdefault(id(frame), (frame, []))[1].append(row)
    changed = False
    for frame, inside in rows.values():
        if frame.site is None or frame.direct or not written.stands_in(frame.site, function):
            raise Unsure
        if not written.has_flag(frame.site):
            frozen = frozen_off and all(row.frozen and row.random for row in inside)
            frozen = frozen and stays_frozen(history, frame.site)
            changed = changed or not frozen
            value: Literal["False", "training"] = "False" if frozen else "training"
            yield SetFlag(frame.site, value, flag_position(frame.layer))
    if changed and not function.takes("training"):
        yield TakeTraining(Site(function.file, function.node))
    if changed and written.rebinds(function, "training"):
        raise Unsure
