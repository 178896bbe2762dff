"""Breaks of what is known of classes that the program derives from those of Keras."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropout_lint.keras import calling
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
