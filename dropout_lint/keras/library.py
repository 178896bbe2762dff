"""Keras as the interpreter meets it: the `Library` protocol, spread over this package's rooms."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dropout_lint.interpreter.budget import BudgetExceeded
from dropout_lint.interpreter.exploration.other_programs import run_beside
from dropout_lint.interpreter.exploration.paths import PathDecisions
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.signals import Signal
from dropout_lint.interpreter.values.kinds import (
    Args,
    Class,
    ExternalName,
    Instance,
    LibraryObject,
    Site,
    Unknown,
    Value,
)
from dropout_lint.keras import (
    attributes,
    calling,
    creation,
    datasets,
    frozen,
    functions,
    methods,
    names,
    outputs,
    ready_made,
    refusals,
    runs,
    stateless,
    transformers,
    unseen_code,
)
from dropout_lint.keras.behaviour import Behaviour
from dropout_lint.keras.contents import symbolic
from dropout_lint.keras.keys import LayerAttribute
from dropout_lint.keras.layer_classes import BASES, MODEL_NAMES
from dropout_lint.keras.objects import (
    UNSEEN_LAYERS,
    Differentiated,
    KerasFunction,
    Layer,
    LayerClass,
    LayerMethod,
    Model,
    Outputs,
    ReadyMade,
    Tape,
    Tensor,
    Weights,
    as_layer,
    layer_class,
)
from dropout_lint.keras.random_names import is_random
from dropout_lint.keras.simulation import Simulation
from dropout_lint.screening.text import CLAIMED, PACKAGES

_MODEL = layer_class("Model")
_CALLED_BY_KERAS = frozenset({
    "call", "build", "train_step", "test_step", "predict_step", "compute_loss", "get_config", "from_config",
    "compute_output_shape", "compute_mask", "metrics", "compile",
})  # fmt: skip


class KerasLibrary:
    """One simulated Keras for one run of the interpreter.

    Args:
        behaviour: which versions of Keras it stands for.
        way: the branches that the run takes.
        beside: the run is of another program, for what it leaves on the disk.
    """

    def __init__(self, behaviour: Behaviour, way: PathDecisions, *, beside: bool = False) -> None:
        self.sim = Simulation(behaviour, way, run_beside=None if beside else self._run_beside)

    def _run_beside(self, machine: Machine, path: Path, at: Site) -> Simulation | None:
        """Keras after another program of the project was run; None if that was not seen whole."""
        choices = PathDecisions()
        other = KerasLibrary(self.sim.behaviour, choices, beside=True)
        return other.sim if run_beside(machine, other, choices, path, at) else None

    def lookup(self, dotted: str) -> Value | None:
        found = names.lookup(dotted)
        if found is _MODEL:
            self.sim.packages.add(dotted.partition(".")[0])
        return found

    def claims(self, package: str) -> bool:
        return package in CLAIMED

    def publishes(self, package: str) -> bool:
        return package in PACKAGES

    def concerns(self, name: str) -> bool:
        return name == "trainable" or name in runs.TRAINING

    def is_promising(self, name: str) -> bool:
        return is_random(name)

    def promises(self, value: Value) -> bool:
        if isinstance(value, ReadyMade):
            return is_random(value.found.name)
        return isinstance(value, LayerClass) and is_random(value.name)

    def star(self, dotted: str) -> dict[str, Value] | None:
        found = names.star(dotted)
        if found is not None and found.get("Model") is _MODEL:
            self.sim.packages.add(dotted.partition(".")[0])
        return found

    def call(self, machine: Machine, function: Value, args: Args, at: Site) -> Value:
        if isinstance(function, LayerClass):
            return self._construct(machine, function.name, args, at)
        if isinstance(function, Layer):
            return calling.call(self.sim, machine, function, args, at)
        if isinstance(function, LayerMethod):
            return methods.call(self.sim, machine, function, args, at)
        if isinstance(function, KerasFunction):
            return functions.call(self.sim, machine, function.name, args, at)
        if isinstance(function, ReadyMade):
            return self._construct_ready_made(machine, function, args, at)
        if isinstance(function, transformers.ConfigurationClass):
            return transformers.make_configuration(function, args)
        if isinstance(function, transformers.ConfigurationMethod):
            return transformers.call_method(machine, function, args, at)
        if isinstance(function, Differentiated):
            return stateless.differentiate(self.sim, machine, function, args, at)
        if isinstance(function, TapeMethod):
            return self._call_tape(machine, function, args, at)
        if isinstance(function, ExternalName):
            return functions.call_external(self.sim, machine, function, args, at)
        if isinstance(function, Outputs):
            return function  # `outputs.to_tuple()`, `outputs.get("logits")`
        return machine.unknown("call of a Keras object that is not modelled", at)

    def _construct(self, machine: Machine, name: str, args: Args, at: Site) -> Value:
        constructor = name if name in MODEL_NAMES else f"layers.{name}"
        refused = refusals.of_constructor(self.sim, machine, constructor, args, at)
        if name == "Model" and refused is None:
            refused = refusals.of_old_ends(self.sim, machine, args, at)
            refused = refused or refusals.of_no_inputs(self.sim, machine, args, at)
        return refused or creation.construct(self.sim, machine, name, args, at)

    def _construct_ready_made(self, machine: Machine, made: ReadyMade, args: Args, at: Site) -> Value:
        refused = None
        if made.found.kind == "application" and made.found.keras_2 is None:
            constructor = f"applications.{made.found.name}"
            refused = refusals.of_constructor(self.sim, machine, constructor, args, at)
        return refused or ready_made.construct(self.sim, machine, made.found, args, at, made.method)

    def finish(self, machine: Machine) -> None:
        """The run is over: what other code may do with its models is assumed."""
        with suppress(Signal, BudgetExceeded):
            runs.assume_training(self.sim, machine, machine.leaving)

    def _call_tape(self, machine: Machine, method: TapeMethod, args: Args, at: Site) -> Value:
        if method.name in ("gradient", "jacobian"):
            runs.gradient(self.sim, method.tape, args.get(1, "sources"))
        return machine.unknown(f"result of {method.name}()", at)

    def get(self, machine: Machine, obj: LibraryObject, name: str, at: Site) -> Value | None:
        if isinstance(obj, Layer):
            return attributes.get(self.sim, machine, obj, name, at)
        if isinstance(obj, LayerClass):
            return LayerMethod(None, name) if name in attributes.MODEL_METHODS else machine.unknown(name, at)
        if isinstance(obj, ReadyMade):
            makes = name in ("from_preset", "from_pretrained", "from_config")
            return ReadyMade(obj.found, name) if makes else machine.unknown(name, at)
        if isinstance(obj, Tape):
            return TapeMethod(obj, name)
        if isinstance(obj, Tensor) and name == "_keras_history":
            return outputs.history(machine, obj, at)
        if isinstance(obj, Outputs) and name not in ("shape", "dtype", "name"):
            return outputs.part(obj, name)
        if isinstance(obj, Tensor) and obj.node is not None and name not in ("shape", "dtype", "name"):
            return creation.operation(Args([obj]), at)
        if isinstance(obj, transformers.ConfigurationClass):
            return transformers.ConfigurationClass(obj.name, name)
        if isinstance(obj, transformers.Configuration):
            return obj.get(machine, name, at)
        if isinstance(obj, KerasFunction):
            return ExternalName(f"keras.{obj.name}.{name}")
        return machine.unknown(f"attribute '{name}'", at)

    def set(self, machine: Machine, obj: LibraryObject, name: str, value: Value, at: Site) -> bool:
        self.sim.caller = machine.caller
        if isinstance(obj, transformers.Configuration):
            obj.written[name] = value
        return attributes.set_(self.sim, obj, name, value, at) if isinstance(obj, Layer) else True

    def set_unknown(self, machine: Machine, obj: Unknown, name: str, value: Value, at: Site) -> None:
        if name != "trainable":
            if obj.reason in UNSEEN_LAYERS:
                attributes.set_unseen(self.sim, machine, name, at)
        elif obj.reason in UNSEEN_LAYERS:
            frozen.assign_unseen(self.sim, obj, value, at)
        elif isinstance(obj.key, LayerAttribute):
            frozen.assign_unseen_part(self.sim, obj.key, value, at)

    def items(self, machine: Machine, obj: LibraryObject) -> Sequence[Value] | None:
        if isinstance(obj, Weights):
            return [Weights((layer,)) for layer in obj.layers]
        return None

    def is_instance(self, machine: Machine, obj: Value, cls: Value) -> bool | None:
        layer = as_layer(obj)
        if not isinstance(cls, LayerClass):
            return None if isinstance(obj, Tensor) or layer is None or not isinstance(cls, Class) else False
        if layer is None:
            return None if isinstance(obj, Unknown) else False
        return _is_kind_of(layer, cls.name)

    def operate(self, machine: Machine, operator: str, operands: Sequence[Value], at: Site) -> Value | None:
        if operator == "+" and all(isinstance(o, Weights) for o in operands):
            return Weights(tuple(la for o in operands if isinstance(o, Weights) for la in o.layers))
        if operator == "[]" and isinstance(operands[0], Weights):
            return operands[0]
        if operator in ("not", "==", "!=", "is", "in", "[]="):
            return None
        first = operands[0]
        if operator == "unpack":
            return outputs.part(first, operands[1]) if isinstance(first, Tensor) else None
        if operator == "[]" and isinstance(first, Outputs) and outputs.is_place(operands[1]):
            return outputs.part(first, operands[1])
        args = Args(list(operands))
        if symbolic(args):
            return creation.operation(args, at)
        return Tensor() if functions.has_data_tensor(args) else None

    def enter(self, machine: Machine, obj: Value, at: Site) -> Value:
        if isinstance(obj, Tape):
            runs.enter_tape(self.sim, obj, at)
        elif isinstance(obj, functions.PhaseScope):
            obj.before = self.sim.learning_phase, self.sim.phase_site
            functions.set_phase(self.sim, obj.value, at)
        return obj

    def exit(self, machine: Machine, obj: Value, at: Site) -> None:
        if isinstance(obj, Tape):
            runs.exit_tape(self.sim, obj)
        elif isinstance(obj, functions.PhaseScope):
            self.sim.learning_phase, self.sim.phase_site = obj.before

    def subclass(self, machine: Machine, instance: Instance, base: Value, at: Site) -> LibraryObject | None:
        if not isinstance(base, LayerClass):
            return None
        return creation.subclass(self.sim, instance, base.name, at)

    def calls_itself(self, cls: Class) -> frozenset[str]:
        known = any(isinstance(base, LayerClass) for base in cls.order)
        return _CALLED_BY_KERAS if known else frozenset()

    def escape(
        self, machine: Machine, values: Sequence[Value], callee: str, at: Site, origin: str
    ) -> Value | None:
        return unseen_code.escape(self.sim, machine, values, callee, at, origin)

    def put_to_data(self, machine: Machine, values: Sequence[Value], callee: str, at: Site) -> None:
        if callee.endswith(".map"):
            datasets.map_over(self.sim, machine, values, at)

    def work(self) -> tuple[int, int]:
        return len(self.sim.trace.layers), len(self.sim.trace.runs)

    def is_telling(self) -> bool:
        trace = self.sim.trace
        return bool(trace.freezes) or any(run.activities for run in trace.runs)

    def lacking(self, machine: Machine, obj: LibraryObject, name: str, at: Site) -> Value | None:
        return refusals.of_shape(self.sim, machine, name, at) if isinstance(obj, Layer) else None

    def noted(self, reason: str, at: Site, called: str) -> None:
        unseen_code.noted(self.sim, reason, at, called)


class TapeMethod(LibraryObject):
    """A method of a GradientTape."""

    __slots__ = ("name", "tape")

    def __init__(self, tape: Tape, name: str) -> None:
        self.tape = tape
        self.name = name


def _is_kind_of(layer: Layer, name: str) -> bool:
    if name == "Layer":
        return True
    own = layer.class_name
    if layer.instance is not None:
        bases = [base for base in layer.instance.cls.order if isinstance(base, LayerClass)]
        own = bases[0].name if bases else "Layer"
    if name in MODEL_NAMES:
        return isinstance(layer, Model) and _model_is(layer, name)
    return own == name or name in BASES.get(own, ())


def _model_is(model: Model, name: str) -> bool:
    if name == "Model":
        return True
    return name == model.structure.keras_class
