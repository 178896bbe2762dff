"""Words that the messages of several rules share, and the confidence of a finding."""

from __future__ import annotations

from collections.abc import Iterable

from dropout_lint.finding import Confidence
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.objects import Layer, TrainableAssignment
from dropout_lint.keras.trace import Run, Trace
from dropout_lint.rules.rule import Message


def entry_name(run: Run) -> str:
    """How a message calls a run: `fit()`, or a training step that the program wrote."""
    if run.assumed:
        return "any training of the model compiled"
    return f"a {run.by} step" if run.kind == "tape" else f"{run.kind}()"


def through(freeze: TrainableAssignment, run: Run) -> Message:
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
        for step in layer.escapes
        if since < step.time < until
    }
    level -= sum(steps.values())
    if any(layer.supposed for layer in layers):
        level = min(level, int(Confidence.LIKELY))
    return Confidence(max(int(Confidence.POSSIBLE), level))


def assigned(freeze: TrainableAssignment) -> str:
    """The role of an assignment to `trainable`."""
    return "thawed" if freeze.value else "frozen"


def sites(*pairs: tuple[str, Site | None]) -> tuple[tuple[str, Site], ...]:
    """Related sites, leaving out those that are not known."""
    return tuple((role, site) for role, site in pairs if site is not None)
