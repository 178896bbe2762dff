"""Making layers and models: constructors, `keras.Input`, merge functions, `clone_model`."""

from __future__ import annotations

from collections.abc import Hashable

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import NONE, Args, Const, Instance, Site, Value, boolean
from dropout_lint.keras import frozen, graph
from dropout_lint.keras.calling import call
from dropout_lint.keras.layer_classes import MODEL_NAMES, OPERATION, LayerKind, kind_of
from dropout_lint.keras.objects import (
    Config,
    Layer,
    Member,
    Model,
    Node,
    Tensor,
    as_layer,
    contains_unknown,
    map_args,
    map_tensors,
    symbolic,
    tensors,
)
from dropout_lint.keras.simulation import Simulation

# Function of keras.layers -> the layer it makes and calls.
MERGES = {
    "add": "Add", "subtract": "Subtract", "multiply": "Multiply", "average": "Average",
    "maximum": "Maximum", "minimum": "Minimum", "concatenate": "Concatenate", "dot": "Dot",
}  # fmt: skip


def construct(sim: Simulation, machine: Machine, name: str, args: Args, at: Site) -> Value:
    """`keras.layers.Name(...)`, `keras.Model(...)`, `keras.Sequential(...)`."""
    if name in MODEL_NAMES:
        model = Model(kind_of(name), name, NONE, at, 0, args)
        if name == "Sequential":
            model.wiring = "sequential"
        sim.register(model)
        initialise(sim, machine, model, args, at)
        return model
    layer = Layer(kind_of(name), name, NONE, at, 0, args)
    layer.name = _name(sim, layer, args)
    sim.register(layer)
    if layer.kind.role in ("wrapper", "copies"):
        layer.inner = as_layer(args.get(0, "layer"))
    elif layer.kind.role == "lambda":
        layer.function = args.get(0, "function")
    frozen.constructed(sim, layer, args.get(None, "trainable"), at)
    return layer


def subclass(sim: Simulation, instance: Instance, base: str, at: Site) -> Layer:
    """The Keras part of a new object of a user's class; its constructor runs afterwards."""
    kind = LayerKind(instance.cls.name, role="model" if base in MODEL_NAMES else "layer")
    if base not in MODEL_NAMES and base != "Layer":
        kind = kind_of(base)  # class MyDropout(layers.Dropout)
    layer: Layer
    if base in MODEL_NAMES:
        layer = Model(kind, instance.cls.name, NONE, at, 0, instance=instance)
        layer.wiring = "sequential" if base == "Sequential" else "subclassed"
    else:
        layer = Layer(kind, instance.cls.name, NONE, at, 0, instance=instance)
    layer.name = sim.automatic_name(instance.cls.name)
    sim.register(layer)
    return layer


def initialise(sim: Simulation, machine: Machine, layer: Layer, args: Args, at: Site) -> None:
    """What Keras' own `__init__` does with its arguments (also through `super().__init__`)."""
    layer.args = args
    if isinstance(layer, Model):
        _initialise_model(sim, machine, layer, args, at)
    elif layer.instance is not None:
        if layer.kind.role in ("wrapper", "copies"):
            layer.inner = as_layer(args.get(0, "layer"))
        elif layer.kind.role == "lambda":
            layer.function = args.get(0, "function")
    layer.name = _name(sim, layer, args) if layer.instance is None else _given_name(args) or layer.name
    frozen.constructed(sim, layer, args.get(None, "trainable"), at)


def _initialise_model(sim: Simulation, machine: Machine, model: Model, args: Args, at: Site) -> None:
    if model.wiring == "sequential":
        stack = args.get(0, "layers")
        elements = None if stack is None else machine.iterate(stack, at)
        if stack is not None and elements is None and not (isinstance(stack, Const) and stack.value is None):
            model.members_known = False
        elements = elements or []
        for value, site in zip(elements, _element_sites(at, len(elements)), strict=True):
            add_member(sim, machine, model, value, site, at)
        return
    inputs = args.get(0, "inputs") or args.keywords.get("input")
    outputs = args.get(1, "outputs") or args.keywords.get("output")
    if inputs is not None and outputs is not None:
        connect(sim, model, inputs, outputs)
    elif model.instance is None:  # Model(**arguments)
        model.wiring = "opaque"


