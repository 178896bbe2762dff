"""Where reading cannot know, look: what a built model, loaded or not, does in a training step.

    from dropout_lint.runtime import assert_frozen_is_quiet

    def test_the_encoder_is_quiet():
        assert_frozen_is_quiet(model, batch)

Works with Keras 3 and Keras 2 (tf_keras) on TensorFlow, which is imported when a function is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

# How often: a small rate drops the same of a small batch now and then.
_AGAIN = 4


@dataclass(frozen=True, slots=True)
class LayerActivity:
    """What one layer did in the step.

    Args:
        path: the names of the layers that lead to it, joined by slashes.
        class_name: of the layer.
        frozen: its own `trainable`, or that of a part around it, is False.
        random: the same input gave two different outputs; None if the step did not come to it.
        moved: its moving statistics changed, which only those of a BatchNormalization do.
    """

    path: str
    class_name: str
    frozen: bool
    random: bool | None
    moved: bool


def frozen_activity(model: Any, x: Any, y: Any = None) -> list[LayerActivity]:
    """What the frozen layers of a model do in one training step.

    The model is run as `fit()` would run it: by its own `train_step`, if it has one, is compiled and `y` is
    given, else by a call with the flag that `fit()` passes. Each layer is asked again for the same input.
    Weights, statistics, optimizer and the states of random numbers are put back afterwards; what TensorFlow
    draws from its global generator is not.

    Args:
        model: a built Keras model.
        x: a batch of its inputs, as for `fit()`.
        y: a batch of targets, for a model with a `train_step` of its own.

    Returns:
        one entry for each frozen layer that has no layers in it, in the order of the model; recurrent layers
        count as one. A layer of your own that has layers in it has one if it is random, and they are not.
    """
    parts = list(_parts(model, model.name, not model.trainable, set()))
    asked = _Asked()
    with _unchanged(model, [part.layer for part in parts]), ExitStack() as watches:
        before = {id(part.layer): _statistics(part.layer) for part in parts}
        for part in parts:
            watches.enter_context(asked.again(part))
        _step(model, x, y)
        moved = {key: _differs(before[key], _statistics(layer)) for key, layer in asked.layers.items()}
    return [
        LayerActivity(p.path, type(p.layer).__name__, True, asked.random.get(id(p.layer)), moved[id(p.layer)])
        for p in parts
        if p.frozen and (not p.inner or asked.random.get(id(p.layer)))
    ]


def assert_frozen_is_quiet(model: Any, x: Any, y: Any = None) -> None:
    """For test suites: nothing that is frozen is random in a training step, or changes its statistics.

    Raises:
        AssertionError: something does; the message names each layer.
    """
    loud = [a for a in frozen_activity(model, x, y) if a.random or a.moved]
    said = "; ".join(
        f"{a.path} ({a.class_name}) {'is random' if a.random else 'changes its statistics'}" for a in loud
    )
    if loud:
        raise AssertionError(f"frozen, but at work in a training step: {said}")


class _Part(NamedTuple):
    """A layer that is asked; `inner` are the layers anywhere in it, if it is more than them."""

    path: str
    layer: Any
    frozen: bool
    inner: tuple[Any, ...] = ()


def _parts(layer: Any, path: str, frozen: bool, met: set[int]) -> Iterator[_Part]:
    """The layers that have none in them, and those of the user's own that have, each once."""
    for part in _inner(layer):
        if id(part) in met:
            continue
        met.add(id(part))
        below, part_frozen = f"{path}/{part.name}", frozen or not part.trainable
        if _is_one(part):
            yield _Part(below, part, part_frozen)
            continue
        if not _is_of_keras(type(part), "call"):
            inner = tuple(part._flatten_layers(include_self=False))
            yield _Part(below, part, part_frozen, inner)
        yield from _parts(part, below, part_frozen, met)


def _is_one(layer: Any) -> bool:
    """Whether a layer is asked as a whole.

    A recurrent layer calls its cell within a loop of TensorFlow's, and an augmentation that chooses among
    others, as RandAugment does, takes their transformations and never calls them.
    """
    return hasattr(layer, "cell") or hasattr(layer, "get_random_transformation") or not _inner(layer)


