"""Breaks of what the rules make of the tables, and of what code that cannot be seen may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropout_lint.interpreter.models import side_effects
from dropout_lint.rules import adversaries
from tests.mutation.patching import broken, everywhere


@broken
def flags_are_meant_for_every_model() -> Iterator[None]:
    """Flags set between two compile() calls are meant for the model that was compiled before, too."""
    with everywhere(adversaries.is_snapshot, lambda *args: False):
        yield


@broken
def any_later_compile_explains_flags() -> Iterator[None]:
    """A model compiled after the assignment explains it, whether it has the layers or not."""

    def is_snapshot(trace: Any, run: Any, layers: Any, since: int) -> bool:
        return any(since < c.time < run.time and c.model is not run.model for c in trace.compiles)

    with everywhere(adversaries.is_snapshot, is_snapshot):
        yield


@broken
def unseen_code_is_harmless() -> Iterator[None]:
    """No function that an import resolves to does anything to the layers it is given."""
    with everywhere(side_effects.package_of, lambda dotted: "numpy"):
        yield


@broken
def known_packages_are_unseen() -> Iterator[None]:
    """A function of a known package may do as much to the layers it is given as any other."""
    with everywhere(side_effects.package_of, lambda dotted: None):
        yield
