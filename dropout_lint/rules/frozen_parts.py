"""What the 1xx rules share: the frozen part that an active row belongs to, its wire, and the words for it.

The *frozen part* is what the author froze; the *wire* is the call that could carry `training=False`.
Why the part is active is found out in `causes`.
"""

from __future__ import annotations

from dataclasses import dataclass

from dropout_lint.finding import Confidence
from dropout_lint.fixes.repair import Repair
from dropout_lint.interpreter.values.kinds import Const, Site, Value
from dropout_lint.keras import written
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Layer, Model, TrainableAssignment
from dropout_lint.keras.trace import Activity, OutputRead, Run, Trace
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Message
from dropout_lint.rules.wording import confidence, entry_name, sites


@dataclass(frozen=True, slots=True)
class Part:
    """A frozen part and its wire.

    Args:
        layer: the frozen part.
        name: how the program calls it.
        site: the wire.
        index: its place among the row's frames; the row's own when it is read by `.output`.
        read: how the program calls the layer or model whose output was reused: there is no call to
            put a flag on. None for a part that is called.
    """

    layer: Layer
    name: str
    site: Site
    index: int
    read: str | None = None


@dataclass(frozen=True, slots=True)
class ActivePart:
    """A frozen part that a training run leaves random."""

    trace: Trace
    run: Run
    row: Activity
    part: Part
    freeze: TrainableAssignment | None


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
    evidence = Evidence(
        found.trace,
        found.run,
        found.row,
        found.freeze,
        part=found.part.layer,
        wire=found.part.index,
        read=found.part.read is not None,
    )
    return Diagnostic(code, found.part.site, message, cure, level, related, repair, evidence)


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
    switches = switched_on_by(found.row.layer)
    if itself and switches:
        stay = "stays" if len(switches) == 1 else "stay"
        start += (f", but its {' and '.join(f'{name}=' for name in switches)} {stay} active in ",)
    elif itself:
        start += (", but it stays active in ",)
    elif ready is not None:
        start += (f", but the Dropout inside {ready.class_name} (", ready.site, ") is active in ")
    else:
        by = f" (by its {' and '.join(f'{name}=' for name in switches)})" if switches else ""
        start += (f", but its {found.row.layer.class_name} (", found.row.layer.site, f") is active{by} in ")
    return (*start, f"{entry_name(found.run)} (", found.run.site, ")")


def switched_on_by(layer: Layer) -> list[str]:
    """The arguments that make a layer random which is not there for that: `dropout` of an LSTM."""
    inner = layer.copied or layer
    if inner.instance is not None or "rate" in [switch.name for switch in inner.kind.arming]:
        return []
    found: list[str] = []
    for switch in inner.kind.arming:
        given = inner.made_with(switch)
        if "dropout" in switch.name and given is not None and _is_on(given):
            found.append(switch.name)
    return found


def _is_on(value: Value) -> bool:
    return not (isinstance(value, Const) and value.value in (0, None, False))


def is_compiled(history: History, part: Layer) -> bool:
    """Whether a part, or a model in it, was compiled itself.

    Keras 3 takes the metrics of what a Layer holds for those of the model that is trained: with such a
    part in a Layer the loss that fit() reports is 0, in a Model it is not (measured under 3.15 and 3.16).
    """
    parts = [same for trace in history.traces for same in trace.layers if same.site.node is part.site.node]
    models = (layer for same in (part, *parts) for layer in same.tree() if isinstance(layer, Model))
    return any(model.compilation is not None for model in models)


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
            return Part(model, _read_name(read, model, row), site, last, _read_text(read))
    frame, layer = frames[visible(row, index)], frames[index].layer
    site = frame.report or frame.site or row.layer.site
    # what a wrapper of the library calls has no name there
    written_there = frame is frames[index] and unseen_caller(row, index) is None
    name = written.name_of(frame) if written_there else layer.class_name
    has_layers = isinstance(layer, Model) or layer.kind.role is Role.PARTS
    if name == layer.class_name and has_layers:  # the statement that froze it may have one
        name = _frozen_as(layer, row.states[index].freeze) or name
    return Part(layer, name, site, index)


def visible(row: Activity, index: int) -> int:
    """The innermost frame on the way to this one whose call is written in the program."""
    while index > 0 and row.frames[index].report is None and row.frames[index].site is None:
        index -= 1
    return index


def unseen_caller(row: Activity, index: int) -> Model | None:
    """The ready-made model that makes the call, if one does whose code cannot be seen."""
    around = row.frames[index - 1].layer if index else None
    return around if isinstance(around, Model) and around.runs_unseen_code else None


def _frozen_as(layer: Layer, freeze: TrainableAssignment | None) -> str | None:
    """`base` of the statement `base.trainable = False` that froze a layer, if one did."""
    set_to = written.assignment(freeze.site) if freeze is not None and freeze.via is layer else None
    return set_to.owner if set_to is not None else None


def _read_name(read: OutputRead, model: Layer, row: Activity) -> str:
    """How the program calls the model whose output, or that of a layer of it, was reused."""
    # model.get_layer("x").output: the statement that froze the model names it
    own = read.model is model
    name = written.read_from(read.site) if own else _frozen_as(model, row.states[-1].freeze)
    return name or model.class_name


def _read_text(read: OutputRead) -> str:
    """How the program calls what an output was read of."""
    return written.read_from(read.site, calls=True) or read.model.class_name


def _holder(trace: Trace, row: Activity) -> tuple[OutputRead, Layer] | None:
    """The model that a layer is reused from to wire the model that runs, and what was read of it."""
    runner = row.frames[-2].layer if len(row.frames) > 1 else None
    if not isinstance(runner, Model):
        return None
    nodes = set(runner.structure.graph)
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


def freeze_of(row: Activity, part: Part) -> TrainableAssignment | None:
    """The statement that froze the part; else the one that froze the random layer in it."""
    order = [row.states[part.index], row.states[-1], *row.states]
    for state in order:
        if state.freeze is not None and state.freeze.value is False:
            return state.freeze
    return None
