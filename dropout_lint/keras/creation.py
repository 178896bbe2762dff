"""Making layers and models: constructors, `keras.Input`, merge functions."""

from __future__ import annotations

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Const, Instance, Site, Value
from dropout_lint.keras import frozen, graph
from dropout_lint.keras.calling import call
from dropout_lint.keras.contents import contains_unknown, symbolic, tensors
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import MERGES, MODEL_NAMES, OPERATION, LayerKind, Role, kind_of
from dropout_lint.keras.objects import Layer, Model, Node, Outputs, Tensor, as_layer
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.structures import Functional, Member, Opaque, Sequential, Stack


def construct(sim: Simulation, machine: Machine, name: str, args: Args, at: Site) -> Value:
    """`keras.layers.Name(...)`, `keras.Model(...)`, `keras.Sequential(...)`."""
    if name in MODEL_NAMES:
        model = Model(kind_of(name), name, NONE, at, 0, args)
        if name == "Sequential":
            model.structure = Sequential()
        sim.register(model)
        initialise(sim, machine, model, args, at)
        return model
    layer = Layer(kind_of(name), name, NONE, at, 0, args)
    layer.name = _name(sim, layer, args)
    sim.register(layer)
    if layer.kind.is_made_with_layer:
        layer.inner = as_layer(args.get(0, "layer"))
    elif layer.kind.role is Role.LAMBDA:
        layer.function = args.get(0, "function")
    frozen.constructed(sim, layer, args.get(None, "trainable"), at)
    return layer


def subclass(sim: Simulation, instance: Instance, base: str, at: Site) -> Layer:
    """The Keras part of a new object of a user's class; its constructor runs afterwards."""
    kind = LayerKind(instance.cls.name, role=Role.NOT_OF_KERAS)
    if base not in MODEL_NAMES and base != "Layer":
        kind = kind_of(base)  # class MyDropout(layers.Dropout)
    make = Model if base in MODEL_NAMES else Layer
    store = instance.attributes
    layer = make(kind, instance.cls.name, NONE, at, 0, instance=instance, attributes=store)
    if isinstance(layer, Model) and base == "Sequential":
        layer.structure = Sequential()
    layer.name = sim.automatic_name(instance.cls.name)
    sim.register(layer)
    return layer


def initialise(sim: Simulation, machine: Machine, layer: Layer, args: Args, at: Site) -> None:
    """What Keras' own `__init__` does with its arguments (also through `super().__init__`)."""
    layer.args = args
    if isinstance(layer, Model):
        _initialise_model(sim, machine, layer, args, at)
    elif layer.instance is not None:
        if layer.kind.is_made_with_layer:
            layer.inner = as_layer(args.get(0, "layer"))
        elif layer.kind.role is Role.LAMBDA:
            layer.function = args.get(0, "function")
    layer.name = _name(sim, layer, args) if layer.instance is None else _given_name(args) or layer.name
    frozen.constructed(sim, layer, args.get(None, "trainable"), at)


def _initialise_model(sim: Simulation, machine: Machine, model: Model, args: Args, at: Site) -> None:
    stack = model.structure
    if isinstance(stack, Sequential):
        given = args.get(0, "layers")
        elements = None if given is None else machine.iterate(given, at)
        if given is not None and elements is None and not (isinstance(given, Const) and given.value is None):
            stack.members_known = False
        elements = elements or []
        for value, site in zip(elements, _element_sites(at, len(elements)), strict=True):
            add_member(machine, stack, value, site, at)
        return
    inputs = args.get(0, "inputs") or args.keywords.get("input")
    outputs = args.get(1, "outputs") or args.keywords.get("output")
    if inputs is not None and outputs is not None:
        model.structure = connected(sim, inputs, outputs)
    elif model.instance is None:  # Model(**arguments)
        model.structure = Opaque()


def connected(sim: Simulation, inputs: Value, outputs: Value) -> Functional | Opaque:
    """What `Model(inputs, outputs)` is: the graph between them; Opaque where that cannot be seen whole."""
    ends = tensors(outputs)
    if not ends:
        return Opaque(inputs=inputs, outputs=outputs)
    found = graph.build(tensors(inputs), ends)
    seen = not contains_unknown(inputs) and all(tensor.node is not None for tensor in tensors(inputs))
    if seen and not found.connected:
        return Opaque(inputs=inputs, outputs=outputs)  # Keras raises: there is no such model
    with_operations = sim.fact(Fact.OPERATIONS_ARE_LAYERS)
    listed = [la for la in found.layers if with_operations or la.kind.role is not Role.OPERATION]
    # an output that is no symbolic tensor is one that could not be seen: Keras takes no other
    if contains_unknown(outputs) or any(end.node is None for end in ends):
        return Opaque(inputs=inputs, outputs=outputs, graph=found.nodes, listed=listed)
    return Functional(inputs, outputs, found.nodes, listed)


def add_member(machine: Machine, stack: Stack, value: Value, site: Site, call_site: Site) -> None:
    """`sequential.add(layer)`, or an element of its list."""
    if isinstance(value, Tensor):  # Sequential([keras.Input(...), ...])
        stack.has_input = True
        if value.node is not None and value.node.layer.kind.role is Role.INPUT:
            stack.inputs = value
        return
    layer = as_layer(value)
    if layer is None:
        stack.members_known = False
        machine.note("a Sequential receives a layer that cannot be known", site)
        return
    if layer.kind.role is Role.INPUT:
        stack.has_input = True
        return
    if stack.has_input or (not stack.members and layer.args.get(None, "input_shape") is not None):
        stack.has_input = True
        for part in layer.tree():
            part.has_run = True
    stack.add(Member(layer, site, call_site))


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


def operation(args: Args, at: Site, hidden: str = "", parts: int | None = None) -> Value:
    """An operation on symbolic tensors that is no layer: `x + y`, `tf.concat(...)`, `x[:, 0]`.

    Args:
        hidden: why it may be more than that.
        parts: how many tensors it gives, if it gives a list of them (`tf.split`).
    """
    layer = Layer(OPERATION, "operation", NONE, at, 0)
    node = Node(layer, args, None, at, symbolic(args), hidden=hidden)
    layer.nodes.append(node)
    if parts is not None:
        node.outputs += [Tensor(node) for _ in range(parts)]
        return Collection(list(node.outputs))
    node.outputs.append(Tensor(node))
    return node.outputs[0]


def opaque_model(sim: Simulation, name: str, args: Args, at: Site) -> Model:
    """A model whose layers cannot be seen: loaded, or ready-made."""
    model = Model(LayerKind(name, takes_training=True), name, NONE, at, 0, args)
    model.name = _given_name(args) or sim.automatic_name(name)
    sim.register(model)
    source = args.get(None, "input_tensor")
    inputs = source if source is not None and tensors(source) else make_input(sim, Args(), at)
    node = Node(model, Args([inputs]), None, None, tensors(inputs), reported_at=at)
    node.outputs.append(Outputs(node))
    model.structure = Opaque(inputs=inputs, outputs=node.outputs[0])
    return model


def _name(sim: Simulation, layer: Layer, args: Args) -> Value:
    return _given_name(args) or sim.automatic_name(_automatic_class(sim, layer))


def _automatic_class(sim: Simulation, layer: Layer) -> str:
    if isinstance(layer, Model) and isinstance(layer.structure, Functional):
        return "model" if sim.fact(Fact.FUNCTIONAL_IS_NAMED_MODEL) else "functional"
    return layer.class_name


def _given_name(args: Args) -> Value | None:
    value = args.keywords.get("name")
    return None if isinstance(value, Const) and value.value is None else value
