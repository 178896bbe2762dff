"""Methods of layers and models: `fit`, `compile`, `add`, `get_layer` ..."""

from __future__ import annotations

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import NONE, Args, Const, Dict, Site, Unknown, Value
from dropout_lint.keras import callbacks, calling, cloning, creation, refusals, runs, saving, stateless
from dropout_lint.keras.objects import UNSEEN_LAYERS, Config, Layer, LayerMethod, Model, Tensor, as_layer
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.structures import Stack


def call(sim: Simulation, machine: Machine, method: LayerMethod, args: Args, at: Site) -> Value:
    """Calls a method; one read from the class (`keras.Model.__init__`) takes its object first."""
    layer = method.layer
    if layer is None and method.name == "from_config":
        config = args.get(0, "config")
        if isinstance(config, Config) and config.layer is not None:
            return cloning.from_config(sim, machine, config, at)
        return machine.unknown("a layer made from an unknown configuration", at)
    if layer is None:
        layer = as_layer(args.positional[0]) if args.positional else None
        if layer is None:
            return machine.unknown(f"'{method.name}' of an unknown layer", at)
        args = Args(args.positional[1:], args.keywords, args.complete)
    name = method.name
    if name == "__init__":
        creation.initialise(sim, machine, layer, args, layer.site)
        return NONE
    if name == "__setattr__":
        return _set_attribute(machine, layer, args, at)
    if name == "__call__":
        return calling.call(sim, machine, layer, args, at)
    if name == "call":
        return calling.call_directly(sim, machine, layer, args, at)
    if name == "get_config":
        return cloning.get_config(sim, layer)
    if name == "build":
        return _build(layer)
    if isinstance(layer, Model):
        return _call_model(sim, machine, layer, name, args, at)
    return _other(machine, name, at)


def _set_attribute(machine: Machine, layer: Layer, args: Args, at: Site) -> Value:
    attribute, value = args.get(0, "name"), args.get(1, "value")
    if isinstance(attribute, Const) and isinstance(attribute.value, str) and value is not None:
        machine.set_attribute(layer.as_value(), attribute.value, value, at)
    return NONE


def _call_model(sim: Simulation, machine: Machine, model: Model, name: str, args: Args, at: Site) -> Value:
    refusals.of_method(sim, machine, name, args, at)
    if name in runs.TRAINING or name in runs.INFERENCE:
        if name in ("fit", "fit_generator"):
            callbacks.begin(sim, machine, model, args, at)
        run = runs.enter(sim, machine, model, name, at)
        if run is not None and name in ("fit", "fit_generator"):
            callbacks.follow(sim, machine, run, args, at)
            saving.save_checkpoints(sim, machine, model, args, at)
        if sim.run is None:
            sim.set_by_hooks = frozenset()
        return machine.unknown(f"result of {name}()", at)
    if name == "stateless_call":
        return stateless.call(sim, machine, model, args, at)
    if name == "compile":
        runs.compile_model(sim, model, args, at)
        return NONE
    if name in runs.STEPS:
        return runs.default_step(sim, machine, model, training=runs.STEPS[name], at=at, site=at)
    if name == "add":
        value = args.get(0, "layer")
        if value is not None and isinstance(model.structure, Stack):
            creation.add_member(machine, model.structure, value, at, at)
        return NONE
    if name == "pop":
        last = model.structure.pop() if isinstance(model.structure, Stack) else None
        return last.as_value() if last is not None else NONE
    if name == "get_layer":
        return _get_layer(machine, model, args, at)
    if name == "load_weights":
        model.weights_loaded = True
    if name == "enable_lora":
        _enable_lora(model)
    if name == "save":
        saving.save(sim, machine, model, args, at)
    if name in ("make_train_function", "reset_states"):
        model.steps.traced_in.clear()
    return _other(machine, name, at)


def _enable_lora(model: Model) -> None:
    """A backbone of keras_hub thaws itself, and freezes all its layers but some that get weights of LoRA
    (measured with 0.32.0)."""
    model.trainable = True
    for layer in model.tree():
        if layer is not model:
            layer.trainable = None


def _build(layer: Layer) -> Value:
    for part in layer.tree():
        part.has_run = True
    return NONE


def _other(machine: Machine, name: str, at: Site) -> Value:
    if name == "compute_metrics":
        return Dict({}, complete=False)
    if name in ("add_weight", "add_variable", "compute_loss"):
        return Tensor()
    if name in ("summary", "save", "save_weights", "load_weights", "set_weights", "add_loss"):
        return NONE
    return machine.unknown(f"result of {name}()", at)


def _get_layer(machine: Machine, model: Model, args: Args, at: Site) -> Value:
    name, index = args.get(0, "name"), args.get(1, "index")
    layers = machine.get_attribute(model, "layers", at)
    found = machine.iterate(layers, at) if not isinstance(layers, Unknown) else None
    if found is None:
        return machine.unknown(UNSEEN_LAYERS[1], at)
    if isinstance(index, Const) and isinstance(index.value, int) and -len(found) <= index.value < len(found):
        return found[index.value]
    for value in found:
        layer = as_layer(value)
        given = layer.name if layer is not None else None
        if isinstance(name, Const) and isinstance(given, Const) and given.value == name.value:
            return value
    return machine.unknown("get_layer() with a name that cannot be matched", at)
