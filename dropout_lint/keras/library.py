"""Keras as the interpreter meets it: the `Library` protocol, spread over this package's rooms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

import libcst as cst

from dropout_lint.interpreter.budget import BudgetExceeded
from dropout_lint.interpreter.exploration.paths import PathDecisions
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.signals import Signal
from dropout_lint.interpreter.values.kinds import (
    Args,
    Class,
    Collection,
    Const,
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
    cloning,
    creation,
    datasets,
    graph,
    methods,
    names,
    outputs,
    own_noise,
    ready_made,
    refusals,
    runs,
    saving,
    transformers,
)
from dropout_lint.keras.behaviour import Behaviour
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import BASES, MERGES, MODEL_NAMES
from dropout_lint.keras.objects import (
    Checkpoint,
    KerasFunction,
    LambdaCallback,
    Layer,
    LayerClass,
    LayerMethod,
    Model,
    OpaqueStep,
    Optimizer,
    Outputs,
    ReadyMade,
    Tape,
    Tensor,
    Weights,
    as_layer,
    layer_class,
    reachable,
    symbolic,
)
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.trace import Missed, NotKnown
from dropout_lint.screening.text import CLAIMED, PACKAGES

_SPEAKING = ("dropout", "rate", "training", "inference", "eval", "freeze", "trainable")
_STEPS_OF_OPTIMIZERS = ("apply_gradients", "apply")
_LAYERLESS = ("tensorflow.", "keras.", "tf_keras.", "numpy.")  # what is not modelled there is no layer
# What Keras itself makes and calls, and no layer runs in.
_NO_LAYER = re.compile(
    r"result of (tensorflow|keras|tf_keras)\.(\w+\.)*(losses|metrics|optimizers|schedules|callbacks)\."
    r"|attribute 'apply_gradients'"
    r"|attribute '(optimizer|loss|losses|metrics|loss_tracker|compiled_loss|compiled_metrics)' of a layer"
)
# scaler.fit(x), encoder.fit(y), datagen.fit(images)
_FITTED_ELSEWHERE = re.compile(
    r"result of (sklearn|xgboost|lightgbm|catboost|statsmodels|scipy|imblearn|hmmlearn|umap|prophet)\."
    r"|preprocessing"
)
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
    """

    def __init__(self, behaviour: Behaviour, way: PathDecisions) -> None:
        self.sim = Simulation(behaviour, way)

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
            return self._call_function(machine, function.name, args, at)
        if isinstance(function, ReadyMade):
            return self._construct_ready_made(machine, function, args, at)
        if isinstance(function, transformers.ConfigurationClass):
            return transformers.make_configuration(function, args)
        if isinstance(function, transformers.ConfigurationMethod):
            return transformers.call_method(machine, function, args, at)
        if isinstance(function, TapeMethod):
            return self._call_tape(machine, function, args, at)
        if isinstance(function, ExternalName):
            return self._call_extern(machine, function, args, at)
        if isinstance(function, Outputs):
            return function  # `outputs.to_tuple()`, `outputs.get("logits")`
        return machine.unknown("call of a Keras object that is not modelled", at)

    def _construct(self, machine: Machine, name: str, args: Args, at: Site) -> Value:
        constructor = name if name in MODEL_NAMES else f"layers.{name}"
        refused = refusals.of_constructor(self.sim, machine, constructor, args, at)
        if name == "Model" and refused is None:
            refused = refusals.of_old_ends(self.sim, machine, args, at)
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

    def _call_function(self, machine: Machine, name: str, args: Args, at: Site) -> Value:
        if name == "Input":
            refused = refusals.of_constructor(self.sim, machine, name, args, at)
            return refused or creation.make_input(self.sim, args, at)
        if name == "GradientTape":
            return Tape()
        if name == "LambdaCallback":
            return LambdaCallback(args)
        if name in MERGES:
            return creation.merge(self.sim, machine, name, args, at)
        if name == "clone_model":
            model = as_layer(args.get(0, "model"))
            function = args.get(2, "clone_function")
            if isinstance(function, Const):
                function = None
            if model is None:
                return machine.unknown("clone of an unknown model", at)
            return cloning.clone(self.sim, machine, model, function, at)
        if name == "load_model":
            loaded = saving.load(self.sim, machine, args, at)
            if loaded is not None:
                return loaded
        if name == "tf.function":
            given = args.get(0, "func")
            return given if given is not None else KerasFunction("tf.function")
        if name in names.ABOUT_TENSORS:
            return self._ask_of_tensor(machine, name, args, at)
        if name in names.BACKEND:
            return self._learning_phase(machine, name, args, at)
        if name == "operation":
            return creation.operation(args, at) if symbolic(args) else Tensor()
        return creation.opaque_model(self.sim, name.rsplit(".", 1)[-1], args, at)

    def _ask_of_tensor(self, machine: Machine, name: str, args: Args, at: Site) -> Value:
        """`get_source_inputs(tensor)` and `K.is_keras_tensor(x)`."""
        tensor = args.get(0, "x" if name == "is_keras_tensor" else "tensor")
        if not isinstance(tensor, Tensor) or tensor.node is None:
            return machine.unknown(f"result of {name}()", at)
        if name == "is_keras_tensor":
            return Const(True)
        origin = graph.source_inputs(tensor)
        return Collection(list(origin)) if origin else machine.unknown(f"result of {name}()", at)

    def _learning_phase(self, machine: Machine, name: str, args: Args, at: Site) -> Value:
        """`K.set_learning_phase(value)` and `K.learning_phase()`; Keras 3 has neither."""
        sim = self.sim
        if not sim.fact(Fact.IS_KERAS_2):
            return machine.unknown(f"{name}() does not exist in Keras 3", at)
        if name == "learning_phase":
            if sim.learning_phase is None:
                return machine.unknown("the learning phase", at)
            return Const(int(sim.learning_phase))
        value = args.get(0, "value")
        if name == "learning_phase_scope":
            return PhaseScope(value)
        self._set_phase(value, at)
        return Const(None)

    def _set_phase(self, value: Value | None, at: Site) -> None:
        sim = self.sim
        sim.learning_phase = bool(value.value) if isinstance(value, Const) else None
        sim.phase_site = at if sim.learning_phase is False else None

    def _call_extern(self, machine: Machine, function: ExternalName, args: Args, at: Site) -> Value:
        own_noise.note_draw(self.sim, function.dotted, args)
        chosen = own_noise.chosen(self.sim, machine, function.dotted, args, at)
        if chosen is not None:
            return chosen
        parts = outputs.number_of_parts(function.dotted, args)
        if symbolic(args):
            followed = function.dotted.startswith(_LAYERLESS)
            hidden = "" if followed else f"{function.dotted}() cannot be followed"
            return creation.operation(args, at, hidden, parts)
        if names.is_optimizer(function.dotted):
            constructor = f"optimizers.{function.dotted.rpartition('.')[2]}"
            return refusals.of_constructor(self.sim, machine, constructor, args, at) or Optimizer(args)
        if names.is_checkpoint(function.dotted):
            return Checkpoint(args)
        if names.saves(function.dotted):
            rest = Args(args.positional[1:], args.keywords, args.complete)
            saving.save(self.sim, machine, as_layer(args.get(0, "model")), rest, at)
        if names.only_reads(function.dotted):
            return machine.unknown(f"result of {function.dotted}()", at)
        if names.is_tensor_function(function.dotted) and _has_data_tensor(args):
            return Tensor() if parts is None else Collection([Tensor() for _ in range(parts)])
        return machine.opaque_function(function.dotted, args, at)

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
        return Tensor() if _has_data_tensor(args) else None

    def enter(self, machine: Machine, obj: Value, at: Site) -> Value:
        if isinstance(obj, Tape):
            runs.enter_tape(self.sim, obj, at)
        elif isinstance(obj, PhaseScope):
            obj.before = self.sim.learning_phase, self.sim.phase_site
            self._set_phase(obj.value, at)
        return obj

    def exit(self, machine: Machine, obj: Value, at: Site) -> None:
        if isinstance(obj, Tape):
            runs.exit_tape(self.sim, obj)
        elif isinstance(obj, PhaseScope):
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
        called = callee.split()[0]
        if called.rpartition(".")[2] in _STEPS_OF_OPTIMIZERS:
            runs.apply(self.sim)
        if called.endswith(".map"):
            datasets.map_over(self.sim, machine, values, at)
        saving.written_elsewhere(self.sim, machine, values, called)
        for value in values:
            if isinstance(value, transformers.Configuration):
                transformers.forget(value)
        layers = reachable(values)
        if layers:
            machine.note(f"{callee.split()[0]}() cannot be followed and receives a layer", at)
            # `base = f(base)`: what the program goes on with may be another object
            speaks = _speaks(callee, values) or _rebinds(machine.here.node, at.node)
        for layer in layers:
            layer.opaque.append(OpaqueStep(callee, speaks, at, self.sim.tick()))
        followed = callee.startswith(_LAYERLESS) or bool(_NO_LAYER.match(origin))
        because = f"{callee.split()[0]}() cannot be followed{f' ({origin})' if origin else ''}"
        data = any(isinstance(value, (Tensor, Unknown)) for value in values)
        if data and not followed:
            calling.note_unseen(self.sim, at, NotKnown(because, at))
        args = Args(list(values))
        return creation.operation(args, at, "" if followed else because) if symbolic(args) else None

    def work(self) -> tuple[int, int]:
        return len(self.sim.trace.layers), len(self.sim.trace.runs)

    def noted(self, reason: str, at: Site, called: str) -> None:
        sim, gap = self.sim, NotKnown(reason, at)
        if sim.run is not None and sim.recording:
            sim.run.unknown.append(gap)
        elif called in runs.TRAINING and not _makes_no_model(reason):
            why = reason.removeprefix(f"{called}() of something that ")
            sim.trace.missed.append(Missed(called, NotKnown(f"its model {why}", at)))


