"""Copies of layers and models: `clone_model`, `get_config` and `from_config`.

Source of the facts: measured with tf_keras 2.21, keras 3.15.1 and 3.16 nightly, which differ where
`dropout_lint.keras.facts` says so.
"""

from __future__ import annotations

from collections.abc import Hashable

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values import classes
from dropout_lint.interpreter.values.kinds import (
    Args,
    BoundMethod,
    Const,
    Dict,
    Function,
    Instance,
    Site,
    Value,
    boolean,
)
from dropout_lint.keras.contents import map_args, map_tensors, reachable, symbolic
from dropout_lint.keras.creation import connected
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Config, Layer, LayerClass, Model, Node, Tensor, as_layer
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.structures import Functional, Member, Sequential, Structure


def clone(sim: Simulation, machine: Machine, layer: Layer, function: Value | None, at: Site) -> Value:
    """`clone_model(model, clone_function=...)`: new layers with the same configuration.

    The layers keep their own flags where their configuration holds them; for the clone's own see
    `_keeps_flag`. A `clone_function` sees the model's own layers, not those of nested models.
    """
    if not isinstance(layer, Model) or not layer.structure.is_declared:
        return machine.unknown("clone of a model that cannot be seen through", at)
    copy = _clone(sim, machine, layer, function, at, nested=False)
    if copy is None:
        return machine.unknown("a clone with a layer that cannot be known", at)
    return copy


def by_configuration(sim: Simulation, machine: Machine, model: Model, at: Site) -> Model | None:
    """The model made anew from its configuration, as `load_model` does; None if it cannot be known."""
    if not model.structure.is_declared:
        return None
    return _clone(sim, machine, model, None, at, nested=True)


def _clone(
    sim: Simulation, machine: Machine, layer: Model, function: Value | None, at: Site, *, nested: bool
) -> Model | None:
    copy = Model(layer.kind, layer.class_name, layer.name, at, 0, layer.args, clone_of=layer)
    if _keeps_flag(sim, layer, nested=nested):
        copy.trainable, copy.freeze = layer.trainable, layer.freeze
    sim.register(copy)
    made: dict[Layer, Layer] = {}
    for child in layer.children():
        if child.kind.role in (Role.INPUT, Role.OPERATION):
            made[child] = child
            continue
        if function is not None:
            new = as_layer(machine.invoke(function, Args([child.as_value()]), at))
        else:
            new = copy_layer(sim, machine, child, at)
        if new is None:
            return None
        originals = set(child.tree())
        for part in new.tree():
            if part.clone_of in originals:
                part.site = at  # made by from_config on behalf of this call
        made[child] = new
    copy.structure = _copied(sim, layer.structure, made)
    return copy


def _keeps_flag(sim: Simulation, model: Model, *, nested: bool) -> bool:
    """Whether the clone of a model has the model's own flag; its layers are asked for themselves.

    Keras 3 hands a Sequential's flag to the copy that clone_model returns, while the configuration
    by which nested models are copied holds it for functional models only.
    """
    if isinstance(model.structure, Sequential):
        return not nested and sim.fact(Fact.SEQUENTIAL_CLONES_KEEP_FLAG)
    return nested and sim.fact(Fact.MODEL_CONFIGS_HOLD_TRAINABLE)


def get_config(sim: Simulation, layer: Layer) -> Config:
    """`layer.get_config()`: what decides about its randomness, and the layer to copy."""
    items: dict[Hashable, Value] = {"name": layer.name}
    if layer.trainable is not None and _config_holds_flag(sim, layer):
        items["trainable"] = boolean(layer.trainable)
    for switch in layer.kind.arming:
        given = layer.setting(switch)
        items[switch.name] = given if given is not None else Const(switch.default)
    return Config(items, complete=False, layer=layer)


def _config_holds_flag(sim: Simulation, layer: Layer) -> bool:
    """Whether what Keras' own `get_config` gives holds `trainable`."""
    if isinstance(layer, Model):
        return not isinstance(layer.structure, Sequential) and sim.fact(Fact.MODEL_CONFIGS_HOLD_TRAINABLE)
    return not (layer.kind.config_forgets and sim.fact(Fact.CONFIGS_FORGET_TRAINABLE))


def from_config(sim: Simulation, machine: Machine, config: Config, at: Site) -> Value:
    """`LayerClass.from_config(config)`: a new layer, with what the program changed in between."""
    assert config.layer is not None
    copy = copy_layer(sim, machine, config.layer, at)
    if copy is None:
        return machine.unknown("a layer whose class cannot be made anew from its configuration", at)
    for switch in copy.kind.arming:
        if switch.name in config.items:
            copy.attributes[switch.name] = config.items[switch.name]
    trainable = config.items.get("trainable")
    if isinstance(trainable, Const):
        copy.trainable = bool(trainable.value)
    return copy.as_value()


def is_seen(layer: Layer) -> bool:
    """Whether all that a layer is made of is known: no code of the program, or of another package."""
    if layer.instance is not None or layer.kind.role is Role.PARTS:
        return False
    return not isinstance(layer, Model) or layer.structure.is_declared


def serialize(sim: Simulation, machine: Machine, value: Value | None, at: Site) -> Value:
    """`serialize_keras_object(layer)` and `layers.serialize(layer)`: a configuration under its class."""
    layer = as_layer(value)
    if layer is not None and all(is_seen(part) for part in layer.tree()):
        items: dict[Hashable, Value] = {
            "class_name": Const(layer.class_name),
            "config": get_config(sim, layer),
        }
        return Dict(items, complete=False)
    if isinstance(value, Const) and value.value is None:
        return value
    return machine.unknown("the configuration of something that cannot be known", at)


