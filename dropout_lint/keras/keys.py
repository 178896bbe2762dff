"""Keys of what only objects of Keras have: see `interpreter.values.keys`. A layer is named by its order."""

from __future__ import annotations

from dataclasses import dataclass

from dropout_lint.interpreter.values.keys import Key


@dataclass(frozen=True, slots=True)
class LayersOf(Key):
    """The list of layers of a model that cannot be seen through."""

    order: int


@dataclass(frozen=True, slots=True)
class LayerAttribute(Key):
    """An attribute of a layer."""

    order: int
    name: str


@dataclass(frozen=True, slots=True)
class UnknownFlag(Key):
    """A layer's `trainable`, set to unknown data at this time."""

    order: int
    time: int


@dataclass(frozen=True, slots=True)
class ConfigurationField(Key):
    """A field of a configuration (that has this serial number)."""

    serial: int
    name: str


# The name of a file: texts, and the keys of what cannot be known of it, side by side.
FileName = tuple[str | Key, ...]