class PhaseScope(LibraryObject):
    """`K.learning_phase_scope(value)`: sets the learning phase for the length of a `with` block."""

    __slots__ = ("before", "value")

    def __init__(self, value: Value | None) -> None:
        self.value = value
        self.before: tuple[bool | None, Site | None] = (None, None)


class TapeMethod(LibraryObject):
    """A method of a GradientTape."""

    __slots__ = ("name", "tape")

    def __init__(self, tape: Tape, name: str) -> None:
        self.tape = tape
        self.name = name


def _speaks(callee: str, values: Sequence[Value]) -> bool:
    """Whether a call speaks of freezing or of randomness, in its name or in a string that it is given."""
    text = callee.lower() + " " + " ".join(_constants(values)).lower()
    return any(word in text for word in _SPEAKING)


def _makes_no_model(reason: str) -> bool:
    """Whether what cannot be known comes from a package whose objects are fitted, but are no models."""
    return bool(_FITTED_ELSEWHERE.search(reason))


def _rebinds(statement: cst.CSTNode, call: cst.CSTNode) -> bool:
    """Whether a call's result takes the name of one of its arguments."""
    if not isinstance(statement, cst.Assign) or statement.value is not call or not isinstance(call, cst.Call):
        return False
    targets = [target.target for target in statement.targets]
    return any(argument.value.deep_equals(target) for argument in call.args for target in targets)


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
    return name == {"sequential": "Sequential", "subclassed": "", "opaque": ""}.get(
        model.wiring, "Functional"
    )


def _has_data_tensor(args: Args) -> bool:
    return any(isinstance(value, Tensor) for value in args.values())


def _constants(values: Sequence[Value]) -> list[str]:
    return [value.value for value in values if isinstance(value, Const) and isinstance(value.value, str)]
