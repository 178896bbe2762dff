"""Calling a layer: adding it to a graph, or executing it."""

from __future__ import annotations

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values import classes
from dropout_lint.interpreter.values.kinds import Args, BoundMethod, Const, Site, Value
from dropout_lint.keras import frozen, lambda_layers, options, outputs, own_noise, refusals, rows
from dropout_lint.keras.contents import as_data, is_obscure, map_args, map_tensors, symbolic, tensors
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.flags import (
    default_training,
    resolve,
    take_training,
    take_training_of_body,
    takes_training,
    user_call,
)
from dropout_lint.keras.layer_classes import BY_NAME, Role
from dropout_lint.keras.objects import Layer, Model, Node, Tensor
from dropout_lint.keras.simulation import Context, Handed, Simulation, flag_value
from dropout_lint.keras.structures import Opaque, Sequential, Stack
from dropout_lint.keras.trace import Flag, Frame, NotKnown

# What sees into a built model.
_LOOKING = "dropout_lint.runtime.frozen_activity"


def call(sim: Simulation, machine: Machine, layer: Layer, args: Args, at: Site) -> Value:
    """A call written in the program: `layer(x, training=...)`."""
    refused = refusals.of_positional_flag(sim, machine, layer, args, at)
    if refused is not None:
        return refused
    args, written = take_training(sim, layer, args)
    written = options.as_training(sim, written, at)
    if symbolic(args):
        return call_symbolically(sim, machine, layer, args, written, at, at)
    result = execute(sim, machine, Frame(layer, at, at), args, written)
    if sim.context is None and any(map(is_obscure, args.positional)):
        return map_tensors(result, lambda tensor: type(tensor)(tensor.node, obscure=True))
    return result


def call_directly(sim: Simulation, machine: Machine, layer: Layer, args: Args, at: Site) -> Value:
    """`layer.call(x, training=...)` of a class of Keras: the body without Keras' call machinery.

    Of a user-written layer too: its own `call` found this one through `super()` or `Dropout.call`.
    """
    inherited = user_call(layer) is not None
    args, written = take_training_of_body(layer, args) if inherited else take_training(sim, layer, args)
    written = options.as_training(sim, written, at)
    if symbolic(args):
        if isinstance(layer, Model) and layer.structure.is_declared:
            return _inline(sim, machine, layer, args, written, at)
        return call_symbolically(sim, machine, layer, args, None, at, at)
    if inherited:
        return _call_inherited(sim, machine, layer, as_data(args), written, at)
    frame = Frame(layer, at, at, direct=True)
    flag = _direct_flag(sim, frame, written, at)
    return _within(sim, machine, frame, as_data(args), flag)


def _call_inherited(
    sim: Simulation, machine: Machine, layer: Layer, args: Args, written: Value | None, at: Site
) -> Value:
    """The body that Keras wrote, called by the one that the user wrote: a part of the same layer call."""
    frame = sim.frames[-1] if sim.frames else None
    if frame is None or frame.layer is not layer:
        frame = Frame(layer, None, None, direct=True)
        sim.frames.append(frame)
        try:
            return _call_inherited(sim, machine, layer, args, written, at)
        finally:
            sim.frames.pop()
    flag = written.flag if isinstance(written, Handed) else _direct_flag(sim, frame, written, at)
    if written is None and layer.kind.default_training:
        flag = Flag(True, True, "default", frame=frame, displaced=flag.displaced)
    return _own_body(sim, machine, layer, args, flag)


def _direct_flag(sim: Simulation, frame: Frame, written: Value | None, at: Site) -> Flag:
    """The flag of a body that is called as the function it is: nothing is inherited."""
    value, known = flag_value(written)
    flag = Flag(value, known, "written" if written is not None else "none", at, frame, raw=written)
    if sim.context is not None:
        flag.displaced = sim.context.flag
    return flag


# --- building a graph


