"""What the 1xx rules share: the frozen part that an active row belongs to, its wire, and the words for it.

The *frozen part* is what the author froze; the *wire* is the call that could carry `training=False`.
Why the part is active is found out in `causes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from dropout_lint.finding import Confidence
from dropout_lint.fixes.repair import Repair
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.objects import Freeze, Layer, Model
from dropout_lint.keras.trace import Activity, OutputRead, Run, Trace
from dropout_lint.rules.rule import Diagnostic, Message
from dropout_lint.rules.wording import confidence, entry_name, name_of, sites, source_of


@dataclass(frozen=True, slots=True)
class Part:
    """A frozen part and its wire.

    Args:
        layer: the frozen part.
        name: how the program calls it.
        site: the wire.
        index: its place among the row's frames; the row's own when it is read by `.output`.
        read: the part's output was reused, there is no call to put a flag on.
    """

    layer: Layer
    name: str
    site: Site
    index: int
    read: bool = False


@dataclass(frozen=True, slots=True)
class ActivePart:
    """A frozen part that a training run leaves random."""

    trace: Trace
    run: Run
    row: Activity
    part: Part
    freeze: Freeze | None


def draft(
    code: str, found: ActivePart, message: Message, cure: str, repair: Repair | None = None
) -> Diagnostic:
    """A finding about an active part, at its wire."""
    layers = [frame.layer for frame in found.row.frames]
    since = found.freeze.time if found.freeze is not None else 0
    related = sites(
        ("created", found.row.layer.site),
        ("frozen", found.freeze.site if found.freeze is not None else None),
        ("called", found.part.site),
        ("trained", found.run.site),
    )
    level = confidence(found.trace, found.run, [found.part.layer, *layers], since)
    if found.row.border:
        level = Confidence(max(0, level - 1))
    return Diagnostic(code, found.part.site, message, cure, level, related, repair)


def story(found: ActivePart) -> Message:
    """ "'base' is frozen (line 12), but its Dropout (line 8) is active in fit() (line 30)"."""
    ready = found.row.layer.ready_made
    # model.call(x) makes Keras call the layers of the model one by one
    itself = found.part.layer is found.row.layer and found.row.frames[found.part.index].via is None
    start: Message = (f"'{found.part.name}' is frozen",)
    if itself and ready is not None:
        start = (f"the {found.row.layer.class_name} inside {ready.class_name} (", ready.site, ") is frozen")
    if found.freeze is not None:
        start += (" (", found.freeze.site, ")")
    if itself:
        start += (", but it stays active in ",)
    elif ready is not None:
        start += (f", but the Dropout inside {ready.class_name} (", ready.site, ") is active in ")
    else:
        start += (f", but its {found.row.layer.class_name} (", found.row.layer.site, ") is active in ")
    return (*start, f"{entry_name(found.run)} (", found.run.site, ")")


def safe_cure(found: ActivePart, *, overridden: bool) -> str:
    """What silences the part in the Keras that was simulated.

    Args:
        overridden: this Keras overrides a flag written in a graph, so a flag alone is no cure.
    """
    row, part = found.row, found.part
    index = part.index if part.read else _visible(row, part.index)
    # Where a wrapper of the library calls the part, the flag goes to the wrapper.
    name = part.name if index == part.index else name_of(row.frames[index])
    around = row.frames[index - 1].layer if index else None
    if part.layer is row.layer and row.layer.ready_made is not None and has_rate(row.layer):
        return "set its rate to 0 before compile()"
    if (part.read or row.frames[index].graph) and overridden:
        return (
            "wrap it in a Layer whose call() passes training=False (Keras 3.0–3.15 override the flag in a "
            f"graph){or_rate(row.layer)}"
        )
    if part.read:
        return f"build on {name}(inputs, training=False) instead of {name}.output"
    if isinstance(around, Model) and around.wiring == "sequential":
        return f"call {name}(..., training=False) in a functional model{or_rate(row.layer)}"
    return f"call {name}(..., training=False)"


def or_rate(layer: Layer) -> str:
    """The cure that needs no flag, if there is one, as the end of another."""
    return ", or set rate = 0 before compile()" if has_rate(layer) else ""


def has_rate(layer: Layer) -> bool:
    """Whether its attribute `rate` is all that makes a layer random."""
    return layer.instance is None and [name for _, name, _ in layer.kind.arming] == ["rate"]


# --- the frozen part and its wire


def part_of(trace: Trace, row: Activity) -> Part:
    """The outermost frozen layer on the way; else the model around the frozen layer; else itself."""
    frames, last = row.frames, len(row.frames) - 1
    first = 1 if frames[0].site is None else 0
    inner = range(first, last)
    whole = [i for i in inner if row.states[i].frozen]
    # frozen layer by layer: the model is what the author froze, not a Layer written around it
    whole = whole or [i for i in inner if row.states[i].still and isinstance(frames[i].layer, Model)]
    index = whole[0] if whole else last
    if not whole:
        # the outermost model is the one that trains, also where a tape calls it
        models = [i for i in range(1, last) if isinstance(frames[i].layer, Model)]
        holder = _holder(trace, row)
        if models:
            index = models[-1]
        elif holder is not None:
            read, model = holder
            made_there = model.args.get(None, "input_tensor") is not None
            site = model.site if made_there else read.site
            return Part(model, _read_name(read, model, row), site, last, read=True)
    frame, layer = frames[_visible(row, index)], frames[index].layer
    site = frame.report or frame.site or row.layer.site
    # what a wrapper of the library calls has no name there
    name = name_of(frame) if frame is frames[index] else layer.class_name
    if name == layer.class_name and isinstance(layer, Model):  # the statement that froze it may have one
        name = _frozen_as(layer, row.states[index].freeze) or name
    return Part(layer, name, site, index)


def _visible(row: Activity, index: int) -> int:
    """The innermost frame on the way to this one whose call is written in the program."""
    while index > 0 and row.frames[index].report is None and row.frames[index].site is None:
        index -= 1
    return index


def _frozen_as(layer: Layer, freeze: Freeze | None) -> str | None:
    """`base` of the statement `base.trainable = False` that froze a layer, if one did."""
    node = freeze.site.node if freeze is not None and freeze.via is layer else None
    target = node.targets[0].target if isinstance(node, cst.Assign) else None
    return source_of(target.value) if isinstance(target, cst.Attribute) else None


def _read_name(read: OutputRead, model: Layer, row: Activity) -> str:
    """How the program calls the model whose output, or that of a layer of it, was reused."""
    receiver = read.site.node.value if isinstance(read.site.node, cst.Attribute) else read.site.node
    # model.get_layer("x").output: the statement that froze the model names it
    name = source_of(receiver) if read.model is model else _frozen_as(model, row.states[-1].freeze)
    return name or model.class_name


def _holder(trace: Trace, row: Activity) -> tuple[OutputRead, Layer] | None:
    """The model that a layer is reused from to wire the model that runs, and what was read of it."""
    runner = row.frames[-2].layer if len(row.frames) > 1 else None
    if not isinstance(runner, Model):
        return None
    nodes = set(runner.graph)
    reads = [
        read
        for read in trace.output_reads
        if read.model is not runner and any(tensor.node in nodes for tensor in read.tensors)
    ]
    for read in reads:
        if row.layer in read.model.tree():
            return read, read.model
    # base.get_layer("x").output, base.layers[-2].output: read from a layer of the same model
    models = [
        m for m in trace.layers if isinstance(m, Model) and m is not runner and row.layer in m.children()
    ]
    return next(((read, m) for read in reads for m in models if read.model in m.children()), None)


def freeze_of(row: Activity, part: Part) -> Freeze | None:
    """The statement that froze the part; else the one that froze the random layer in it."""
    order = [row.states[part.index], row.states[-1], *row.states]
    for state in order:
        if state.freeze is not None and state.freeze.value is False:
            return state.freeze
    return None
