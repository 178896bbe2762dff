"""`copy.deepcopy` of layers and models, and of lists and dicts of them.

Measured with tf_keras 2.21, keras 3.15.1 and 3.16 nightly: Keras makes a copy from the configuration, with
the weights, as `load_model` does; Keras 2 only of a model that is built, and copies others as they are.
A layer of the program's own class is copied by Keras 2 with all that it holds, and by Keras 3 if it is
registered: that is left unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import (
    Args,
    Class,
    Collection,
    Const,
    Dict,
    ExternalName,
    Function,
    Site,
    Value,
)
from dropout_lint.keras import cloning
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.objects import Layer, Model, as_layer
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.structures import Sequential
from dropout_lint.keras.transformers import Configuration

_MAX_DEPTH = 20


def deepcopy(sim: Simulation, machine: Machine, args: Args, at: Site) -> Value:
    """`copy.deepcopy(x)`; unknown where a part of it is. The original stays what it was."""
    original = args.get(0, "x")
    copied = _Copies(sim, machine, at).of(original, 0) if original is not None else None
    return machine.unknown("result of copy.deepcopy()", at) if copied is None else copied


class _Copies:
    """One call: what is met twice is copied once."""

    def __init__(self, sim: Simulation, machine: Machine, at: Site) -> None:
        self._sim, self._machine, self._at = sim, machine, at
        self._made: dict[int, Value | None] = {}

    def of(self, value: Value, depth: int) -> Value | None:
        """The copy of a value; None if it cannot be known."""
        if isinstance(value, (Const, Function, Class, ExternalName)):
            return value
        self._machine.budget.step()
        if id(value) not in self._made and depth < _MAX_DEPTH:
            self._made[id(value)] = self._copy(value, depth)
        return self._made.get(id(value))

    def _copy(self, value: Value, depth: int) -> Value | None:
        layer = as_layer(value)
        if layer is not None:
            made = self._layer(layer)
            return None if made is None else made.as_value()
        if isinstance(value, Configuration):
            return replace(value, written=dict(value.written))
        if isinstance(value, Collection):
            items = self._all(value.items, depth)
            return None if items is None else Collection(items, value.kind, value.complete)
        if type(value) is Dict:
            items = self._all(value.items.values(), depth)
            keys = list(value.items)
            return None if items is None else Dict(dict(zip(keys, items, strict=True)), value.complete)
        return None

    def _all(self, values: Iterable[Value], depth: int) -> list[Value] | None:
        copied = [self.of(value, depth + 1) for value in values]
        known = [value for value in copied if value is not None]
        return known if len(known) == len(copied) else None

    def _layer(self, layer: Layer) -> Layer | None:
        parts = layer.tree()
        self._machine.budget.step(len(parts))
        if not all(cloning.is_seen(part) for part in parts):
            return None
        made = cloning.copy_layer(self._sim, self._machine, layer, self._at)
        if made is None:
            return None
        if self._sim.fact(Fact.IS_KERAS_2) and not _is_built_model(layer):
            made.trainable, made.freeze = layer.trainable, layer.freeze
        for old, new in zip(parts, made.tree(), strict=False):
            new.has_run = old.has_run
        return made


def _is_built_model(layer: Layer) -> bool:
    if not isinstance(layer, Model):
        return False
    return not isinstance(layer.structure, Sequential) or layer.structure.has_input or layer.has_run
