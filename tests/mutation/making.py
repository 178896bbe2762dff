"""Breaks of how layers are made, copied and read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropout_lint.interpreter.exploration import settled
from dropout_lint.interpreter.syntax import exceptions
from dropout_lint.interpreter.values.keys import Operation
from dropout_lint.interpreter.values.kinds import Args, Const, Value
from dropout_lint.keras import (
    arming,
    attributes,
    cloning,
    creation,
    methods,
    options,
    simulation,
    unseen_code,
)
from dropout_lint.keras.behaviour import Behaviour
from dropout_lint.keras.contents import symbolic
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.simulation import Simulation
from tests.mutation.patching import attribute, broken, everywhere


@broken
def clone_is_frozen_too() -> Iterator[None]:
    """The clone of a frozen model is frozen itself."""
    original = cloning.clone

    def clone(sim: Simulation, machine: Any, layer: Layer, function: Any, at: Any) -> Value:
        result = original(sim, machine, layer, function, at)
        if isinstance(result, Layer):
            result.trainable, result.freeze = layer.trainable, layer.freeze
        return result

    with attribute(cloning, "clone", clone):
        yield


@broken
def clone_layers_are_thawed() -> Iterator[None]:
    """The layers of a clone are trainable whatever the originals are."""
    original = cloning.copy_layer

    def copy(sim: Simulation, machine: Any, layer: Layer, at: Any) -> Layer:
        made = original(sim, machine, layer, at)
        made.trainable, made.freeze = True, None
        return made

    with attribute(cloning, "copy_layer", copy):
        yield


@broken
def clone_shares_layers() -> Iterator[None]:
    """clone_model() makes no new layers."""
    with attribute(cloning, "copy_layer", lambda sim, machine, layer, at: layer):
        yield


@broken
def clone_function_ignored() -> Iterator[None]:
    """The clone_function of clone_model() is not called."""
    original = cloning.clone

    def clone(sim: Simulation, machine: Any, layer: Layer, function: Any, at: Any) -> Value:
        return original(sim, machine, layer, None, at)

    with attribute(cloning, "clone", clone):
        yield


@broken
def clone_forgets_rates() -> Iterator[None]:
    """A copy has the rate of the constructor, not one that was assigned later."""
    original = cloning.copy_layer

    def copy(sim: Simulation, machine: Any, layer: Layer, at: Any) -> Layer:
        made = original(sim, machine, layer, at)
        made.attributes = {}
        return made

    with attribute(cloning, "copy_layer", copy):
        yield


@broken
def config_changes_ignored() -> Iterator[None]:
    """What a program changes in get_config()'s dict does not reach from_config()."""

    def from_config(sim: Simulation, machine: Any, config: Any, at: Any) -> Value:
        return cloning.copy_layer(sim, machine, config.layer, at).as_value()

    with everywhere(cloning.from_config, from_config):
        yield


@broken
def subclass_of_dropout_is_plain() -> Iterator[None]:
    """A user's subclass of Dropout is a plain layer."""
    original = creation.subclass

    def subclass(sim: Simulation, instance: Any, base: str, at: Any) -> Layer:
        return original(sim, instance, base if base in ("Model", "Sequential", "Functional") else "Layer", at)

    with attribute(creation, "subclass", subclass):
        yield


@broken
def sequential_misses_added() -> Iterator[None]:
    """`sequential.add(layer)` adds nothing."""
    original = methods._call_model

    def call(sim: Simulation, machine: Any, model: Model, name: str, args: Args, at: Any) -> Value:
        return Const(None) if name == "add" else original(sim, machine, model, name, args, at)

    with attribute(methods, "_call_model", call):
        yield


@broken
def pop_removes_nothing() -> Iterator[None]:
    """`sequential.pop()` removes nothing."""
    original = methods._call_model

    def call(sim: Simulation, machine: Any, model: Model, name: str, args: Args, at: Any) -> Value:
        return Const(None) if name == "pop" else original(sim, machine, model, name, args, at)

    with attribute(methods, "_call_model", call):
        yield


@broken
def layers_by_name_not_found() -> Iterator[None]:
    """get_layer() finds nothing."""
    with attribute(methods, "_get_layer", lambda machine, model, args, at: machine.unknown("layer", at)):
        yield


@broken
def layers_by_index_not_found() -> Iterator[None]:
    """get_layer(index=2) goes by the name alone."""
    original = methods._get_layer

    def get(machine: Any, model: Model, args: Args, at: Any) -> Value:
        keywords = {name: value for name, value in args.keywords.items() if name != "index"}
        return original(machine, model, Args(args.positional, keywords), at)

    with attribute(methods, "_get_layer", get):
        yield


