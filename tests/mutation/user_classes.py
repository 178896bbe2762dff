"""Breaks of what is known of classes that the program derives from those of Keras."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropout_lint.interpreter.syntax import definitions
from dropout_lint.interpreter.values import classes
from dropout_lint.interpreter.values.kinds import Class
from dropout_lint.keras import calling, class_members, cloning
from dropout_lint.keras.objects import Tensor
from tests.mutation.patching import attribute, broken


@broken
def inherited_call_does_nothing() -> Iterator[None]:
    """`super().call(x)` in a class of the program's own runs nothing of Keras."""
    with attribute(calling, "_call_inherited", lambda *arguments: Tensor()):
        yield


@broken
def inherited_call_gets_the_flag_of_the_layer() -> Iterator[None]:
    """`super().call(x, training=...)` works with the flag that the layer received."""

    def flag(sim: Any, frame: Any, written: Any, at: Any) -> Any:
        return frame.flag

    original = calling._call_inherited

    def call(sim: Any, machine: Any, layer: Any, args: Any, written: Any, at: Any) -> Any:
        with attribute(calling, "_direct_flag", flag):
            return original(sim, machine, layer, args, written, at)

    with attribute(calling, "_call_inherited", call):
        yield


@broken
def bases_are_asked_depth_first() -> Iterator[None]:
    """A base is asked with all of its own bases before the next base is."""

    def linearised(cls: Class) -> tuple[Any, ...]:
        found: dict[int, Any] = {id(cls): cls}
        for base in cls.bases:
            for one in base.order if isinstance(base, Class) else (base,):
                found.setdefault(id(one), one)
        return tuple(found.values())

    with attribute(definitions, "linearised", linearised):
        yield


@broken
def unseen_bases_have_nothing() -> Iterator[None]:
    """A base that cannot be seen has no attributes."""
    original = classes.provider

    def provider(order: Any, name: str) -> Any:
        return original((cls for cls in order if isinstance(cls, Class)), name)

    with attribute(classes, "provider", provider):
        yield


@broken
def classes_of_keras_have_nothing() -> Iterator[None]:
    """What a class of Keras has hides nothing of the bases behind it."""
    with attribute(class_members, "members", lambda name: frozenset()):
        yield


@broken
def clones_share_own_layers() -> Iterator[None]:
    """clone_model keeps the object of a layer of the program's own class."""
    with attribute(cloning, "_copy_of_own_class", lambda sim, machine, layer, instance, at: layer):
        yield


@broken
def own_configs_are_not_asked() -> Iterator[None]:
    """The configuration of a layer of the program's own class always holds the flag."""

    def config(sim: Any, machine: Any, layer: Any, instance: Any, at: Any) -> Any:
        return cloning.get_config(sim, layer)

    with attribute(cloning, "_own_config", config):
        yield
