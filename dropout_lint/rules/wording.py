"""Names for the objects a message speaks of, and the confidence of a finding."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from dropout_lint.finding import Confidence
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.objects import Freeze, Layer
from dropout_lint.keras.trace import Frame, Run, Trace
from dropout_lint.rules.rule import Message

_LONGEST_NAME = 40
# Methods that run the layer whose they are.
_OF_THE_OBJECT = ("call", "train_step", "test_step", "predict_step")
# They are handed layers and make another one.
_CONTAINERS = ("Sequential", "Model")


def source_of(node: cst.CSTNode, *, calls: bool = False) -> str | None:
    """The text of a short dotted name or subscript, or of a call; None for anything longer."""
    if not isinstance(node, (cst.Name, cst.Attribute, cst.Subscript, *((cst.Call,) if calls else ()))):
        return None
    text = cst.Module([]).code_for_node(node)
    return text if len(text) <= _LONGEST_NAME and "\n" not in text else None


def name_of(frame: Frame) -> str:
    """How the program calls the layer of a frame: `base`, `self.encoder`, else its class."""
    site = frame.report or frame.site
    node = site.node if site is not None else None
    # an element of a list of layers is the layer, no call of it
    listed = frame.site is not None and frame.site.node is not node
    text = None
    if isinstance(node, cst.Call):
        text = _called(node, frame.layer, listed)
    elif node is not None:
        text = source_of(node)
    return text or frame.layer.class_name


def _called(node: cst.Call, layer: Layer, listed: bool) -> str | None:
    """The name of the layer in a call of it, or in one that is handed it."""
    function = node.func
    if isinstance(function, cst.Attribute):
        if function.attr.value in ("add", "append") and node.args:
            return source_of(node.args[0].value)
        if function.attr.value in _OF_THE_OBJECT:
            return source_of(function.value)
    name = source_of(function)
    made = listed or layer.site.node in (node, function)
    return None if made or name is None or name.rpartition(".")[2] in _CONTAINERS else name


def entry_name(run: Run) -> str:
    """How a message calls a run: `fit()`, or a training step under a GradientTape."""
    if run.assumed:
        return "any training of the model compiled"
    return "a GradientTape step" if run.kind == "tape" else f"{run.kind}()"


def through(freeze: Freeze, run: Run) -> Message:
    """The call by which a function of the program sets `trainable`, where that is not the run's own."""
    if freeze.caller is None or (run.caller is not None and freeze.caller.node is run.caller.node):
        return ()
    return (" (by the call in ", freeze.caller, ")")


def confidence(trace: Trace, run: Run | None, layers: Iterable[Layer], since: int) -> Confidence:
    """How sure a finding is that rests on these layers, from a moment on."""
    level = int(Confidence.CERTAIN)
    if trace.speculative:
        level -= 1
    layers = list(layers)
    if any(layer.assumed for layer in layers):
        level -= 1
    if run is not None and (not run.certain or (run.training and run.trained is None)):
        level -= 1
    if run is not None and not run.witnessed:
        level -= 1
    until = run.time if run is not None else float("inf")
    steps = {
        (step.callee, step.site.node): 2 if step.speaks_of_dropout else 1
        for layer in layers
        for step in layer.opaque
        if since < step.time < until
    }
    level -= sum(steps.values())
    if any(layer.supposed for layer in layers):
        level = min(level, int(Confidence.LIKELY))
    return Confidence(max(int(Confidence.POSSIBLE), level))


def assigned(freeze: Freeze) -> str:
    """The role of an assignment to `trainable`."""
    return "thawed" if freeze.value else "frozen"


def sites(*pairs: tuple[str, Site | None]) -> tuple[tuple[str, Site], ...]:
    """Related sites, leaving out those that are not known."""
    return tuple((role, site) for role, site in pairs if site is not None)