@broken
def names_count_from_one() -> Iterator[None]:
    """The first unnamed Dropout is called dropout_1."""
    original = Simulation.automatic_name

    def name(self: Simulation, class_name: str) -> Value:
        value = original(self, class_name)
        text = str(value.value) if isinstance(value, Const) else ""
        return value if text[-1:].isdigit() else Const(f"{text}_1")

    with attribute(Simulation, "automatic_name", name):
        yield


@broken
def names_are_split_at_digits() -> Iterator[None]:
    """An unnamed Conv2D is called conv2_d."""
    original = simulation.snake_case
    with attribute(simulation, "snake_case", lambda name: original(name).replace("2d", "2_d")):
        yield


@broken
def merges_make_no_layer() -> Iterator[None]:
    """`layers.concatenate([a, b])` adds no layer to the model."""

    def merge(sim: Simulation, machine: Any, name: str, args: Args, at: Any) -> Value:
        return creation.operation(args, at)

    with attribute(creation, "merge", merge):
        yield


@broken
def later_rates_ignored() -> Iterator[None]:
    """`layer.rate = 0` does nothing."""

    original = arming._switches

    def switches(layer: Layer) -> list[Any]:
        attributes, layer.attributes = layer.attributes, {}
        found = original(layer)
        layer.attributes = attributes
        return found

    with attribute(arming, "_switches", switches):
        yield


@broken
def zero_rates_drop() -> Iterator[None]:
    """Dropout(0) drops."""
    with attribute(arming, "is_on", lambda sim, value: True):
        yield


@broken
def unknown_rates_drop() -> Iterator[None]:
    """A rate computed from unknown data is above zero."""
    original = arming.is_on
    with attribute(arming, "is_on", lambda sim, value: original(sim, value) is not False):
        yield


@broken
def branches_say_nothing_of_rates() -> Iterator[None]:
    """Under `if rate > 0:` an unknown rate is as unknown as elsewhere."""
    with attribute(settled, "_told", lambda condition, answer, key, other: None):
        yield


@broken
def branches_about_rates_say_too_much() -> Iterator[None]:
    """Under `if rate >= 0:` a rate is more than 0."""
    original = settled._told

    def told(condition: Any, answer: bool, key: Any, other: float) -> bool | None:
        known = original(condition, answer, key, other)
        compares = isinstance(condition, Operation) and key in condition.operands
        return True if known is None and compares else known

    with attribute(settled, "_told", told):
        yield


@broken
def defaults_are_certain() -> Iterator[None]:
    """`trainable = not args.frozen` is what the default of the option says, and nothing else."""
    with attribute(options, "as_trainable", lambda sim, value, at: value):
        yield


@broken
def cells_never_drop() -> Iterator[None]:
    """RNN(cell) does not drop, whatever its cells do."""
    with attribute(arming, "_any_armed", lambda sim, layers: False):
        yield


@broken
def outputs_are_opaque() -> Iterator[None]:
    """Nothing is known of `model.output`."""
    with attribute(attributes, "_end", lambda sim, machine, layer, name, at: machine.unknown(name, at)):
        yield


@broken
def output_reads_unnoticed() -> Iterator[None]:
    """That a program reads `model.output` leaves no mark."""
    original = attributes._end

    def end(sim: Simulation, machine: Any, layer: Layer, name: str, at: Any) -> Value | None:
        count = len(sim.trace.output_reads)
        value = original(sim, machine, layer, name, at)
        del sim.trace.output_reads[count:]
        return value

    with attribute(attributes, "_end", end):
        yield


@broken
def layer_output_is_the_last() -> Iterator[None]:
    """`layer.output` is the output of the layer's last call, not of its first."""
    original = attributes._node_end

    def end(sim: Simulation, machine: Any, layer: Layer, name: str) -> Value | None:
        nodes, layer.nodes = layer.nodes, layer.nodes[::-1]
        try:
            return original(sim, machine, layer, name)
        finally:
            layer.nodes = nodes

    with attribute(attributes, "_node_end", end):
        yield


@broken
def opaque_steps_unnoticed() -> Iterator[None]:
    """Handing a model to code that cannot be seen leaves no mark."""

    def escape(sim: Simulation, machine: Any, values: Any, callee: str, at: Any, origin: str) -> Value | None:
        args = Args(list(values))
        return creation.operation(args, at) if symbolic(args) else None

    with attribute(unseen_code, "escape", escape):
        yield


@broken
def constructors_take_everything() -> Iterator[None]:
    """No constructor refuses an argument."""
    with attribute(Behaviour, "refusal", lambda self, constructor, argument: None):
        yield


@broken
def nothing_that_fails_is_caught() -> Iterator[None]:
    """What raises by itself is caught by no handler of the program."""
    with attribute(exceptions, "is_caught", lambda machine, exception: False):
        yield
