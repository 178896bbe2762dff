"""The cure that no graph overrides: a Layer around the part that runs it with training=False.

Measured under Keras 2, 3.0.5, 3.15 and a nightly of 3.16: the part is off under fit(), in a functional
graph and in a Sequential, saved and loaded, cloned and shared; the same weights move. What follows is
silenced where the flag leaks: in 3.16 all of it, before that a layer whose `call()` takes no `training`.
A part that was compiled itself stays without (see `frozen_parts.is_compiled`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import Change, Repair, RunInInference
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.flags import user_call
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.structures import Sequential
from dropout_lint.keras.trace import Activity, Frame, Run, Trace
from dropout_lint.rules.frozen_parts import ActivePart, is_compiled
from dropout_lint.rules.repairs import Unsure, add, awake, hides, routes
from dropout_lint.rules.rule import History


@dataclass(frozen=True, slots=True)
class _Inside:
    """What a run does in the part: the calls down to the graph that it is a node of, and the rows."""

    trace: Trace
    run: Run
    around: tuple[Frame, ...]
    rows: list[Activity]


def part_wrapped(history: History, found: ActivePart) -> Repair | None:
    """Wrap the part, if it is a node of a graph in every training, frozen, and nothing else is put there."""
    part = found.part.layer
    # A Dropout that is to be off is not wrapped, but left out.
    if part.kind.weightless or is_compiled(history, part) or normalises_weights(part):
        return None
    change = _read(history, found) if found.part.read else _put(history, found)
    if change is None:
        return None
    changes: dict[int, Change] = {}
    try:
        add(changes, change)
        for inside in _by_output(history, found) if change.how == "read" else _by_call(history, change):
            if any(row.frozen is not True for row in inside.rows):
                return None
            time = max(row.time for row in inside.rows)
            _must_stay_awake(history, inside, time)
            for more in awake(history, inside.trace, inside.run, inside.around, time):
                add(changes, more)
    except Unsure:
        return None
    title = f"Wrap {found.part.name} in a Layer that runs it with training=False"
    return Repair(title, Applicability.UNSAFE, tuple(changes.values()))


def frame_of(found: ActivePart) -> Frame | None:
    """The call of a part, unless it is reused by its output."""
    for frame in () if found.part.read else found.row.frames:
        shown = frame.report or frame.site
        if shown is not None and shown.node is found.part.site.node:
            return frame
    return None


def normalises_weights(part: Layer) -> bool:
    """Whether training mode, as against training, moves weights in a part."""
    return any(layer.kind.name == "SpectralNormalization" for layer in part.tree())


# --- how the part comes into the graph


def _put(history: History, found: ActivePart) -> RunInInference | None:
    """The change for a part that is called, listed in a Sequential or added to one."""
    frame, part = frame_of(found), found.part
    if frame is None or frame.site is None or not frame.graph or frame.direct or frame.via is not None:
        return None
    model = found.row.frames[found.row.frames.index(frame) - 1].layer
    if not isinstance(model, Model) or not _stands_alone(history, part.site, frame.layer):
        return None
    stack = model.structure
    if not isinstance(stack, Sequential):
        return RunInInference(part.site, part.name, "called")
    unbuilt = not stack.has_input and stack.members[0].layer is frame.layer
    return RunInInference(
        part.site, part.name, "added" if frame.site.node is part.site.node else "listed", unbuilt
    )


def _read(history: History, found: ActivePart) -> RunInInference | None:
    """The change for a model whose output is read, at one place, and nothing else in it."""
    part = found.part
    if not isinstance(part.layer, Model) or not part.layer.structure.is_declared:
        return None
    within = {layer.site.node for layer in part.layer.tree()}
    reads = {
        id(read.site.node)
        for trace in history.traces
        for read in trace.output_reads
        if read.model.site.node in within
    }
    alone = part.read == part.name and reads == {id(part.site.node)}
    return RunInInference(part.site, part.name, "read") if alone else None


def _stands_alone(history: History, site: Site, layer: Layer) -> bool:
    """Whether a place puts nothing into a graph but layers that one place makes."""
    made = {
        other.site.node
        for trace in history.traces
        for other in trace.layers
        for node in other.nodes
        if node.site is not None and node.site.node is site.node
    }
    members = (
        member
        for trace in history.traces
        for model in trace.layers
        if isinstance(model, Model)
        for member in model.structure.members
    )
    made |= {member.layer.site.node for member in members if member.site.node is site.node}
    return made == {layer.site.node}


# --- what the runs do there


def _by_call(history: History, change: RunInInference) -> Iterator[_Inside]:
    for trace, run, frames, rows in routes(history, change.part, shown=True):
        if not frames[-1].graph or frames[-1].via is not None:
            raise Unsure  # it is called by the code of a `call()` too
        yield _Inside(trace, run, frames[:-1], rows)


def _by_output(history: History, found: ActivePart) -> Iterator[_Inside]:
    made = found.part.layer.site.node
    for trace in history.traces:
        parts = [layer for layer in trace.layers if layer.site.node is made]
        within = {layer for part in parts for layer in part.tree()}
        for run in trace.runs:
            inside: dict[int, tuple[tuple[Frame, ...], list[Activity]]] = {}
            for row in run.activities if run.training else ():
                depth = next((n for n, frame in enumerate(row.frames) if frame.layer in within), 0)
                if depth:  # not the part itself, trained
                    around = row.frames[:depth]
                    inside.setdefault(id(around[-1]), (around, []))[1].append(row)
            yield from (_Inside(trace, run, around, rows) for around, rows in inside.values())


def _must_stay_awake(history: History, inside: _Inside, time: int) -> None:
    """Raises Unsure where something that trains follows in the graph, and would be silenced."""
    if history.behaviour.fact(Fact.FLAG_RESTORED_ON_RETURN):
        return
    depth, caller = len(inside.around), inside.around[-1]
    told = history.behaviour.fact(Fact.GRAPH_OVERRIDES_FLAG)
    if not told and hides(inside.trace, inside.run, caller, after=time):
        raise Unsure
    for row in inside.run.activities:
        beside = len(row.frames) > depth and row.frames[depth - 1] is caller
        awaiting = beside and row.time > time and row.frozen is not True
        if awaiting and not (told and _takes_training(row.frames[depth].layer)):
            raise Unsure


def _takes_training(layer: Layer) -> bool:
    function = user_call(layer)
    if function is None:
        return layer.kind.takes_training or isinstance(layer, Model)
    return function.takes("training")
