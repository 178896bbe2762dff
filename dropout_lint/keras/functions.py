"""Calls of functions: those of Keras that the simulation models, and those that it knows by name only."""

from __future__ import annotations

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import (
    Args,
    Collection,
    Const,
    ExternalName,
    LibraryObject,
    Site,
    Value,
)
from dropout_lint.keras import (
    cloning,
    creation,
    deep_copies,
    graph,
    names,
    outputs,
    own_noise,
    refusals,
    saving,
    stateless,
)
from dropout_lint.keras.contents import symbolic
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import MERGES
from dropout_lint.keras.objects import (
    Checkpoint,
    Differentiated,
    KerasFunction,
    LambdaCallback,
    Optimizer,
    Tape,
    Tensor,
    as_layer,
)
from dropout_lint.keras.simulation import Simulation


class PhaseScope(LibraryObject):
    """`K.learning_phase_scope(value)`: sets the learning phase for the length of a `with` block."""

    __slots__ = ("before", "value")

    def __init__(self, value: Value | None) -> None:
        self.value = value
        self.before: tuple[bool | None, Site | None] = (None, None)


def call(sim: Simulation, machine: Machine, name: str, args: Args, at: Site) -> Value:
    """Calls a function of Keras, by the name that the simulation has for it."""
    if name == "Input":
        refused = refusals.of_constructor(sim, machine, name, args, at)
        return refused or creation.make_input(sim, args, at)
    if name == "GradientTape":
        return Tape()
    if name == "LambdaCallback":
        return LambdaCallback(args)
    if name in MERGES:
        return creation.merge(sim, machine, name, args, at)
    if name == "clone_model":
        model = as_layer(args.get(0, "model"))
        function = args.get(2, "clone_function")
        if isinstance(function, Const):
            function = None
        if model is None:
            return machine.unknown("clone of an unknown model", at)
        return cloning.clone(sim, machine, model, function, at)
    if name == "serialize":
        return cloning.serialize(sim, machine, args.get(0, "obj") or args.get(0, "layer"), at)
    if name == "deserialize":
        return cloning.deserialize(sim, machine, args.get(0, "config"), at)
    if name == "load_model":
        loaded = saving.load(sim, machine, args, at)
        if loaded is not None:
            return loaded
    if name in ("jax.grad", "jax.value_and_grad"):
        differentiated = args.get(0, "fun")
        if differentiated is None:
            return KerasFunction(name)
        return Differentiated(name, differentiated, stateless.places(args.get(1, "argnums")))
    if name == "tf.function":
        given = args.get(0, "func")
        return given if given is not None else KerasFunction("tf.function")
    if name in names.ABOUT_TENSORS:
        return _ask_of_tensor(machine, name, args, at)
    if name in names.BACKEND:
        return _learning_phase(sim, machine, name, args, at)
    if name == "operation":
        return creation.operation(args, at) if symbolic(args) else Tensor()
    return creation.opaque_model(sim, name.rsplit(".", 1)[-1], args, at)


def _ask_of_tensor(machine: Machine, name: str, args: Args, at: Site) -> Value:
    """`get_source_inputs(tensor)` and `K.is_keras_tensor(x)`."""
    tensor = args.get(0, "x" if name == "is_keras_tensor" else "tensor")
    if not isinstance(tensor, Tensor) or tensor.node is None:
        return machine.unknown(f"result of {name}()", at)
    if name == "is_keras_tensor":
        return Const(True)
    origin = graph.source_inputs(tensor)
    return Collection(list(origin)) if origin else machine.unknown(f"result of {name}()", at)


def call_external(sim: Simulation, machine: Machine, function: ExternalName, args: Args, at: Site) -> Value:
    """Calls a function of Keras, TensorFlow or another package that has no model of its own."""
    if function.dotted == "copy.deepcopy":
        return deep_copies.deepcopy(sim, machine, args, at)
    own_noise.note_draw(sim, function.dotted, args)
    chosen = own_noise.chosen(sim, machine, function.dotted, args, at)
    if chosen is not None:
        return chosen
    parts = outputs.number_of_parts(function.dotted, args)
    if symbolic(args):
        followed = names.makes_no_layer(function.dotted)
        hidden = "" if followed else f"{function.dotted}() cannot be followed"
        return creation.operation(args, at, hidden, parts)
    if names.is_optimizer(function.dotted):
        constructor = f"optimizers.{function.dotted.rpartition('.')[2]}"
        return refusals.of_constructor(sim, machine, constructor, args, at) or Optimizer(args)
    if names.is_checkpoint(function.dotted):
        return refusals.of_checkpoint(sim, machine, args, at) or Checkpoint(args)
    if names.saves(function.dotted):
        rest = Args(args.positional[1:], args.keywords, args.complete)
        saving.save(sim, machine, as_layer(args.get(0, "model")), rest, at)
    if names.only_reads(function.dotted):
        return machine.unknown(f"result of {function.dotted}()", at)
    if names.is_tensor_function(function.dotted) and has_data_tensor(args):
        return Tensor() if parts is None else Collection([Tensor() for _ in range(parts)])
    return machine.opaque_function(function.dotted, args, at)


def _learning_phase(sim: Simulation, machine: Machine, name: str, args: Args, at: Site) -> Value:
    """`K.set_learning_phase(value)` and `K.learning_phase()`; Keras 3 has neither."""
    if not sim.fact(Fact.IS_KERAS_2):
        return machine.unknown(f"{name}() does not exist in Keras 3", at)
    if name == "learning_phase":
        if sim.learning_phase is None:
            return machine.unknown("the learning phase", at)
        return Const(int(sim.learning_phase))
    value = args.get(0, "value")
    if name == "learning_phase_scope":
        return PhaseScope(value)
    set_phase(sim, value, at)
    return Const(None)


def set_phase(sim: Simulation, value: Value | None, at: Site) -> None:
    """Sets the learning phase, as `K.set_learning_phase(value)` does."""
    sim.learning_phase = bool(value.value) if isinstance(value, Const) else None
    sim.phase_site = at if sim.learning_phase is False else None


def has_data_tensor(args: Args) -> bool:
    """Whether a call is given a tensor."""
    return any(isinstance(value, Tensor) for value in args.values())
