"""Breaks of layers of the program that are random in training by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropout_lint.keras import own_noise
from tests.mutation.patching import attribute, broken


@broken
def draws_are_not_noted() -> Iterator[None]:
    """A layer of the program that draws random numbers in training is a layer like any other."""
    with attribute(own_noise, "note_draw", lambda sim, dotted, args: None):
        yield


@broken
def samplers_are_noise() -> Iterator[None]:
    """What draws in inference as well is random in training alone."""
    with attribute(own_noise, "_draws_in", lambda sim, body: False):
        yield


@broken
def amounts_are_always_on() -> Iterator[None]:
    """A DropPath with a probability of 0 drops."""
    with attribute(own_noise, "_amounts_are_on", lambda sim, layer: True):
        yield


@broken
def only_dropout_functions_draw() -> Iterator[None]:
    """`tf.random.uniform` is no source of noise."""
    with attribute(own_noise, "_is_draw", lambda dotted: False):
        yield


@broken
def phases_choose_nothing() -> Iterator[None]:
    """What K.in_train_phase() is given is not called."""

    def chosen(sim: Any, machine: Any, dotted: str, args: Any, at: Any) -> None:
        return None

    with attribute(own_noise, "chosen", chosen):
        yield
