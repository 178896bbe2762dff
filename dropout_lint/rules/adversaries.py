"""Alternating training: two models that share weights are trained in turn, as in a GAN."""

from __future__ import annotations

from dataclasses import dataclass

from dropout_lint.keras.frozen import owns_weights
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.trace import Run, Trace
from dropout_lint.once import OnceEach


@dataclass(frozen=True, slots=True)
class InTurn:
    """What the models that are trained in turn with a model own, and what they learn."""

    owned: frozenset[Layer]
    learned: frozenset[Layer]


def alternates(trace: Trace, run: Run) -> bool:
    """Whether the run's model is trained in turn with another one that shares weights with it.

    In turn: each is trained before and after some run of the other (A, B, A).
    """
    owned = _in_turn(trace, run.model).owned if run.model is not None else frozenset()
    return bool(owned) and not owned.isdisjoint(_owners(run))


def learned_in_turn(trace: Trace, run: Run) -> frozenset[Layer]:
    """The layers that models trained in turn with the run's learn, or would by the flags of compile()."""
    return _in_turn(trace, run.model).learned if run.model is not None else frozenset()


def partner(trace: Trace, run: Run) -> Run | None:
    """A training run of another model that shares weights with the run's, the next if there is one."""
    mine = _owners(run)
    others = [
        other
        for other in trace.runs
        if other.training and other.model is not run.model and not mine.isdisjoint(_owners(other))
    ]
    later = [other for other in others if other.time > run.time]
    return next(iter(later or others), None)


def is_snapshot(trace: Trace, run: Run, layers: frozenset[Layer], since: int) -> bool:
    """Whether flags that the run's model takes no notice of were meant for another model.

    Two models that share a layer, one compiled before the assignment and one after it: the recipe of
    Keras 2's FAQ, where each goes on training by the flags of its own compile().

    Args:
        trace: where the run is.
        run: the run.
        layers: what it trains, or does not, against its present flags.
        since: when these flags were set.
    """
    others = [c.model for c in trace.compiles if since < c.time < run.time and c.model is not run.model]
    return any(layers <= set(model.tree()) for model in others)


def _owners(run: Run) -> set[Layer]:
    return {layer for layer in run.layers if owns_weights(layer)}


def _in_turn(trace: Trace, model: Model) -> InTurn:
    """What the models trained in turn with this one are about; worked out once for each model."""

    def find() -> InTurn:
        mine = [run.index for run in trace.runs if run.model is model and run.training]
        owned: set[Layer] = set()
        learned: set[Layer] = set()
        for other, theirs in _trainings(trace).items():
            crossing = mine and mine[0] < theirs[-1].index and theirs[0].index < mine[-1]
            if other is not model and (crossing or _is_assumed_in_turn(trace, model, theirs)):
                for run in theirs:
                    owned |= _owners(run)
                    learned |= (run.trained or frozenset()) | (run.compiled or frozenset())
        return InTurn(frozenset(owned), frozenset(learned))

    return _IN_TURN.of(trace, model, find)


def _is_assumed_in_turn(trace: Trace, model: Model, theirs: list[Run]) -> bool:
    """Whether a model that other code trains has a part that is compiled by itself, and so trained there too.

    In which order is not seen: each compiled model is assumed to be trained once.
    """
    part = theirs[0].model
    assumed = all(run.assumed for run in (*theirs, *_trainings(trace).get(model, [])))
    return assumed and part is not None and part is not model and part in model.tree()


_IN_TURN: OnceEach[Model, InTurn] = OnceEach()


def _trainings(trace: Trace) -> dict[Model, list[Run]]:
    """The training runs of each model, in order."""
    found: dict[Model, list[Run]] = {}
    for run in trace.runs:
        if run.model is not None and run.training:
            found.setdefault(run.model, []).append(run)
    return found
