"""`dataclasses` and `attrs`: their decorators and fields; the classes are in `dataclass_like`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.models import dataclass_like
from dropout_lint.interpreter.values.kinds import Args, ExternalName, Partial, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function, Method


def _dataclass(machine: Machine, args: Args, at: Site) -> Value | None:
    """`@dataclass(...)`: a decorator that is recognised as such."""
    return Partial(ExternalName("dataclasses.dataclass"), Args())


METHODS: dict[str, Method] = dataclass_like.METHODS

FUNCTIONS: dict[str, Function] = {
    "attr.ib": dataclass_like.field,
    "attr.s": _dataclass,
    "attrs.define": _dataclass,
    "attrs.field": dataclass_like.field,
    "dataclasses.dataclass": _dataclass,
    "dataclasses.field": dataclass_like.field,
}
