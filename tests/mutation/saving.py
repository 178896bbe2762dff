"""Breaks of what a saved model holds, and of what is loaded from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from dropout_lint.keras import cloning, refusals, saving
from tests.mutation.patching import attribute, broken


@broken
def saved_models_change_later() -> Iterator[None]:
    """A file holds its model as it is when it is loaded, not as it was when it was saved."""
    with attribute(saving, "_as_saved", lambda saved: nullcontext()):
        yield


@broken
def loads_give_the_saved_model() -> Iterator[None]:
    """load_model() gives the very model that was saved, each time."""
    with attribute(cloning, "by_configuration", lambda sim, machine, model, at: model):
        yield


@broken
def loaded_models_are_not_compiled() -> Iterator[None]:
    """load_model() leaves the compilation to the program."""
    original = saving._is_true

    def is_true(value: Any) -> bool:
        return value is not None and original(value)

    with attribute(saving, "_is_true", is_true):
        yield


@broken
def folders_hold_configurations() -> Iterator[None]:
    """The SavedModel folder of Keras 2 holds no more flags than a .h5 file."""
    with attribute(saving, "_take_flags", lambda model, copy, certain: None):
        yield


@broken
def short_losses_are_never_loaded() -> Iterator[None]:
    """Keras 2 does not load a .h5 file of a model that was compiled with "mse" either."""
    with attribute(refusals, "of_loaded", lambda *args: True):
        yield


@broken
def checkpoints_keep_nothing() -> Iterator[None]:
    """A ModelCheckpoint writes no model that could be loaded."""
    with attribute(saving, "save_checkpoints", lambda *args: None):
        yield


@broken
def loaded_models_are_top_level_clones() -> Iterator[None]:
    """What is loaded has the flags of what clone_model() makes."""

    def made(sim: Any, machine: Any, model: Any, at: Any) -> Any:
        return cloning._clone(sim, machine, model, None, at, nested=False)

    with attribute(cloning, "by_configuration", made):
        yield
