"""Weights: which ones a layer owns, what they were, and whether training moved them."""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.oracle.keys import Keys


class Weights:
    """How one Keras keeps the weights of its layers."""

    def __init__(self, legacy: bool, metric_class: type, tensorflow: Any) -> None:
        self._legacy = legacy
        self._metric = metric_class
        self._tf = tensorflow

    def own(self, layer: Any) -> list[Any]:
        """All weights that the layer itself owns, not those of its parts."""
        if isinstance(layer, self._metric):
            return []
        stem = "weights" if self._legacy else "variables"
        names = (f"_trainable_{stem}", f"_non_trainable_{stem}")
        return [weight for name in names for weight in getattr(layer, name, ())]

    def learned(self, layer: Any) -> list[Any]:
        """Its gradient-trained weights: made to be trained, whatever is frozen now."""
        name = "_trainable_weights" if self._legacy else "_trainable_variables"
        return list(getattr(layer, name, ()))

    def trainable(self, layer: Any) -> bool:
        """Whether the layer, and in Keras 3 each weight of it, counts as trainable now."""
        if not getattr(layer, "trainable", False):
            return False
        return self._legacy or all(weight.trainable for weight in self.learned(layer))

    def weightless(self, layer: Any) -> bool:
        """Whether neither the layer nor a part of it owns a weight."""
        return not any(self.own(part) for part in self.inside(layer))

    def still(self, layer: Any, model: Any = None) -> bool:
        """Whether the layer's own flag is False, and by those of its parts none of its weights is trained.

        Args:
            layer: asked about.
            model: what a run trains, where it is one of a model: weights that it does not hold, as those
                behind a Lambda, are not trained either.
        """
        if layer.trainable:
            return False
        learning = [part for part in self.inside(layer) if self.trainable(part) and self.learned(part)]
        if not learning or model is None:
            return not learning
        held = {id(part) for part in self.inside(model)}
        return all(id(part) not in held for part in learning)

    def parts(self, layer: Any) -> list[Any]:
        """The direct parts of a layer."""
        try:
            parts = list(layer._flatten_layers(include_self=False, recursive=False))
        except AttributeError:  # super().__init__() has not run yet
            return []
        return [part for part in parts if not isinstance(part, self._metric)]

    def inside(self, layer: Any) -> list[Any]:
        """The layer and all its parts, outermost first."""
        return [part for part, _ in self.tree(layer)]

    def tree(self, layer: Any) -> Iterator[tuple[Any, list[Any]]]:
        """The layer and all its parts, each with the layers around it, innermost first."""
        seen: set[int] = set()
        pending: list[tuple[Any, list[Any]]] = [(layer, [])]
        while pending:
            part, around = pending.pop(0)
            if id(part) not in seen:
                seen.add(id(part))
                yield part, around
                pending += [(inner, [part, *around]) for inner in self.parts(part)]

    def optimizer(self, model: Any) -> dict[str, Any] | None:
        """What a model is trained by: its class, and the learning rate and the count of steps now."""
        optimizer = getattr(model, "optimizer", None)
        if optimizer is None:
            return None
        iterations = int(self._tf.convert_to_tensor(optimizer.iterations))
        rate = optimizer.learning_rate
        rate = rate(iterations) if callable(rate) else rate
        rate = float(self._tf.convert_to_tensor(rate))
        return {"class": type(optimizer).__name__, "learning_rate": rate, "iterations": iterations}

    def value(self, weight: Any) -> bytes | None:
        """The value now, None if there is none yet (the bytes of an uninitialised variable are empty)."""
        raw = weight if self._legacy else getattr(weight, "_value", weight)
        try:
            with self._tf.init_scope():
                value: bytes = raw.numpy().tobytes()
            return value or None
        except Exception:  # not created yet, or symbolic
            return None


class Updates:
    """What one training run does to weights."""

    def __init__(self, weights: Weights, tape: bool) -> None:
        self.pending = False
        self._tape = tape
        self._weights = weights
        self._before: dict[int, bytes | None] = {}
        self._keep: list[Any] = []
        self._moved: set[int] = set()
        self._asked: set[int] = set()
        self._layers: dict[int, Any] = {}  # that belong to the run
        self._watched: dict[int, Any] = {}
        self._around: dict[int, list[Any]] = {}
        self._trainable: dict[int, bool] = {}

    def watch(self, layers: Iterable[Any]) -> None:
        """Remember the values of these layers' weights, unless they are known."""
        for layer in layers:
            self._watched[id(layer)] = layer
            for weight in self._weights.learned(layer):
                if self._before.get(id(weight)) is None:
                    self._keep.append(weight)
                    self._before[id(weight)] = self._weights.value(weight)

    def called(self, layer: Any) -> None:
        """The layer takes part in this tape run."""
        self._layers[id(layer)] = layer

    def asked(self, sources: Iterable[Any]) -> None:
        """The tape was asked for gradients of these."""
        for source in sources:
            self._keep.append(source)
            self._asked |= {id(source), id(getattr(source, "_value", source))}

    def finish(self, layers: Iterable[Any] = ()) -> None:
        """The run has ended: compare; `layers` belong to it, outermost first."""
        self.pending = False
        layers = list(layers)
        for layer in layers:
            self._layers[id(layer)] = layer
        if layers:
            self._around = {id(part): around for part, around in self._weights.tree(layers[0])}
        for layer in {**self._watched, **self._layers}.values():
            self._trainable[id(layer)] = self._weights.trainable(layer)
            self._moved |= {id(weight) for weight in self._weights.learned(layer) if self._has_moved(weight)}

    def rows(self, keys: Keys) -> Iterator[dict[str, Any]]:
        """One row per keyed layer that owns weights, or whose library-made parts do."""
        merged: dict[int, tuple[Any, list[bool | None]]] = {}
        for layer in {**self._watched, **self._layers}.values():
            moved = [self._updated(weight) for weight in self._weights.learned(layer)]
            belongs = id(layer) in self._layers or (self._tape and any(moved))
            if not belongs or not self._weights.own(layer):
                continue
            owner = keys.owner(layer, self._around.get(id(layer), ()))
            if owner is not None:
                merged.setdefault(id(owner), (owner, []))[1].extend(moved)
        for owner, all_moved in merged.values():
            updated = True if any(all_moved) else None if None in all_moved else False
            trainable = self._trainable.get(id(owner), bool(owner.trainable))
            yield {"layer": keys.key(owner), "trainable": trainable, "updated": updated}

    def _has_moved(self, weight: Any) -> bool:
        if id(weight) in self._moved or not self._counts(weight):
            return False
        before = self._before.get(id(weight))
        return before is not None and before != self._weights.value(weight)

    def _counts(self, weight: Any) -> bool:
        return not self._asked or not self._asked.isdisjoint(
            (id(weight), id(getattr(weight, "_value", weight)))
        )

    def _updated(self, weight: Any) -> bool | None:
        if self._before.get(id(weight)) is None and self._counts(weight):
            return None
        return id(weight) in self._moved
