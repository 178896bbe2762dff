"""Alternating training: two models that share weights are trained in turn, as in a GAN."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.keras.frozen import owns_weights
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.trace import Run, Trace


def alternates(trace: Trace, run: Run) -> bool:
    """Whether the run's model is trained in turn with another one that shares weights with it.

    In turn: each is trained before and after some run of the other (A, B, A).
    """
    owned = _owners(run)
    return any(owned & _owners(other) for other in partners(trace, run))


def partners(trace: Trace, run: Run) -> Iterator[Run]:
    """The runs of other models that are trained in turn with the run's."""
    if run.model is None:
        return
    for other in trace.runs:
        if other.model is None or other.model is run.model or not other.training:
            continue
        if _in_turn(trace, run, other):
            yield other


def meant_to_train(run: Run) -> frozenset[Layer]:
    """The layers that the run moves, or moved by the flags of its model's compile()."""
    return (run.trained or frozenset()) | (run.compiled or frozenset())


def _owners(run: Run) -> set[Layer]:
    return {layer for layer in run.layers if owns_weights(layer)}


def _in_turn(trace: Trace, run: Run, other: Run) -> bool:
    mine = [r.index for r in trace.runs if r.model is run.model and r.training]
    theirs = [r.index for r in trace.runs if r.model is other.model and r.training]
    return min(mine) < max(theirs) and min(theirs) < max(mine)
