"""Models that come ready-made: keras.applications, keras_hub, transformers, TF-Hub.

Which layers they hold is read from the catalogue. An application becomes a model with all its
layers, so that slices and name tests over them decide as in Keras; they are wired as a chain, in
the order of `model.layers`. Of other packages only the randomness is known: such a model holds one
hidden Dropout that stands for all of it, and its layers cannot be enumerated.
"""

from __future__ import annotations

from collections.abc import Mapping

from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Const, Dict, Site, Value
from dropout_lint.keras import catalogue, frozen
from dropout_lint.keras.catalogue import Found, ReadyLayer
from dropout_lint.keras.layer_classes import LayerKind, kind_of
from dropout_lint.keras.objects import Layer, Model, Node, Tensor, tensors
from dropout_lint.keras.simulation import Simulation, flag_value

# What a transformers model for a task calls the model inside it.
BODIES = frozenset({
    "bert", "distilbert", "roberta", "transformer", "albert", "electra", "mpnet", "deberta", "xlm_roberta",
    "camembert", "longformer", "vit", "model",
})  # fmt: skip


def construct(sim: Simulation, found: Found, args: Args, at: Site, *, preset: bool) -> Model:
    """Calls a constructor (or `from_preset`, `from_pretrained`) of a ready-made model.

    Args:
        found: what the catalogue calls it.
        preset: its configuration comes from a name: the defaults are assumed.
    """
    if found.kind == "application":
        model = _application(sim, found, args, at)
    else:
        model = _hidden(sim, found, args, at)
    model.assumed = preset
    model.name = _given_name(args) or model.name
    sim.register(model)
    frozen.constructed(sim, model, args.get(None, "trainable"), at)
    return model


def _application(sim: Simulation, found: Found, args: Args, at: Site) -> Model:
    keras_2 = sim.fact("is_keras_2") if found.keras_2 is None else found.keras_2
    names = catalogue.parameters(found.name, keras_2)
    arguments = {**dict(zip(names, args.positional, strict=False)), **args.keywords}
    include_top, known = flag_value(arguments.get("include_top") or Const(True))
    given = {name: _python(value) for name, value in arguments.items()}
    ready = catalogue.application(found.name, bool(include_top) and known, keras_2, given)
    model = _model(found.name.rsplit(".", 1)[-1], args, at)
    if ready is None:
        model.wiring = "opaque"
        return _chain(sim, model, [], args)
    made = dict(sim.names)
    layers = [_layer(layer, made, model, at) for layer in ready.layers]
    for layer in ready.layers:
        if layer.stem is not None:
            count = made.get(layer.stem, 0) + layer.number + 1
            sim.names[layer.stem] = max(count, sim.names.get(layer.stem, 0))
    model.name = Const(ready.name) if ready.name is not None else NONE
    return _chain(sim, model, layers, args)


def _layer(ready: ReadyLayer, made: Mapping[str, int], owner: Model, at: Site) -> Layer:
    kind = kind_of(ready.class_name)
    args = Args()
    for _, name, _ in kind.arming:
        if ready.rate is None:  # the argument that sets it cannot be known
            args.complete = False
        else:
            args.keywords[name] = Const(ready.rate)
    return Layer(kind, ready.class_name, Const(ready.named(made)), at, 0, args, ready_made=owner)


def _hidden(sim: Simulation, found: Found, args: Args, at: Site) -> Model:
    """A model of which only the randomness is known."""
    model = _model(found.name, args, at)
    model.wiring = "opaque"
    model.name = sim.automatic_name(found.name)
    armed = _randomness(found, args)
    model.known_inside = found.kind in ("backbone", "transformers")
    model.rate_arguments = _rate_arguments(found)
    if armed is False:
        return _chain(sim, model, [], args)
    rate = Const(0.1) if armed else NONE
    dropout = Layer(kind_of("Dropout"), "Dropout", NONE, at, 0, Args([rate]), ready_made=model)
    if armed is None:
        dropout.args.complete = False
        dropout.args.positional.clear()
    return _chain(sim, model, [dropout], args)


