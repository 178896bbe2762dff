"""Attributes of layers, models and tensors: `model.layers`, `layer.rate`, `base.output` ..."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache

import libcst as cst

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import TRUE, Collection, Const, Site, Value, boolean
from dropout_lint.keras import catalogue, frozen, refusals
from dropout_lint.keras.calling import build_stack
from dropout_lint.keras.contents import tensors
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.keys import LayerAttribute, LayersOf, UnknownFlag
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import (
    UNSEEN_LAYERS,
    Layer,
    LayerMethod,
    Model,
    NoInput,
    ReadyMade,
    Weights,
    as_layer,
    layer_class,
)
from dropout_lint.keras.runs import INFERENCE, STEPS, TRAINING
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.structures import Sequential, Stack, Subclassed
from dropout_lint.keras.trace import Doubtful, DoubtfulKind, OutputRead, RateSet

LAYER_METHODS = frozenset({
    "__init__", "__setattr__", "__call__",
    "call", "build", "get_config", "from_config", "get_weights", "set_weights",
    "count_params", "add_weight", "add_variable", "add_loss", "add_metric", "compute_output_shape",
    "compute_mask", "compute_output_spec", "get_build_config", "save_own_variables", "load_own_variables",
})  # fmt: skip
MODEL_METHODS = LAYER_METHODS | TRAINING | INFERENCE | frozenset(STEPS) | frozenset({
    "compile", "add", "pop", "get_layer", "summary", "save", "save_weights", "load_weights", "to_json",
    "to_yaml", "export", "compute_loss", "compute_metrics", "reset_metrics", "reset_states",
    "make_train_function", "make_test_function", "make_predict_function", "get_metrics_result", "enable_lora",
    "stateless_call",
})  # fmt: skip
_WEIGHT_LISTS = frozenset({"weights", "variables", "non_trainable_weights", "non_trainable_variables"})
_ENDS = frozenset({"input", "inputs", "output", "outputs"})


def get(sim: Simulation, machine: Machine, layer: Layer, name: str, at: Site) -> Value | None:
    """`layer.name`; None when such a layer certainly has no such attribute."""
    if name in layer.attributes:
        return layer.attributes[name]
    if name == "trainable":
        if _is_compared(machine, at):
            sim.trace.doubtful.append(Doubtful("compared", layer, name, machine.here))
        return _flag(machine, layer, at)
    if name in ("name", "_name"):
        return layer.name
    if name == "from_pretrained" and isinstance(layer, Model) and layer.is_ready_made:
        found = catalogue.find(f"transformers.{layer.class_name}")
        return None if found is None else ReadyMade(found, name)  # a method of the class: another model
    if name in (MODEL_METHODS if isinstance(layer, Model) else LAYER_METHODS):
        return LayerMethod(layer, name)
    if name in _ENDS:
        return _end(sim, machine, layer, name, at)
    if name in ("trainable_weights", "trainable_variables"):
        trained = frozen.trained_layers(sim, layer)
        if trained is None:
            return machine.unknown("weights of a model that cannot be seen through", at)
        return Weights(tuple(sorted(trained, key=lambda la: la.order)))
    if name in _WEIGHT_LISTS:
        return Weights(tuple(la for la in layer.tree() if frozen.owns_weights(la)))
    if name == "submodules" and layer.kind.role is Role.PARTS:
        return Collection([la.as_value() for la in _submodules(layer)], "tuple")
    shapeless = name in refusals.SHAPES and not isinstance(layer, Model) and layer.instance is None
    if shapeless and not sim.fact(Fact.LAYERS_HAVE_SHAPES):
        return None
    if name in ("layers", "_layers", "submodules"):
        return _layers(machine, layer, at) if isinstance(layer, Model) or name == "_layers" else None
    return _configured(machine, layer, name, at)


def _is_compared(machine: Machine, at: Site) -> bool:
    """Whether the attribute stands on the left of a comparison whose result is thrown away."""
    statement = machine.here.node
    comparison = statement.value if isinstance(statement, cst.Expr) else None
    return isinstance(comparison, cst.Comparison) and comparison.left is at.node


def _flag(machine: Machine, layer: Layer, at: Site) -> Value:
    if layer.trainable is None:
        key = UnknownFlag(layer.order, layer.freeze.time if layer.freeze else 0)
        return machine.unknown("trainable was set to unknown data", at, key)
    return boolean(layer.trainable)


def _configured(machine: Machine, layer: Layer, name: str, at: Site) -> Value | None:
    """Attributes that repeat constructor arguments, and those nobody has."""
    for switch in layer.kind.arming:
        if switch.name == name:
            given = layer.made_with(switch)
            return given if given is not None else Const(switch.default)
    if name == "layer" and layer.inner is not None:
        return layer.inner.as_value()
    if name in ("layer", "cell", "forward_layer", "backward_layer") and layer.kind.role is Role.PLAIN:
        return None
    if name in ("rate", "dropout", "recurrent_dropout", "stddev") and layer.instance is None:
        return None
    if name == "built":
        return TRUE
    if name == "training":
        return None
    if name in layer.args.keywords:
        return layer.args.keywords[name]
    if name in ("units", "filters") and layer.args.positional and layer.instance is None:
        return layer.args.positional[0]
    if name == "__class__":
        return layer.instance.cls if layer.instance is not None else layer_class(layer.class_name)
    if layer.instance is not None and not name.startswith("_") and name not in _COMMON:
        return None
    return machine.unknown(f"attribute '{name}' of a layer", at, LayerAttribute(layer.order, name))


_COMMON = frozenset({
    "dtype", "losses", "metrics", "optimizer", "loss", "history", "input_shape", "output_shape",
    "input_spec", "compute_dtype", "metrics_names", "stop_training", "compiled_loss", "compiled_metrics",
    "loss_tracker", "path", "updates", "dynamic", "run_eagerly", "distribute_strategy", "stateful",
    "supports_masking", "output_names", "input_names", "trainable_state",
})  # fmt: skip


def _submodules(layer: Layer) -> list[Layer]:
    """All layers below one, those nearer to it first (tf.Module)."""
    found: dict[Layer, None] = {}
    pending = layer.children()
    while pending:
        found.update(dict.fromkeys(pending))
        pending = [child for parent in pending for child in parent.children() if child not in found]
    return list(found)


def _layers(machine: Machine, layer: Layer, at: Site) -> Value:
    """`model.layers`: a new list each time, as in Keras."""
    if isinstance(layer, Model):
        if not layer.structure.knows_all_layers:
            frozen.hand_out(layer, at.file.text)
            return machine.unknown(UNSEEN_LAYERS[0], at, LayersOf(layer.order))
        if layer.structure.is_declared:
            return Collection([child.as_value() for child in layer.structure.layers()])
    return Collection([child.as_value() for child in layer.children()])


def _end(sim: Simulation, machine: Machine, layer: Layer, name: str, at: Site) -> Value | None:
    """`.input`, `.inputs`, `.output`, `.outputs`: tensors of its own graph, or of its first call.

    None: a Sequential was never called.
    """
    structure = layer.structure if isinstance(layer, Model) else Subclassed()
    stack = structure if isinstance(structure, Sequential) else None
    if stack is not None and not name.endswith("s") and sim.fact(Fact.SEQUENTIAL_OUTPUT_IS_OF_ITS_CALL):
        value = _node_end(sim, machine, layer, name)
        if value is None and not layer.escapes:
            return None
    elif not isinstance(structure, Subclassed):
        if stack is not None:
            build_stack(sim, machine, stack, layer.site)
        value = structure.inputs if name.startswith("input") else structure.outputs
    else:
        value = _node_end(sim, machine, layer, name)
    if value is None:
        return machine.unknown(f"'{name}' of a layer that was not called", at)
    if name.startswith("output"):
        sim.trace.output_reads.append(OutputRead(tuple(tensors(value)), layer, at))
    if name.endswith("s"):
        return Collection(list(tensors(value)))
    return value


def _node_end(sim: Simulation, machine: Machine, layer: Layer, name: str) -> Value | None:
    if not layer.nodes:
        for other in sim.trace.layers:
            stack = other.structure if isinstance(other, Model) else None
            if isinstance(stack, Stack) and layer in stack.layers():
                build_stack(sim, machine, stack, other.site)
    if not layer.nodes:
        return None
    node = layer.nodes[0]
    begins = layer.kind.role is Role.INPUT and sim.fact(Fact.INPUT_LAYERS_HAVE_INPUT)
    found = node.inputs if name.startswith("input") and not begins else node.outputs
    if not found and layer.kind.role is Role.INPUT:
        return NoInput([])
    return found[0] if len(found) == 1 else Collection(list(found))


def _doubt(layer: Layer, name: str, value: Value) -> DoubtfulKind | None:
    """Why an assignment does not do what it looks like, if so."""
    if name == "trainable":
        text = value.value if isinstance(value, Const) else None
        return "string" if isinstance(text, str) and text.lower() in ("false", "no", "0") else None
    if not isinstance(value, Const) or not isinstance(value.value, bool):
        return None
    if name == "training":
        return None if value.value else "training"  # True is meant to switch nothing off
    return "misspelled" if looks_like_trainable(name) else None


@cache
def looks_like_trainable(name: str) -> bool:
    """trainble, trainabel, Trainable; but not is_trainable, a name of its own."""
    return name[:1] in "tT" and SequenceMatcher(None, name, "trainable").ratio() > 0.87


def _note_rate(sim: Simulation, layer: Layer, name: str, value: Value, at: Site) -> None:
    """Writes down that a rate changes; a variable can change by itself, and says nothing."""
    for switch in layer.kind.arming:
        given = layer.setting(switch)
        before = given if given is not None else Const(switch.default)
        if switch.name != name or not isinstance(before, Const) or not isinstance(value, Const):
            continue
        if before.value != value.value:
            sim.trace.rates.append(RateSet(layer, name, before.value, value.value, at, sim.tick()))


def set_unseen(sim: Simulation, machine: Machine, name: str, at: Site) -> None:
    """`layer.rate = 0` of a layer in a model that cannot be seen through: of which, nobody can tell."""
    for model in sim.trace.layers:
        if isinstance(model, Model) and model.handed_out:
            for layer in model.tree():
                if any(switch.name == name for switch in layer.kind.arming):
                    layer.attributes[name] = machine.unknown(f"{name!r} of a layer that cannot be seen", at)


def set_(sim: Simulation, layer: Layer, name: str, value: Value, at: Site) -> bool:
    """`layer.name = value`. False: an instance of a user's class is still to store it."""
    kind = _doubt(layer, name, value)
    if kind is not None:
        thaws = kind == "misspelled" and isinstance(value, Const) and value.value is True
        sim.trace.doubtful.append(Doubtful(kind, layer, name, at, thaws))
    if name == "trainable":
        frozen.assign(sim, layer, value, at)
        return True
    if name in ("_name", "name"):
        layer.name = value
        return True
    _note_rate(sim, layer, name, value, at)
    if name == "layer" and layer.inner is not None and as_layer(value) is not None:
        layer.inner = as_layer(value)
    if layer.instance is None:
        layer.attributes[name] = value
    return layer.instance is None