def connect(sim: Simulation, model: Model, inputs: Value, outputs: Value) -> None:
    """Makes a model Functional: collects the graph between its inputs and outputs."""
    ends = tensors(outputs)
    model.inputs, model.outputs = inputs, outputs
    # an output that is no symbolic tensor is one that could not be seen: Keras takes no other
    if not ends or contains_unknown(outputs) or any(end.node is None for end in ends):
        model.wiring = "opaque"
    if not ends:
        return
    found = graph.build(tensors(inputs), ends)
    if model.wiring != "opaque":
        model.wiring = "functional"
    model.graph = found.nodes
    with_operations = sim.fact("operations_are_layers")
    model.layer_list = [la for la in found.layers if with_operations or la.kind.role != "operation"]


def add_member(
    sim: Simulation, machine: Machine, model: Model, value: Value, site: Site, call_site: Site
) -> None:
    """`sequential.add(layer)`, or an element of its list."""
    if isinstance(value, Tensor):  # Sequential([keras.Input(...), ...])
        model.has_input = True
        return
    layer = as_layer(value)
    if layer is None:
        model.members_known = False
        machine.note("a Sequential receives a layer that cannot be known", site)
        return
    if layer.kind.role == "input":
        model.has_input = True
        return
    if model.has_input or (not model.members and layer.args.get(None, "input_shape") is not None):
        model.has_input = True
        for part in layer.tree():
            part.has_run = True
    model.members.append(Member(layer, site, call_site))
    model.outputs = None


def _element_sites(at: Site, count: int) -> list[Site]:
    """The list elements in `Sequential([a, b])`; the call itself when the list is built elsewhere."""
    import libcst as cst

    if isinstance(at.node, cst.Call):
        for argument in at.node.args:
            listed = argument.value
            if isinstance(listed, (cst.List, cst.Tuple)) and len(listed.elements) == count:
                elements = [element for element in listed.elements if isinstance(element, cst.Element)]
                if len(elements) == count:
                    return [Site(at.file, element.value, at.via) for element in elements]
    return [at] * count


def make_input(sim: Simulation, args: Args, at: Site) -> Tensor:
    """`keras.Input(...)`: a symbolic tensor."""
    layer = Layer(kind_of("InputLayer"), "InputLayer", NONE, at, 0, args)
    layer.name = _given_name(args) or sim.automatic_name("InputLayer")
    sim.trace.inputs.append(layer)
    node = Node(layer, Args(), None, None, [])
    layer.nodes.append(node)
    node.outputs.append(Tensor(node))
    return node.outputs[0]


def merge(sim: Simulation, machine: Machine, name: str, args: Args, at: Site) -> Value:
    """`layers.add([a, b])`: makes the layer and calls it."""
    layer = construct(sim, machine, MERGES[name], Args([], {}), at)
    assert isinstance(layer, Layer)
    return call(sim, machine, layer, Args(args.positional[:1] or list(args.values())[:1]), at)


def operation(args: Args, at: Site, hidden: str = "") -> Value:
    """An operation on symbolic tensors that is no layer: `x + y`, `tf.concat(...)`, `x[:, 0]`.

    hidden: why it may be more than that.
    """
    layer = Layer(OPERATION, "operation", NONE, at, 0)
    node = Node(layer, args, None, at, symbolic(args), hidden=hidden)
    layer.nodes.append(node)
    node.outputs.append(Tensor(node))
    return node.outputs[0]


def opaque_model(sim: Simulation, name: str, args: Args, at: Site) -> Model:
    """A model whose layers cannot be seen: loaded, or ready-made."""
    model = Model(LayerKind(name, takes_training=True), name, NONE, at, 0, args, wiring="opaque")
    model.name = _given_name(args) or sim.automatic_name(name)
    sim.register(model)
    source = args.get(None, "input_tensor")
    if source is not None and tensors(source):
        model.inputs = source
    else:
        model.inputs = make_input(sim, Args(), at)
    node = Node(model, Args([model.inputs]), None, None, tensors(model.inputs), reported_at=at)
    node.outputs.append(Tensor(node))
    model.outputs = node.outputs[0]
    return model


