"""What the 1xx rules share: frozen random layers that a training run leaves active, and why.

Each such row of the tables belongs to one *frozen part* (what the author froze) reached by one
*wire* (the call that could carry `training=False`), and has one cause: the rule that reports it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from dropout_lint.finding import Confidence
from dropout_lint.fixes.repair import Repair
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.calling import cause
from dropout_lint.keras.frozen import owns_weights
from dropout_lint.keras.objects import Freeze, Layer, Model
from dropout_lint.keras.trace import Activity, Frame, OutputRead, Run, Trace
from dropout_lint.rules.adversaries import alternates, learned_in_turn
from dropout_lint.rules.rule import Diagnostic, History, Message
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
    code: str


def active_parts(history: History) -> Iterator[ActivePart]:
    """Every frozen, active row of every training run in which some weight is trained."""
    pointless = pointless_freezes(history)
    for trace in history.traces:
        for run in trace.runs:
            # Where a step may be one traced before the freeze, what `wanted` says is all that is meant.
            if not run.training or frozenset() in (run.trained, run.wanted):
                continue
            for row in run.activities:
                if row.random and row.frozen and row.active:
                    found = _classify(trace, run, row, pointless)
                    if found is not None:
                        yield found


def drafts(history: History, code: str) -> Iterator[ActivePart]:
    """The active parts that one rule reports: the first of each wire."""
    seen: set[tuple[int, ...]] = set()
    for found in active_parts(history):
        if found.code == code and _wire(found) not in seen:
            seen.add(_wire(found))
            yield found


def _wire(found: ActivePart) -> tuple[int, ...]:
    """What makes two active rows one finding: the same call, or one freeze in one flat model."""
    frames = found.row.frames
    if found.part.layer is found.row.layer and found.freeze is not None and len(frames) > 1:
        return id(found.freeze.site.node), id(frames[-2].layer)
    return (id(found.part.site.node),)


def draft(found: ActivePart, message: Message, cure: str, repair: Repair | None = None) -> Diagnostic:
    """A finding about an active part."""
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
    return Diagnostic(found.code, found.part.site, message, cure, level, related, repair)


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


def _part(trace: Trace, row: Activity) -> Part:
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


# --- why it is active


def _classify(trace: Trace, run: Run, row: Activity, pointless: set[int]) -> ActivePart | None:
    part = _part(trace, row)
    freeze = _freeze_of(row, part)
    if freeze is not None and id(freeze.site.node) in pointless:
        return None  # KFD103 speaks of it
    code = _code(trace, run, row, part)
    return None if code is None else ActivePart(trace, run, row, part, freeze, code)


def _freeze_of(row: Activity, part: Part) -> Freeze | None:
    """The statement that froze the part; else the one that froze the random layer in it."""
    order = [row.states[part.index], row.states[-1], *row.states]
    for state in order:
        if state.freeze is not None and state.freeze.value is False:
            return state.freeze
    return None


def _code(trace: Trace, run: Run, row: Activity, part: Part) -> str | None:
    frames = row.frames
    if row.layer.kind.augmentation:
        return "KFD107"
    weights = _owners(trace, part.layer)
    if weights & (run.compiled or frozenset()) and alternates(trace, run):
        return None  # in this step it is frozen against the author's will: KFD305 speaks of it
    if _is_adversary(trace, run, weights, frames[part.index :]):
        return "KFD105"
    if _forced_by_its_class(row):
        return None  # Monte Carlo Dropout as a class: no call could silence it
    if any(frame.overridden and frame.written is False for frame in frames):
        return "KFD102"
    if any(frame.swallowed is not None for frame in frames):
        return "KFD108"
    if any(frame.written is True for frame in frames[part.index + 1 :]):
        return None  # Monte Carlo Dropout inside the part: random on purpose
    written = cause(row.flag)
    if not part.read and (frames[part.index].written is True and written.value is True):
        return None if part.layer is row.layer else "KFD106"
    return "KFD101" if row.layer.ready_made is None else "KFD104"


def _forced_by_its_class(row: Activity) -> bool:
    """Whether a user's class hands training=True to Keras' own `call`, whatever it is told."""
    flag = cause(row.flag)
    return flag.kind == "written" and flag.frame is not None and flag.site is not flag.frame.site


def _owners(trace: Trace, part: Layer) -> frozenset[Layer]:
    """The layers with weights in a frozen part; worked out once for all of its random layers."""
    if part not in trace.owners:
        trace.owners[part] = frozenset(layer for layer in part.tree() if owns_weights(layer))
    return trace.owners[part]


def _is_adversary(trace: Trace, run: Run, weights: frozenset[Layer], inside: tuple[Frame, ...]) -> bool:
    """Whether the frozen part is trained itself again afterwards, as a GAN's discriminator is.

    Afterwards: after any run of the same model, for the last round of a loop is like the others.
    Itself: it is entered, or another model is trained in turn that learns the part's weights.
    """
    if weights & learned_in_turn(trace, run):
        return True
    parts = {frame.layer for frame in inside}
    same = [r.index for r in trace.runs if r.site.node is run.site.node or (r.model and r.model is run.model)]
    for later in trace.runs[min(same) + 1 :]:
        if later.training and (later.model in parts or _trains(later, parts)):
            return True
    return False


def _trains(run: Run, parts: set[Layer]) -> bool:
    if run.kind != "tape" or not run.trained:
        return False
    owners = {layer for part in parts for layer in part.tree()}
    return run.trained <= owners  # the part alone, not a model that holds it


# --- freezes without any effect


def pointless_freezes(history: History) -> set[int]:
    """The ids of the nodes of freezes that reach nothing but weightless layers, one of them random."""
    freezes: dict[int, list[Freeze]] = {}
    for trace in history.traces:
        for freeze in trace.freezes:
            freezes.setdefault(id(freeze.site.node), []).append(freeze)
    return {node for node, those in freezes.items() if _only_weightless_random(those)}


def _only_weightless_random(freezes: list[Freeze]) -> bool:
    if any(freeze.value is None for freeze in freezes):
        return False
    # The layer that it is said of counts even if it was frozen before, and so is not reached.
    reached = [layer for f in freezes if f.value is False for layer in (f.via, *f.reached)]
    if any(_may_hold_weights(layer) for layer in reached):
        return False
    return any(freeze.random for freeze in freezes if freeze.value is False)


def _may_hold_weights(layer: Layer) -> bool:
    if isinstance(layer, Model):
        hidden = layer.wiring == "opaque" or not layer.members_known
        return hidden or layer.instance is not None or not layer.children()
    return owns_weights(layer) or layer.kind.batch_norm or layer.instance is not None