def call_symbolically(
    sim: Simulation,
    machine: Machine,
    layer: Layer,
    args: Args,
    written: Value | None,
    site: Site | None,
    reported_at: Site | None,
) -> Value:
    """Adds a node to the graph under construction and gives its symbolic outputs."""
    node = Node(layer, args, written, site, symbolic(args), reported_at=reported_at)
    unwanted = written is not None and not takes_training(sim, layer)
    if unwanted and sim.fact(Fact.GRAPH_SWALLOWS_UNWANTED_FLAG):
        node.written = None
        node.swallowed = reported_at if flag_value(written) == (False, True) else None
    elif written is None:
        node.stored_default = _stored_default(sim, layer)
    if any(map(is_obscure, args.positional)):
        node.hidden = f"an input of {layer.class_name} cannot be seen"
    layer.nodes.append(node)
    example = _infer_output(sim, machine, layer, args, written)

    def output(like: Tensor) -> Tensor:
        tensor = type(like)(node)
        node.outputs.append(tensor)
        return tensor

    return map_tensors(example, output) if tensors(example) else output(Tensor())


def build_stack(sim: Simulation, machine: Machine, stack: Stack, at: Site) -> None:
    """Gives a stack its symbolic inputs and outputs, if it has none for its present members.

    at: where its model was made.
    """
    if not stack.members or stack.is_connected:
        return
    value: Value = stack.inputs if isinstance(stack.inputs, Tensor) else _input_made(at)
    stack.inputs = value
    graph: list[Node] = []
    stack.graph = graph
    for member in stack.members:
        args = Args([value])
        value = call_symbolically(sim, machine, member.layer, args, None, member.call, member.site)
        graph.append(member.layer.nodes[-1])
    stack.outputs = value


def _input_made(at: Site) -> Tensor:
    """A new symbolic input."""
    source = Layer(BY_NAME["InputLayer"], "InputLayer", Const(None), at, 0)
    node = Node(source, Args(), None, None, [])
    source.nodes.append(node)
    node.outputs.append(Tensor(node))
    return node.outputs[0]


def _inline(
    sim: Simulation, machine: Machine, model: Model, args: Args, written: Value | None, at: Site
) -> Value:
    """`model.call(x)` on symbolic tensors: Keras calls each layer of the model's graph anew."""
    structure = model.structure
    if isinstance(structure, Sequential):
        build_stack(sim, machine, structure, model.site)
    known: dict[Tensor, Value] = {}
    if structure.inputs is not None:
        known.update(zip(tensors(structure.inputs), symbolic(args), strict=False))
    passed = written if sim.fact(Fact.DIRECT_CALL_PASSES_FLAG) else None
    for node in structure.graph:
        inputs = map_args(node.args, lambda t: known.get(t, t))
        flag = passed if passed is not None else node.written
        result = call_symbolically(sim, machine, node.layer, inputs, flag, node.site, at)
        new = node.layer.nodes[-1]
        new.via = at
        if passed is None and flag_value(written) == (False, True):
            new.swallowed = at
        known.update(zip(node.outputs, tensors(result), strict=False))
    outputs = structure.outputs if structure.outputs is not None else Tensor()
    return map_tensors(outputs, lambda t: known.get(t, t))


def _infer_output(
    sim: Simulation, machine: Machine, layer: Layer, args: Args, written: Value | None
) -> Value:
    """The structure a layer returns: Keras runs user code on placeholders to find out."""
    if user_call(layer) is None and layer.kind.role is not Role.LAMBDA:
        layer.has_run = True
        return outputs.example(layer, args)
    saved = sim.run, sim.recording, sim.context, sim.frames
    sim.run, sim.recording, sim.context, sim.frames = None, False, None, []
    try:
        return execute(sim, machine, Frame(layer, None, None), as_data(args), written)
    finally:
        sim.run, sim.recording, sim.context, sim.frames = saved


# --- executing


