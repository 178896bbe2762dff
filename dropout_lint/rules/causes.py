"""Why a training run leaves a frozen random layer active: one cause for each such row of the tables.

A rule of the 1xx family states the causes that it reports and puts them into words; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from dropout_lint.keras.frozen import owns_weights
from dropout_lint.keras.objects import Layer, Model, TrainableAssignment
from dropout_lint.keras.trace import Activity, Frame, Run, Trace, cause
from dropout_lint.once import OnceEach
from dropout_lint.rules.adversaries import alternates, learned_in_turn
from dropout_lint.rules.frozen_parts import ActivePart, freeze_of, part_of
from dropout_lint.rules.rule import History


class Cause(Enum):
    """Why a frozen random layer is active in a training run; the first that applies.

    POINTLESS: its freeze reaches nothing that has weights. AUGMENTATION: it is meant to vary the data.
    COMPILED: the step trains what the author froze after compile(), so that the layer is frozen by its
    flag alone. ADVERSARY: the part is trained itself in turn. OVERRIDDEN: the graph around it overrides
    a written training=False. SWALLOWED: a written training=False was lost while a graph was built.
    SAMPLED: training=True is written inside the part, or in
    the layer's own class: Monte Carlo Dropout. FORCED: training=True is written at the call of the
    part; FORCED_ALONE: at that of the layer itself. UNTOLD: no flag is written on the way;
    UNTOLD_INSIDE: nor can the program see the layer, which a ready-made model brings.
    """

    POINTLESS = "pointless"
    AUGMENTATION = "augmentation"
    COMPILED = "compiled"
    ADVERSARY = "adversary"
    OVERRIDDEN = "overridden"
    SWALLOWED = "swallowed"
    SAMPLED = "sampled"
    FORCED = "forced"
    FORCED_ALONE = "forced alone"
    UNTOLD = "untold"
    UNTOLD_INSIDE = "untold inside"


@dataclass(frozen=True, slots=True)
class Explained:
    """An active part and why it is active."""

    found: ActivePart
    cause: Cause


def active_parts(history: History, *causes: Cause) -> Iterator[ActivePart]:
    """The parts that are active for one of these causes: the first of each wire."""
    seen: set[tuple[int, ...]] = set()
    for explained in history.once(_explained):
        wire = _wire(explained.found)
        if explained.cause in causes and wire not in seen:
            seen.add(wire)
            yield explained.found


def _wire(found: ActivePart) -> tuple[int, ...]:
    """What makes two active rows one finding: the same call, or one freeze in one flat model."""
    frames = found.row.frames
    if found.part.layer is found.row.layer and found.freeze is not None and len(frames) > 1:
        return id(found.freeze.site.node), id(frames[-2].layer)
    return (id(found.part.site.node),)


def _explained(history: History) -> list[Explained]:
    """Every frozen, active row of every training run in which some weight is trained."""
    found: list[Explained] = []
    pointless = history.once(pointless_freezes)
    for trace in history.traces:
        for run in trace.runs:
            # Where a step may be one traced before the freeze, what `wanted` says is all that is meant.
            if not run.training or frozenset() in (run.trained, run.wanted):
                continue
            for row in run.activities:
                if row.random and row.frozen and row.active:
                    part = part_of(trace, row)
                    active = ActivePart(trace, run, row, part, freeze_of(row, part))
                    found.append(Explained(active, _cause(active, pointless)))
    return found


def _cause(found: ActivePart, pointless: set[int]) -> Cause:
    trace, run, row, part = found.trace, found.run, found.row, found.part
    if found.freeze is not None and id(found.freeze.site.node) in pointless:
        return Cause.POINTLESS
    if row.layer.kind.augmentation:
        return Cause.AUGMENTATION
    weights = _owners(trace, part.layer)
    # What is not frozen in the part (its BatchNormalization, say) moves as it is meant to.
    against_flags = (run.compiled or frozenset()) - (run.wanted or frozenset())
    if weights & against_flags and alternates(trace, run):
        return Cause.COMPILED
    if _is_adversary(trace, run, weights, row.frames[part.index :]):
        return Cause.ADVERSARY
    return _flag_cause(found)


def _flag_cause(found: ActivePart) -> Cause:
    """What became of the flag on the way to the layer."""
    row, part = found.row, found.part
    if _forced_by_its_class(row):
        return Cause.SAMPLED
    if any(frame.overridden and frame.written is False for frame in row.frames):
        return Cause.OVERRIDDEN
    if any(frame.swallowed is not None for frame in row.frames):
        return Cause.SWALLOWED
    if any(frame.written is True for frame in row.frames[part.index + 1 :]):
        return Cause.SAMPLED
    if not part.read and row.frames[part.index].written is True and cause(row.flag).value is True:
        return Cause.FORCED_ALONE if part.layer is row.layer else Cause.FORCED
    return Cause.UNTOLD if row.layer.ready_made is None else Cause.UNTOLD_INSIDE


def _forced_by_its_class(row: Activity) -> bool:
    """Whether a user's class hands training=True to Keras' own `call`, whatever it is told."""
    flag = cause(row.flag)
    return flag.kind == "written" and flag.frame is not None and flag.site is not flag.frame.site


def _owners(trace: Trace, part: Layer) -> frozenset[Layer]:
    """The layers with weights in a frozen part; worked out once for all of its random layers."""
    return _OWNERS.of(trace, part, lambda: frozenset(la for la in part.tree() if owns_weights(la)))


_OWNERS: OnceEach[Layer, frozenset[Layer]] = OnceEach()


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
    """The ids of the nodes of freezes that reach nothing but weightless layers."""
    freezes: dict[int, list[TrainableAssignment]] = {}
    for trace in history.traces:
        for freeze in trace.freezes:
            freezes.setdefault(id(freeze.site.node), []).append(freeze)
    return {node for node, those in freezes.items() if _reach_no_weights(those)}


def _reach_no_weights(freezes: list[TrainableAssignment]) -> bool:
    if any(freeze.value is None for freeze in freezes):
        return False
    # What a freeze is said of counts with all that is in it, also where something was frozen before
    # and Keras takes no notice: the author froze the whole.
    said_of = dict.fromkeys(freeze.via for freeze in freezes if freeze.value is False)
    reached = {layer: None for top in said_of for layer in top.tree()}
    return bool(reached) and not any(_may_hold_weights(layer) for layer in reached)


def _may_hold_weights(layer: Layer) -> bool:
    if isinstance(layer, Model):
        unlisted = not layer.structure.knows_all_layers or not layer.children() or layer.instance is not None
        # what is called in its graph and cannot be seen may be a layer of another package
        return unlisted or any(node.hidden for node in layer.structure.graph)
    return owns_weights(layer) or layer.kind.batch_norm or layer.instance is not None