def clone(sim: Simulation, machine: Machine, layer: Layer, function: Value | None, at: Site) -> Value:
    """`clone_model(model, clone_function=...)`: new layers with the same configuration.

    The clone itself is trainable, while its layers keep their own flags (measured in every
    version). A `clone_function` sees the model's own layers, not those of nested models.
    """
    if not isinstance(layer, Model) or layer.wiring not in ("functional", "sequential"):
        return machine.unknown("clone of a model that cannot be seen through", at)
    copy = Model(layer.kind, layer.class_name, layer.name, at, 0, layer.args, clone_of=layer)
    copy.wiring = layer.wiring
    sim.register(copy)
    made: dict[Layer, Layer] = {}
    for child in layer.children():
        if child.kind.role in ("input", "operation"):
            made[child] = child
            continue
        new = as_layer(machine.invoke(function, Args([child.as_value()]), at)) if function else None
        if function is not None and new is None:
            return machine.unknown("a clone_function whose result cannot be known", at)
        if new is not None and new.clone_of is child:
            new.site = at  # made by from_config on behalf of this call
        made[child] = new or _copy_layer(sim, machine, child, at)
    if layer.wiring == "sequential":
        copy.members = [Member(made[m.layer], m.site, m.call) for m in layer.members]
        return copy
    _rewire(sim, layer, copy, made)
    return copy


def get_config(layer: Layer) -> Config:
    """`layer.get_config()`: what decides about its randomness, and the layer to copy."""
    items: dict[Hashable, Value] = {"name": layer.name}
    if layer.trainable is not None:
        items["trainable"] = boolean(layer.trainable)
    for position, name, default in layer.kind.arming:
        given = layer.attributes.get(name) or layer.args.get(position if position < 99 else None, name)
        items[name] = given if given is not None else Const(default)
    return Config(items, complete=False, layer=layer)


def from_config(sim: Simulation, machine: Machine, config: Config, at: Site) -> Value:
    """`LayerClass.from_config(config)`: a new layer, with what the program changed in between."""
    assert config.layer is not None
    copy = _copy_layer(sim, machine, config.layer, at)
    for _, name, _ in copy.kind.arming:
        if name in config.items:
            copy.attributes[name] = config.items[name]
    trainable = config.items.get("trainable")
    if isinstance(trainable, Const):
        copy.trainable = bool(trainable.value)
    return copy.as_value()


def _copy_layer(sim: Simulation, machine: Machine, layer: Layer, at: Site) -> Layer:
    if isinstance(layer, Model):
        nested = as_layer(clone(sim, machine, layer, None, at))
        if nested is not None:
            nested.trainable = layer.trainable
            nested.freeze = layer.freeze
            return nested
    kind = layer.kind if layer.instance is None else LayerKind(layer.class_name)
    copy = Layer(kind, layer.class_name, layer.name, at, 0, layer.args, clone_of=layer)
    if not (kind.config_forgets and sim.fact("configs_forget_trainable")):
        copy.trainable, copy.freeze = layer.trainable, layer.freeze
    copy.attributes, copy.instance = dict(layer.attributes), layer.instance
    copy.function = layer.function
    if layer.inner is not None:
        copy.inner = _copy_layer(sim, machine, layer.inner, at)
    sim.register(copy)
    return copy


def _rewire(sim: Simulation, original: Model, copy: Model, made: dict[Layer, Layer]) -> None:
    """Calls the copies as the originals were called."""
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
    if original.inputs is not None and original.outputs is not None:
        connect(sim, copy, original.inputs, map_tensors(original.outputs, lambda t: known.get(t, t)))


def _name(sim: Simulation, layer: Layer, args: Args) -> Value:
    return _given_name(args) or sim.automatic_name(_automatic_class(sim, layer))


def _automatic_class(sim: Simulation, layer: Layer) -> str:
    if isinstance(layer, Model) and layer.wiring == "functional":
        return "model" if sim.fact("functional_is_named_model") else "functional"
    return layer.class_name


def _given_name(args: Args) -> Value | None:
    value = args.keywords.get("name")
    return None if isinstance(value, Const) and value.value is None else value
