"""Alternating training: two models that share layers are trained in turn, as in a GAN."""

from __future__ import annotations

from dropout_lint.keras.trace import Run, Trace


def alternates(trace: Trace, run: Run) -> bool:
    """Whether the run's model is trained in turn with another one that holds it, or that it holds.

    In turn: each is trained both before and after a run of the other, or the order repeats.
    """
    model = run.model
    if model is None:
        return False
    for other in trace.runs:
        if other.model is None or other.model is model or not other.training:
            continue
        if (model in other.layers or other.model in run.layers) and _in_turn(trace, run, other):
            return True
    return False


def _in_turn(trace: Trace, run: Run, other: Run) -> bool:
    mine = [r.index for r in trace.runs if r.model is run.model and r.training]
    theirs = [r.index for r in trace.runs if r.model is other.model and r.training]
    return min(mine) < max(theirs) and min(theirs) < max(mine)
