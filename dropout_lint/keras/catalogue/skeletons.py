"""How the TensorFlow models of Hugging Face transformers are put together: which layer holds which.

The data is written by `python -m tests.catalogue.generate --only transformers`; how a line reads is said
in `tests/catalogue/skeletons.py`, which writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dropout_lint.keras.catalogue import read


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a skeleton: a layer, or a list of layers, under an attribute.

    Args:
        attribute: the name it is stored under.
        name: its Keras name, if that is not automatic.
        class_name: its class.
        skeleton: what it holds; None for a layer without layers.
        rate: the field (or two, joined by "|") that sets its rate, or a number; "" if it drops nothing.
        count: the field that says how long the list is, or the place in it; "" for a single layer.
    """

    attribute: str
    name: str
    class_name: str
    skeleton: str | None
    rate: str
    count: str


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A class of layers: whether it has weights of its own, and the layers it holds, in order."""

    owns_weights: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration class: its fields that set a rate, and those that say how many layers there are."""

    rates: Mapping[str, float | None]
    counts: Mapping[str, int]


@cache
def skeleton(name: str) -> Skeleton:
    """The skeleton of this name."""
    lines: list[str] = read("transformers")["parts"][name]
    return Skeleton("+" in lines[:1], tuple(_part(line) for line in lines if line != "+"))


def _part(line: str) -> Part:
    shown, what, *rate = line.split()
    attribute, _, own = shown.partition(":")
    attribute, _, count = attribute.rstrip("]").partition("[")
    known = what in read("transformers")["parts"] and not rate
    return Part(
        attribute, own or attribute, what.partition("~")[0], what if known else None, "".join(rate), count
    )


def skeleton_of(class_name: str) -> str | None:
    """The name of a model class's skeleton; None if it is not known."""
    entry = read("transformers")["classes"].get(class_name, ())
    return entry[2] if len(entry) > 2 else None


@cache
def configuration(name: str) -> Configuration | None:
    """A configuration class by its own name ("BertConfig")."""
    data = read("transformers")
    if name not in data["configurations"]:
        return None
    return Configuration(data["configurations"][name], data["counts"].get(name, {}))


def configuration_of(class_name: str) -> str | None:
    """The configuration class of a model class."""
    entry = read("transformers")["classes"].get(class_name)
    return entry[0] if entry else None


def kind_of_checkpoint(name: str) -> str | None:
    """The kind of model that a checkpoint holds, as its name says: the longest kind that is in it.

    So does transformers where a checkpoint does not say it itself (`AutoConfig.from_pretrained`).
    """
    kinds: dict[str, Any] = read("transformers")["kinds"]
    return next((kind for kind in sorted(kinds, key=len, reverse=True) if kind in name), None)


def kind_of_configuration(name: str) -> str | None:
    """The kind of model that a configuration class is for."""
    return next((kind for kind, config in read("transformers")["kinds"].items() if config == name), None)


def configuration_of_kind(kind: str) -> str | None:
    """The configuration class of a kind of model ("bert")."""
    found: str | None = read("transformers")["kinds"].get(kind)
    return found


def automatic_class(auto: str, kind: str | None) -> str | None:
    """What `TFAutoModel...` makes of a kind of model; None if that is not known."""
    found: str | None = read("transformers")["auto"].get(auto, {}).get(kind)
    return found
