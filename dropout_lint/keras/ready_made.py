"""Models that come ready-made: keras.applications, keras_hub, transformers, TF-Hub.

Which layers they hold is read from the catalogue. An application becomes a model with all its
layers, so that slices and name tests over them decide as in Keras; they are wired as a chain, in
the order of `model.layers`. Of other packages only the randomness is known: such a model holds one
hidden Dropout that stands for all of it, and its layers cannot be enumerated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Const, Site, Value
from dropout_lint.keras import catalogue, creation, frozen, hub_tasks, transformers, vision_transformers
from dropout_lint.keras.catalogue import Found, ReadyLayer, skeletons
from dropout_lint.keras.contents import tensors
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import LayerKind, Role, kind_of
from dropout_lint.keras.objects import Layer, Model, Node, Outputs, Tensor, TrainableAssignment, as_layer
from dropout_lint.keras.simulation import Simulation, flag_value
from dropout_lint.keras.structures import Functional, Opaque


def construct(
    sim: Simulation, machine: Machine, found: Found, args: Args, at: Site, method: str = ""
) -> Value:
    """Calls a constructor (or `from_preset`, `from_pretrained`, `from_config`) of a ready-made model.

    Args:
        found: what the catalogue calls it.
        method: the classmethod that is called; from a preset or checkpoint the defaults are assumed.
    """
    preset = method in ("from_preset", "from_pretrained")
    if found.kind in ("transformers", "transformers_auto"):
        return _transformers(sim, machine, found, args, at, preset=preset)
    model: Model
    backbone = hub_tasks.backbone_of(found, args, preset=preset)
    if found.kind == "application":
        model = _application(sim, found, args, at)
    elif found.kind == "segmentation":
        model = _segmentation(sim, machine, found, args, at)
    elif backbone is not None:
        if isinstance(backbone, Found):
            made = construct(sim, machine, backbone, Args(), at, method)
            backbone = as_layer(made)
        model = _hidden(sim, found, args, at, backbone=backbone)
    else:
        model = _hidden(sim, found, args, at)
    model.assumed = preset
    model.name = _given_name(args) or model.name
    sim.register(model)
    frozen.constructed(sim, model, args.get(None, "trainable"), at)
    return model


def _transformers(
    sim: Simulation, machine: Machine, found: Found, args: Args, at: Site, *, preset: bool
) -> Value:
    """A TF model of transformers; with `preset` the first argument is a checkpoint, not a configuration."""
    first = args.positional[0] if args.positional else None
    config = args.keywords.get("config") or (None if preset else first)
    name: str | None = found.name
    checkpoint = (first or args.keywords.get("pretrained_model_name_or_path")) if preset else None
    if found.kind == "transformers_auto":
        name = transformers.automatic(found.name, config, checkpoint)
        if name is None:
            machine.note(f"which model {found.name} makes depends on a checkpoint that cannot be known", at)
            return creation.opaque_model(sim, found.name, Args(), at)
    assert name is not None
    made_from = transformers.configuration_for(name, args, config, preset=preset)
    skeleton = skeletons.skeleton_of(name)
    if skeleton is None:
        model = _hidden(sim, Found("transformers", name, True), args, at, made_from)
    else:
        model = transformers.build(sim, machine, name, skeleton, made_from, at)
        model.rate_arguments = _rate_arguments(Found("transformers", name, True))
    published = config is None and transformers.has_default_rates(checkpoint, made_from)
    assumed = preset and not published
    model.assumed = model.assumed or assumed or not made_from.known
    model.name = _given_name(args) or model.name
    sim.register(model)
    # from_pretrained() hands on what is no field of the configuration (measured: transformers 4.57)
    frozen.constructed(sim, model, args.keywords.get("trainable"), at)
    return model


def _application(sim: Simulation, found: Found, args: Args, at: Site) -> Model:
    keras_2 = sim.fact(Fact.IS_KERAS_2) if found.keras_2 is None else found.keras_2
    names = catalogue.parameters(found.name, keras_2)
    arguments = {**dict(zip(names, args.positional, strict=False)), **args.keywords}
    include_top, known = flag_value(arguments.get("include_top") or Const(True))
    given = {name: _python(value) for name, value in arguments.items()}
    ready = catalogue.application(found.name, bool(include_top) and known, keras_2, given)
    model = _model(found.name.rsplit(".", 1)[-1], args, at)
    # An argument that only the first releases of Keras 3 took (3.0 to 3.3, through **kwargs).
    unseen = not keras_2 and not arguments.keys() <= {*names}
    if ready is None or unseen:
        return _chain(model, [], args, listed=False)
    made = dict(sim.names)
    layers = [_layer(layer, made, model, at) for layer in ready.layers]
    for layer in ready.layers:
        if layer.stem is not None:
            count = made.get(layer.stem, 0) + layer.number + 1
            sim.names[layer.stem] = max(count, sim.names.get(layer.stem, 0))
    model.name = Const(ready.name) if ready.name is not None else NONE
    return _chain(model, layers, args, listed=True)


_OF_SEGMENTATION = (
    "backbone_name", "input_shape", "classes", "activation", "weights", "encoder_weights", "encoder_freeze",
)  # fmt: skip


def _segmentation(sim: Simulation, machine: Machine, found: Found, args: Args, at: Site) -> Model:
    """A model of segmentation_models: the layers of its encoder are its own, and may be frozen.

    Source: segmentation_models 1.0.1 (`freeze_model` passes BatchNormalization over), efficientnet 1.0.0;
    with tf_keras 2.21 the nine layers of EfficientNetB0 that drop do so in fit(), frozen or not.
    """
    given = {**dict(zip(_OF_SEGMENTATION, args.positional, strict=False)), **args.keywords}
    model = _model(found.name, args, at)
    encoder = given.get("backbone_name")
    name = str(encoder.value) if isinstance(encoder, Const) else ""
    ready = None
    if name.startswith("efficientnetb") and args.complete:
        ready = catalogue.application(f"efficientnet.EfficientNet{name[12:].upper()}", False, True, {})
    layers = [_layer(layer, {}, model, at) for layer in ready.layers] if ready is not None else []
    drops = _python(given.get("pyramid_dropout") or NONE)
    _chain(model, layers, Args(), listed=False, known_inside=bool(layers) and not drops)
    freeze = given.get("encoder_freeze")
    if layers and freeze is not None and machine.truth(freeze, at, prefer=False):
        reached = tuple(layer for layer in layers if not layer.kind.batch_norm)
        for layer in reached:
            layer.trainable = False
        some = next(layer for layer in reached if frozen.owns_weights(layer))
        frozen.write_down(sim, TrainableAssignment(at, False, some, reached, sim.tick()))
    return model


def _layer(ready: ReadyLayer, made: Mapping[str, int], owner: Model, at: Site) -> Layer:
    kind = kind_of(ready.class_name)
    args = Args()
    for switch in kind.arming:
        if ready.rate is None:  # the argument that sets it cannot be known
            args.complete = False
        else:
            args.keywords[switch.name] = Const(ready.rate)
    return Layer(kind, ready.class_name, Const(ready.named(made)), at, 0, args, ready_made=owner)


def _hidden(
    sim: Simulation,
    found: Found,
    args: Args,
    at: Site,
    config: transformers.Configuration | None = None,
    backbone: Layer | None = None,
) -> Model:
    """A model of which only the randomness is known; with a backbone, that of the rest of it."""
    model = _model(found.name, args, at)
    model.name = sim.automatic_name(found.name)
    armed = _randomness(found, args, config, apart=backbone is not None)
    known_inside = found.kind in ("backbone", "transformers")
    model.rate_arguments = _rate_arguments(found)
    layers = vision_transformers.listed(found.name, args, model, at) if found.kind == "backbone" else None
    if layers is not None:
        return _chain(model, layers, args, listed=True)
    parts: list[Layer] = []
    if backbone is not None:
        parts = [backbone]
        model.attributes["backbone"] = backbone.as_value()
    if armed is False:
        return _chain(model, parts, args, listed=False, known_inside=known_inside)
    rate = Const(0.1) if armed else NONE
    dropout = Layer(kind_of("Dropout"), "Dropout", NONE, at, 0, Args([rate]), ready_made=model)
    if armed is None:
        dropout.args.complete = False
        dropout.args.positional.clear()
    return _chain(model, [*parts, dropout], args, listed=False, known_inside=known_inside)


def _randomness(
    found: Found, args: Args, config: transformers.Configuration | None, *, apart: bool = False
) -> bool | None:
    """Whether the model drops anything in training, its parts apart; None if that cannot be known."""
    if found.kind == "backbone":
        backbone = catalogue.backbone(found.name)
        if backbone is not None and apart:
            backbone = replace(backbone, parts=())
        return None if backbone is None else backbone.random(_rates(args.keywords))
    if config is not None:
        transformer = catalogue.transformers_class(found.name)
        return transformer.random(_rates(config.written)) if transformer and config.known else None
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


def _model(name: str, args: Args, at: Site) -> Model:
    kind = LayerKind(name, takes_training=True, role=Role.NOT_OF_KERAS)
    return Model(kind, name, NONE, at, 0, args, is_ready_made=True)


def chain(name: str, layers: list[Layer], at: Site) -> Model:
    """A model of these layers alone, one after another, as if a library had made it."""
    return _chain(_model(name, Args(), at), layers, Args(), listed=True)


def _chain(
    model: Model, layers: list[Layer], args: Args, *, listed: bool, known_inside: bool = False
) -> Model:
    """Wires the layers one after another, from the model's input to its output.

    Args:
        model: what gets the layers.
        layers: those that are known.
        args: what the constructor was given.
        listed: they are all that the model has.
        known_inside: they are not, but all that is random is among them.
    """
    source = args.get(None, "input_tensor")
    starts = tensors(source) if source is not None else []
    if starts:
        layers = [layer for layer in layers if layer.kind.role is not Role.INPUT]
        value = starts[0]
    else:
        if not layers or layers[0].kind.role is not Role.INPUT:
            layers = [Layer(kind_of("InputLayer"), "InputLayer", NONE, model.site, 0), *layers]
        value = _output(Node(layers[0], Args(), None, None, []))
        layers[0].nodes.append(value.node) if value.node else None
    inputs, graph = value, []
    for layer in layers if starts else layers[1:]:
        node = Node(layer, Args([value]), None, None, [value], reported_at=model.site)
        layer.nodes.append(node)
        graph.append(node)
        value = _output(node)
    if value is inputs:  # nothing is known of its layers: the model itself makes the output
        node = Node(model, Args([value]), None, None, [value], reported_at=model.site)
        value = _output(node)
    if listed:
        model.structure = Functional(inputs, value, graph, layers)
        return model
    model.structure = Opaque(
        inputs=inputs,
        outputs=_output(value.node, Outputs) if value.node is not None else value,
        graph=graph,
        listed=[layer for layer in layers if layer.ready_made],
        known_inside=known_inside,
    )
    return model


def _output(node: Node, kind: type[Tensor] = Tensor) -> Tensor:
    tensor = kind(node)
    node.outputs.append(tensor)
    return tensor


def _python(value: Value) -> object:
    if isinstance(value, Collection) and value.complete and value.kind in ("list", "tuple"):
        return tuple(_python(item) for item in value.items)
    return value.value if isinstance(value, Const) else catalogue.UNKNOWN


def _given_name(args: Args) -> Value | None:
    value = args.keywords.get("name")
    return None if isinstance(value, Const) and value.value is None else value