def execute(
    sim: Simulation,
    machine: Machine,
    frame: Frame,
    args: Args,
    written: Value | None,
    injected: Flag | None = None,
) -> Value:
    """Executes a layer on data, as `Layer.__call__` does."""
    machine.budget.step(1 + len(sim.frames))  # each is asked what holds on the way to it
    outermost = sim.context is None
    context = sim.context = sim.context or Context()
    before = context.flag
    value, known = flag_value(written)
    frame.written = value if known and not isinstance(written, Handed) else None
    flag = resolve(sim, context, frame, written, injected)
    try:
        return _within(sim, machine, frame, args, flag)
    finally:
        if sim.fact(Fact.FLAG_RESTORED_ON_RETURN):
            context.flag = before
        if outermost:
            sim.context = None


def run_call(sim: Simulation, machine: Machine, frame: Frame, args: Args, flag: Flag | None) -> Value:
    """Runs a layer's `call` by itself: what it calls is called as from outside of any layer."""
    return _within(sim, machine, frame, args, flag or Flag(None, True, "none"))


def _within(sim: Simulation, machine: Machine, frame: Frame, args: Args, flag: Flag) -> Value:
    frame.flag = flag
    sim.frames.append(frame)
    try:
        return _body(sim, machine, frame.layer, args, flag)
    finally:
        sim.frames.pop()


def _body(sim: Simulation, machine: Machine, layer: Layer, args: Args, flag: Flag) -> Value:
    function = user_call(layer)
    if function is not None:
        return _run_user_call(sim, machine, layer, BoundMethod(layer.instance or layer, function), args, flag)
    if layer.instance is not None and classes.is_hidden(layer.instance.cls.order, "call"):
        because = f"the base class of {layer.class_name} that may hold its call() cannot be seen"
        rows.note_unseen(sim, sim.frames[-1].site, NotKnown(because, layer.site))
        return Tensor()
    return _own_body(sim, machine, layer, args, flag)


def _own_body(sim: Simulation, machine: Machine, layer: Layer, args: Args, flag: Flag) -> Value:
    """What the `call` of Keras' own classes does."""
    _make_weights(sim, layer)
    role = layer.kind.role
    if role is Role.LAMBDA and layer.function is not None:
        given = lambda_layers.arguments_of(machine, layer, args, flag)
        return machine.invoke(layer.function, given, layer.site)
    if sim.run is None or not sim.recording:
        return outputs.example(layer, args)
    if role is Role.PARTS:
        for child in layer.children():
            execute(sim, machine, Frame(child, None, None), Args([Tensor()]), None)
    elif isinstance(layer, Model):
        if not layer.structure.knows_all_layers:
            opaque = isinstance(layer.structure, Opaque)
            held = "the layers" if opaque else "a layer"
            name = layer.class_name  # of a loaded model the function that gave it
            because = f"{held} of {f'what {name}() gives' if name.islower() else name} cannot be seen"
            if opaque:  # it is there to be asked once it is built
                because += f" but by {_LOOKING}"
            moving = frozen.own_trainable(sim, layer) is not False
            gap = None if layer.structure.known_inside else NotKnown(because, layer.site, moving)
            rows.note_unseen(sim, sim.frames[-1].site, gap)
        _run_model(sim, machine, layer, flag)
    elif role is Role.WRAPPER and layer.inner is not None:
        _run_wrapped(sim, machine, layer, layer.inner, flag)
    else:
        rows.record(sim, layer, flag)
    return outputs.example(layer, args)


def _make_weights(sim: Simulation, layer: Layer) -> None:
    """The first call of a layer makes its weights."""
    if layer.has_run:
        return
    layer.has_run = True
    inside = any(user_call(frame.layer) is not None for frame in sim.frames[:-1])
    if layer.trainable is False and inside and sim.fact(Fact.BORN_FROZEN_STAYS_FROZEN):
        layer.born_frozen = True