def _randomness(found: Found, args: Args) -> bool | None:
    """Whether the model drops anything in training; None if that cannot be known."""
    if found.kind == "backbone":
        backbone = catalogue.backbone(found.name)
        return None if backbone is None else backbone.random(_rates(args.keywords))
    if found.kind == "transformers":
        transformer = catalogue.transformers_class(found.name)
        config = args.get(1, "config") or (args.positional[0] if args.positional else None)
        if isinstance(config, Const) and isinstance(config.value, str):
            config = args.keywords.get("config")  # from_pretrained("name")
        given = _rates(args.keywords)
        if isinstance(config, Dict):
            given = {**_rates({str(k): v for k, v in config.items.items()}), **given}
        elif config is not None:
            return None
        return None if transformer is None else transformer.random(given)
    # tensorflow_hub.KerasLayer runs in inference mode while it is frozen: never evidence
    return False


def _rate_arguments(found: Found) -> tuple[str, ...]:
    """The arguments that switch a model's randomness on unless the program gives another value."""
    ready: catalogue.Backbone | catalogue.TransformersClass | None = None
    rates: Mapping[str, float | None] = {}
    if found.kind == "backbone" and (ready := catalogue.backbone(found.name)) is not None:
        rates = ready.arguments
    elif found.kind == "transformers" and (ready := catalogue.transformers_class(found.name)) is not None:
        rates = ready.fields
    return tuple(name for name, rate in rates.items() if rate and "." not in name)


def _rates(keywords: Mapping[str, Value]) -> dict[str, float | None]:
    rates: dict[str, float | None] = {}
    for name, value in keywords.items():
        number = value.value if isinstance(value, Const) else None
        rates[name] = float(number) if isinstance(number, (int, float)) else None
    return rates


def body(sim: Simulation, model: Model, name: str) -> Model | None:
    """`model.bert`: the model inside of a transformers model for a task."""
    if name not in BODIES or model.wiring != "opaque" or not model.layer_list:
        return None
    inner = _model(name, Args(), model.site)
    inner.wiring, inner.name, inner.known_inside = "opaque", Const(name), model.known_inside
    inner.rate_arguments = model.rate_arguments
    dropout = model.layer_list[0]
    own = Layer(dropout.kind, "Dropout", NONE, model.site, 0, dropout.args, ready_made=inner)
    _chain(sim, inner, [own], Args())
    sim.register(inner)
    model.layer_list = [inner, dropout]
    model.graph = [Node(inner, Args([Tensor()]), None, None, []), *model.graph]
    model.attributes[name] = inner
    return inner


def _model(name: str, args: Args, at: Site) -> Model:
    kind = LayerKind(name, takes_training=True, role="model")
    return Model(kind, name, NONE, at, 0, args, wiring="functional", is_ready_made=True)


def _chain(sim: Simulation, model: Model, layers: list[Layer], args: Args) -> Model:
    """Wires the layers one after another, from the model's input to its output."""
    source = args.get(None, "input_tensor")
    starts = tensors(source) if source is not None else []
    if starts:
        layers = [layer for layer in layers if layer.kind.role != "input"]
        value = starts[0]
    else:
        if not layers or layers[0].kind.role != "input":
            layers = [Layer(kind_of("InputLayer"), "InputLayer", NONE, model.site, 0), *layers]
        value = _output(Node(layers[0], Args(), None, None, []))
        layers[0].nodes.append(value.node) if value.node else None
    model.inputs = value
    for layer in layers if starts else layers[1:]:
        node = Node(layer, Args([value]), None, None, [value], reported_at=model.site)
        layer.nodes.append(node)
        model.graph.append(node)
        value = _output(node)
    if value is model.inputs:  # nothing is known of its layers: the model itself makes the output
        node = Node(model, Args([value]), None, None, [value], reported_at=model.site)
        value = _output(node)
    model.outputs = value
    model.layer_list = layers if model.wiring == "functional" else [la for la in layers if la.ready_made]
    return model


def _output(node: Node) -> Tensor:
    tensor = Tensor(node)
    node.outputs.append(tensor)
    return tensor


def _python(value: Value) -> object:
    if isinstance(value, Collection) and value.complete and value.kind in ("list", "tuple"):
        return tuple(_python(item) for item in value.items)
    return value.value if isinstance(value, Const) else catalogue.UNKNOWN


def _given_name(args: Args) -> Value | None:
    value = args.keywords.get("name")
    return None if isinstance(value, Const) and value.value is None else value