def _inner(layer: Any) -> list[Any]:
    """The layers directly in a layer."""
    found: list[Any] = layer._flatten_layers(include_self=False, recursive=False)
    return [part for part in found if hasattr(part, "call") and type(part).__name__ != "InputLayer"]


class _Asked:
    """What the layers answered, by their identities.

    Attributes:
        layers: those that were to be asked.
        random: whether the same input gave different outputs.
    """

    def __init__(self) -> None:
        self.layers: dict[int, Any] = {}
        self.random: dict[int, bool] = {}
        self._repeats = False

    @contextmanager
    def again(self, part: _Part) -> Iterator[None]:
        """While this lasts, each call of a layer is made again, until there is a difference."""
        layer, original = part.layer, part.layer.call
        self.layers[id(layer)] = layer

        def call(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            if not self._repeats:
                self._repeats = True  # what is in it has answered already
                again = (_arrays(original(*args, **kwargs)) for _ in _drawing_anew(layer))
                theirs = any(self.random.get(id(one)) for one in part.inner)
                differs = not theirs and any(_differs(_arrays(result), other) for other in again)
                self.random[id(layer)] = self.random.get(id(layer), False) or differs
                self._repeats = False
            return result

        # Past Keras' own attribute protocol, which would track the function as a part of the layer.
        layer.__dict__["call"] = call
        try:
            yield
        finally:
            del layer.__dict__["call"]


def _drawing_anew(layer: Any) -> Iterator[None]:
    """Once for each time that a layer is asked again.

    Its cell is to draw anew what it drops: outside of a graph, Keras 2 keeps that of a ConvLSTM for ever.
    """
    cell = getattr(layer, "cell", None)
    for _ in range(_AGAIN):
        for one in getattr(cell, "cells", [cell]):
            for name in ("reset_dropout_mask", "reset_recurrent_dropout_mask"):
                getattr(one, name, lambda: None)()
        yield


def _step(model: Any, x: Any, y: Any) -> None:
    is_own = not _is_of_keras(type(model), "train_step")
    if is_own and y is not None and getattr(model, "optimizer", None) is not None:
        model.train_step((_tensors(x), _tensors(y)))
    elif getattr(model, "_call_has_training_arg", True):  # Keras 2 passes the flag to any model
        model(_tensors(x), training=True)
    else:
        model(_tensors(x))


def _is_of_keras(layer_class: type, method: str) -> bool:
    """Whether Keras wrote the method that a class has."""
    writer = next(cls for cls in layer_class.__mro__ if method in vars(cls))
    return writer.__module__.startswith(("keras.", "tf_keras.", "tensorflow."))


def _tensors(data: Any) -> Any:
    tensorflow = import_module("tensorflow")
    return tensorflow.nest.map_structure(tensorflow.convert_to_tensor, data)


@contextmanager
def _unchanged(model: Any, layers: list[Any]) -> Iterator[None]:
    """Puts every variable back to what it was."""
    optimizer = getattr(model, "optimizer", None)
    kept = getattr(optimizer, "variables", None) or ()
    variables = [*model.variables, *(kept() if callable(kept) else kept)]
    for layer in layers:  # Keras 2 keeps these apart from the layer's variables
        generator = getattr(getattr(layer, "_random_generator", None), "_generator", None)
        variables += [] if generator is None else [generator.state]
    before = [(variable, variable.numpy().copy()) for variable in variables]
    try:
        yield
    finally:
        for variable, value in before:
            variable.assign(value)


def _statistics(layer: Any) -> list[Any]:
    names = ("moving_mean", "moving_variance")
    return [getattr(layer, name).numpy().copy() for name in names if getattr(layer, name, None) is not None]


def _arrays(result: Any) -> list[Any]:
    tensorflow = import_module("tensorflow")
    return [part.numpy() for part in tensorflow.nest.flatten(result) if hasattr(part, "numpy")]


def _differs(one: list[Any], other: list[Any]) -> bool:
    return any((a != b).any() for a, b in zip(one, other, strict=True))