def _run_user_call(
    sim: Simulation, machine: Machine, layer: Layer, method: BoundMethod, args: Args, flag: Flag
) -> Value:
    build_user_layer(machine, layer)
    keywords = dict(args.keywords)
    # A literal None reaches `call` as it is: the default of its parameter does not apply.
    literal_none = flag.kind == "reset" and flag.frame is sim.frames[-1]
    if takes_training(sim, layer) and (flag.value is not None or not flag.known or literal_none):
        keywords["training"] = Handed(flag) if flag.known else flag.raw or Const(None)
    at = sim.frames[-1].site or layer.site

    def body(flags: dict[str, Value]) -> Value:
        return machine.invoke(method, Args(args.positional, {**keywords, **flags}, args.complete), at)

    around, sim.draws = sim.draws, []
    try:
        result = body({})
        told = flag.known and flag.value is True and takes_training(sim, layer)
        seen = told and bool(sim.draws) and sim.run is not None and sim.recording
        if seen and own_noise.is_noise(sim, layer, sim.draws, lambda: body({"training": Const(False)})):
            rows.write(sim, layer, flag, True)
        return result
    finally:
        # What it draws for the sake of a probe, it draws for those around it.
        sim.draws = [*around, *sim.draws] if sim.probing else around


def build_user_layer(machine: Machine, layer: Layer) -> None:
    """Runs the user's `build` once, as Keras does before the first call."""
    if layer.built or layer.instance is None:
        return
    layer.built = True
    build = machine.find_method(layer.instance, "build")
    if build is not None:
        shape = machine.unknown("input shape", layer.site)
        machine.invoke(build, Args([shape]), layer.site)


def _run_model(sim: Simulation, machine: Machine, model: Model, flag: Flag) -> None:
    """A Functional or Sequential: runs its layers in order."""
    forced = flag if _overrides(sim, flag) else None
    if isinstance(model.structure, Sequential):
        for member in model.structure.members:
            frame = Frame(member.layer, member.call, member.site, graph=True)
            default = _stored_default(sim, member.layer) if forced is None else None
            stored = forced if default is None else _stored_flag(sim, frame, default)
            execute(sim, machine, frame, Args([Tensor()]), None, stored)
        return
    for node in model.structure.graph:
        if node.hidden:
            rows.note_unseen(sim, node.site, NotKnown(node.hidden, node.site or model.site))
        if node.layer.kind.role is Role.OPERATION:
            continue
        frame = Frame(node.layer, node.site, node.reported_at, graph=True)
        frame.swallowed, frame.via = node.swallowed, node.via
        if forced is not None and node.written is not None:
            value, known = flag_value(node.written)
            frame.overridden = known and value is not None and value is not forced.value
            execute(sim, machine, frame, as_data(node.args), None, forced)
            frame.written = value if known else None
        elif forced is None and node.stored_default is not None:
            stored = _stored_flag(sim, frame, node.stored_default)
            execute(sim, machine, frame, as_data(node.args), None, stored)
        else:
            execute(sim, machine, frame, as_data(node.args), node.written, forced)


def _stored_default(sim: Simulation, layer: Layer) -> Value | None:
    """The default of `training` that a graph keeps with a call that has no flag, if it keeps one."""
    if takes_training(sim, layer) and sim.fact(Fact.GRAPH_STORES_DEFAULT):
        return default_training(layer)
    return None


def _stored_flag(sim: Simulation, frame: Frame, default: Value) -> Flag:
    value, known = flag_value(default)
    displaced = sim.context.flag if sim.context is not None else None
    return Flag(value, known, "default", frame=frame, displaced=displaced, raw=default)


def _overrides(sim: Simulation, flag: Flag) -> bool:
    return (flag.value is not None or not flag.known) and sim.fact(Fact.GRAPH_OVERRIDES_FLAG)


def _run_wrapped(sim: Simulation, machine: Machine, layer: Layer, inner: Layer, flag: Flag) -> None:
    """TimeDistributed, SpectralNormalization: the wrapped layer runs on the same data."""
    frame = Frame(inner, None, None)
    if layer.class_name == "TimeDistributed" and sim.fact(Fact.TIME_STEPS_RUN_IN_TURN):
        frame.direct = True  # Keras 3 calls `self.layer.call(x, training=training)`
        for _ in range(2):  # for each time step: a flag that leaks in one is met by the next
            _within(sim, machine, frame, Args([Tensor()]), flag)
        return
    execute(sim, machine, frame, Args([Tensor()]), None)
