"""Breaks of which layers a layer holds."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.interpreter.values.kinds import Collection, Dict, Value
from dropout_lint.keras import objects
from dropout_lint.keras.objects import Layer, Model
from tests.mutation.patching import attribute, broken


@broken
def wrapped_layer_untracked() -> Iterator[None]:
    """Freezing TimeDistributed or Bidirectional does not reach the layer inside."""
    original = Layer.children

    def children(self: Layer) -> list[Layer]:
        return [layer for layer in original(self) if layer is not self.inner]

    with attribute(Layer, "children", children):
        yield


@broken
def lists_untracked() -> Iterator[None]:
    """Layers in a list attribute are no sub-layers."""
    original = objects._collect

    def collect(value: Value, found: list[Layer], depth: int) -> None:
        if not isinstance(value, Collection):
            original(value, found, depth)

    with attribute(objects, "_collect", collect):
        yield


@broken
def dicts_untracked() -> Iterator[None]:
    """Layers in a dict attribute are no sub-layers."""
    original = objects._collect

    def collect(value: Value, found: list[Layer], depth: int) -> None:
        if not isinstance(value, Dict):
            original(value, found, depth)

    with attribute(objects, "_collect", collect):
        yield


@broken
def attributes_untracked() -> Iterator[None]:
    """Layers that a user's object stores are no sub-layers."""
    with attribute(Layer, "children", lambda self: [self.inner] if self.inner is not None else []):
        yield


@broken
def functional_layers_untracked() -> Iterator[None]:
    """A Functional model's layers are not its sub-layers."""

    def children(self: Model) -> list[Layer]:
        return [*(member.layer for member in self.structure.members), *Layer.children(self)]

    with attribute(Model, "children", children):
        yield