def deserialize(sim: Simulation, machine: Machine, given: Value | None, at: Site) -> Value:
    """`deserialize_keras_object(config)` and `layers.deserialize(config)`: the layer made anew."""
    config = given.items.get("config") if isinstance(given, Dict) else None
    if isinstance(config, Config) and config.layer is not None:
        return from_config(sim, machine, config, at)
    return machine.unknown("a layer made from an unknown configuration", at)


def copy_layer(sim: Simulation, machine: Machine, layer: Layer, at: Site) -> Layer | None:
    """The layer made anew from its configuration; None if that cannot be known or raises."""
    if layer.instance is not None:
        return _copy_of_own_class(sim, machine, layer, layer.instance, at)
    if isinstance(layer, Model) and layer.structure.is_declared:
        return _clone(sim, machine, layer, None, at, nested=True)
    inner = None if layer.inner is None else copy_layer(sim, machine, layer.inner, at)
    if layer.inner is not None and inner is None:
        return None
    copy = Layer(layer.kind, layer.class_name, layer.name, at, 0, layer.args, clone_of=layer, inner=inner)
    if _config_holds_flag(sim, layer):
        copy.trainable, copy.freeze = layer.trainable, layer.freeze
    copy.attributes, copy.function = dict(layer.attributes), layer.function
    sim.register(copy)
    return copy


# --- layers of the program's own classes


def _copy_of_own_class(
    sim: Simulation, machine: Machine, layer: Layer, instance: Instance, at: Site
) -> Layer | None:
    """Keras calls the class anew, which runs the program's `__init__` with what the configuration holds.

    That is taken to be what the original was made with, unless the class itself says how it is written
    down and read. None where it holds other layers (are they shared or made anew?) and the class does not
    say so, and where Keras raises because `__init__` does not take the flag.
    """
    cls = instance.cls
    written = classes.lookup(cls.order, "from_config")
    tells = isinstance(written, Function) and machine.find_method(instance, "get_config") is not None
    if not tells and reachable(list(instance.made_with.values())):
        return None
    config = _own_config(sim, machine, layer, instance, at)
    if config is None:
        return None
    if isinstance(written, Function):
        made = machine.invoke(BoundMethod(cls, written), Args([config]), at)
    else:
        given = instance.made_with
        keywords = dict(given.keywords)
        if "trainable" in config.items:
            if not _takes_flag(classes.lookup(cls.order, "__init__")):
                return None
            keywords["trainable"] = config.items["trainable"]
        made = machine.invoke(cls, Args(given.positional, keywords, given.complete), at)
    copy = as_layer(made)
    if copy is None:
        return None
    if copy.site is at:
        copy.clone_of, copy.name = layer, layer.name
    if copy.trainable is False:
        copy.freeze = layer.freeze
    names = [switch.name for switch in layer.kind.arming if switch.name in layer.attributes]
    copy.attributes.update({name: layer.attributes[name] for name in names})
    return copy


def _own_config(sim: Simulation, machine: Machine, layer: Layer, instance: Instance, at: Site) -> Dict | None:
    """What `get_config` gives, that of the program if there is one; None if it raises or is unknown."""
    written = machine.find_method(instance, "get_config")
    if written is not None:
        given = machine.invoke(written, Args(), at)
        return given if isinstance(given, Dict) else None
    bases = [base.name for base in instance.cls.order if isinstance(base, LayerClass)]
    config = get_config(sim, layer)
    if isinstance(layer, Model) and sim.fact(Fact.MODEL_CONFIGS_HOLD_TRAINABLE):
        return None  # NotImplementedError: a model's class has to say what it was made with
    init = classes.lookup(instance.cls.order, "__init__")
    automatic = bases[:1] == ["Layer"] and init is not None
    if automatic and not _takes_flag(init, "kwargs") and not sim.fact(Fact.AUTOMATIC_CONFIGS_HOLD_TRAINABLE):
        config.items.pop("trainable", None)
    return config


def _takes_flag(init: Value | None, name: str | None = None) -> bool:
    """Whether a constructor takes `trainable`; name: only a `**` parameter of that name counts."""
    if not isinstance(init, Function):
        return True
    rest = [parameter.name for parameter in init.parameters if parameter.kind == "kwargs"]
    return init.takes("trainable") or (bool(rest) if name is None else name in rest)


def _copied(sim: Simulation, original: Structure, made: dict[Layer, Layer]) -> Structure:
    """Puts the copies together as the originals were."""
    if isinstance(original, Sequential):
        members = [Member(made[m.layer], m.site, m.call) for m in original.members]
        return Sequential(members, has_input=original.has_input)
    assert isinstance(original, Functional)
    known: dict[Tensor, Value] = {}
    for node in original.graph:
        layer = made.get(node.layer, node.layer)
        args = map_args(node.args, lambda t: known.get(t, t))
        new = Node(layer, args, node.written, node.site, symbolic(args))
        new.swallowed, new.reported_at, new.hidden = node.swallowed, node.reported_at, node.hidden
        layer.nodes.append(new)
        for tensor in node.outputs:
            new.outputs.append(Tensor(new))
            known[tensor] = new.outputs[-1]
    return connected(sim, original.inputs, map_tensors(original.outputs, lambda t: known.get(t, t)))
