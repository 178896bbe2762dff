"""Reads off the tables by which layers a run comes to the layer that a finding is about."""

from __future__ import annotations

from dropout_lint.interpreter.values.kinds import Const
from dropout_lint.keras.flags import default_training, user_call
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Layer, Model, TrainableAssignment
from dropout_lint.keras.structures import Functional
from dropout_lint.keras.trace import GRADIENT_TAPE, Activity, Frame, Run, Trace
from dropout_lint.reproducing.plan import CannotBuild, Entry, Form, Frozen, Link, Plan
from dropout_lint.rules.rule import Evidence

_TRAINING: dict[str, Entry] = {"fit": "fit", "fit_generator": "fit", "train_on_batch": "train_on_batch"}
_INFERENCE: dict[str, Entry] = {
    "predict": "predict",
    "predict_on_batch": "predict",
    "predict_generator": "predict",
    "evaluate": "evaluate",
    "test_on_batch": "evaluate",
    "evaluate_generator": "evaluate",
}


def plan_of(evidence: Evidence) -> Plan:
    """The plan of a finding about what a layer does in a run.

    Raises:
        CannotBuild: a layer on the way is one that the tables do not show whole.
    """
    row, run = evidence.row, evidence.run
    if row is None or run is None:
        raise CannotBuild("no run is in sight that shows it")
    links = [_link(frame, last=frame is row.frames[-1]) for frame in row.frames]
    wire = evidence.wire if evidence.wire is not None else max(len(links) - 1, 0)
    direct = any(frame.via is not None for frame in row.frames)
    if evidence.read or direct:
        holder = evidence.part if evidence.read else _holder(evidence.trace, row)
        known = [link.layer for link in links]
        if holder is None or isinstance(holder, Model) is False:
            raise CannotBuild("the model around the layer is not in the tables")
        if holder not in known:
            flag = "False" if direct and any(f.written is False or f.swallowed for f in row.frames) else ""
            links.insert(1, Link(_form(holder), holder, flag))
        wire = [link.layer for link in links].index(holder)
    freeze = None if evidence.freeze is None else _frozen(evidence.freeze, links, wire)
    if freeze is None and row.frozen:
        freeze = Frozen(wire)
    entry = _entry(run, row)
    return Plan(tuple(links), entry, wire, freeze, read=evidence.read, direct=direct)


def _link(frame: Frame, *, last: bool) -> Link:
    layer = frame.layer
    written = frame.written if frame.swallowed is None or frame.via is not None else False
    flag = "" if written is None or frame.via is not None else str(written)
    if last:
        return Link("leaf", layer, flag)
    function = user_call(layer)
    takes = function is not None and function.takes("training")
    default = default_training(layer) if takes else None
    given = str(default.value) if isinstance(default, Const) else "None"
    return Link(_form(layer), layer, flag, takes, given, isinstance(layer, Model))


def _form(layer: Layer) -> Form:
    """How a layer with others in it is written."""
    if user_call(layer) is not None:
        return "class"
    if isinstance(layer, Model):
        if layer.is_ready_made:
            return "ready"
        if layer.structure.is_declared:
            return "functional" if isinstance(layer.structure, Functional) else "sequential"
        raise CannotBuild(f"what is in the {layer.class_name} cannot be seen")
    if layer.kind.name == "TimeDistributed":
        return "wrapper"
    if layer.kind.role is Role.LAMBDA:
        return "lambda"
    if layer.instance is not None:
        return "class"
    if layer.kind.role is Role.CELLS:
        return "wrapper"
    raise CannotBuild(f"there is no small {layer.class_name}")


def _holder(trace: Trace, row: Activity) -> Model | None:
    """The model whose `call` was called, so that its layers stand in the graph by themselves."""
    runner = row.frames[0].layer
    models = [m for m in trace.layers if isinstance(m, Model) and m is not runner]
    return next((model for model in models if row.layer in model.children()), None)


def _frozen(freeze: TrainableAssignment, links: list[Link], wire: int) -> Frozen:
    """The link that a freeze is said of."""
    last = len(links) - 1
    made = freeze.site.node is freeze.via.site.node
    index = next((i for i, link in enumerate(links) if link.layer is freeze.via), None)
    if index is None:
        return Frozen(wire)
    if index < last:
        return Frozen(index)
    if made:
        return Frozen(last, "constructor")
    # a weightless layer is frozen with those around it, in a loop
    around = wire if wire < last else last - 1
    return Frozen(last) if _has_weights(freeze.via) else Frozen(around, "layers")


def _has_weights(layer: Layer) -> bool:
    return not layer.kind.weightless


def _entry(run: Run, row: Activity) -> Entry:
    if run.kind == "tape" and run.by == GRADIENT_TAPE:
        return "tape"
    told = row.frames[0].written is not None  # by a train_step: fit() itself writes no flag
    if run.training and (told or row.frames[0].layer is not run.model):
        return "step"
    found = _TRAINING.get(run.kind) if run.training else _INFERENCE.get(run.kind)
    if found is None:
        raise CannotBuild(f"{run.kind}() is not written in so few lines")
    return found
