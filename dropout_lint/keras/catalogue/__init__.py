"""Ready-made models: what `keras.applications` and other packages build, layer by layer.

In: the dotted name of a constructor or class and the arguments that are known. Out: the layers in the order
of `model.layers`, or the arguments that make the model random. The data beside this file is written by
`python -m tests.catalogue.generate` from the packages themselves; each file names their versions. A file is
read when it is first asked for: importing this module reads nothing.

A line of an `applications` file is one of

    NAME CLASS [RATE]        one layer; NAME is `~2` or `~2:stem` if Keras made it up: the third of its stem
    PREFIX =BLOCK [RATE...]  the layers of a block, their names behind PREFIX; the rates fill its `?`

An option is a list of [start, stop, lines]: what replaces those layers of the model as it is made by
`Constructor(include_top=False)`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

_DATA = Path(__file__).parent

UNKNOWN: Final = object()
"""The value of an argument that was given but cannot be known."""


@dataclass(frozen=True, slots=True)
class ReadyLayer:
    """One layer of a ready-made model.

    Args:
        name: its name if the model is the first that the program makes.
        class_name: its class.
        rate: how much it drops; None if it drops nothing, or (of a Dropout) if that is unknown.
        stem: what Keras made the name of ("conv2d" of "conv2d_7"); None for a name that is always the same.
        number: how many layers of that stem the model made before this one.
    """

    name: str
    class_name: str
    rate: float | None = None
    stem: str | None = None
    number: int = 0

    def named(self, made: Mapping[str, int]) -> str:
        """Its name if the program made `made[stem]` layers of each stem before the model."""
        if self.stem is None:
            return self.name
        return _numbered(self.stem, self.number + made.get(self.stem, 0))


@dataclass(frozen=True, slots=True)
class ReadyModel:
    """A ready-made model.

    Args:
        name: the name of the model itself; None if it depends on arguments that were given.
        layers: as in `model.layers`.
        versions: the package that it was read from ("keras 3.15.1").
    """

    name: str | None
    layers: tuple[ReadyLayer, ...]
    versions: str


@dataclass(frozen=True, slots=True)
class Backbone:
    """A model class of keras_hub, or a function of vit_keras: what decides about the model's randomness.

    Args:
        name: the class.
        arguments: the arguments that set a rate, with their defaults; None for a required one.
        constant: rates that no argument changes.
        parts: arguments that are models themselves (`image_encoder`), with a randomness of their own.
        versions: the package that it was read from.
        layers: its layers, a name (None: Keras makes it up) and a class each; empty if they cannot be listed.
    """

    name: str
    arguments: Mapping[str, float | None]
    constant: tuple[float, ...]
    parts: tuple[str, ...]
    versions: str
    layers: tuple[tuple[str | None, str], ...] = ()

    def random(self, given: Mapping[str, float | None]) -> bool | None:
        """Whether the model drops anything in training; None if that cannot be known.

        Args:
            given: the rates that the program passes; None for one that cannot be known.
        """
        if self.constant:
            return True
        return _any_rate(
            {**self.arguments, **{k: given[k] for k in self.arguments if k in given}}, self.parts
        )


@dataclass(frozen=True, slots=True)
class TransformersClass:
    """A TensorFlow model class of Hugging Face transformers (Keras 2, whatever Keras is installed).

    Args:
        name: the class.
        config: its configuration class.
        fields: the configuration's fields that set a rate in this model, with their defaults. One that is
            None stands for another field of the list. A field of a part has a dot: `text_config.dropout`.
        versions: the package that it was read from.
    """

    name: str
    config: str
    fields: Mapping[str, float | None]
    versions: str

    def random(self, given: Mapping[str, float | None]) -> bool | None:
        """Whether the model drops anything in training; None if that cannot be known.

        Args:
            given: the fields that the program sets before it makes the model; None if unknown.
        """
        rates = {name: given.get(name, default or 0.0) for name, default in self.fields.items()}
        return _any_rate(rates, ())


@dataclass(frozen=True, slots=True)
class Found:
    """What a dotted name is.

    Args:
        kind: "application" (ask `application`), "backbone" (ask `backbone`), "transformers" (ask
            `transformers_class`), "transformers_auto" (TFAutoModel...: the class depends on the
            configuration), "segmentation", or tensorflow_hub's "hub_layer" (ask `hub_layer_obeys_freezing`).
        name: the name to ask with.
        keras_2: whether it is always, or never, a Keras 2 model; None if that is as for the program.
    """

    kind: Literal["application", "backbone", "transformers", "transformers_auto", "hub_layer", "segmentation"]
    name: str
    keras_2: bool | None


_APPLICATION = re.compile(
    r"(?:tf_)?keras(?:\.[\w.]+)?\.applications\.(?:\w+\.)*(\w+)|tensorflow(?:_core)?\.[\w.]*?keras\."
    r"(?:[\w.]+\.)?applications\.(?:\w+\.)*(\w+)|keras_applications\.(?:\w+\.)*(\w+)"
)
_EFFICIENTNET = re.compile(r"efficientnet\.(?:(tfkeras\.|keras\.)|model\.)?(\w+)")  # since 1.0, and before
_BACKBONE = re.compile(r"keras_(?:hub|nlp)\.(?:api\.|src\.)?models\.(?:\w+\.)*(\w+)")
_VIT = re.compile(r"vit_keras\.vit\.(\w+)")
_TRANSFORMERS = re.compile(r"transformers\.(?:\w+\.)*(TF\w+)")
_HUB = Found("hub_layer", "KerasLayer", True)
_EXACT = {"tensorflow_hub.KerasLayer": _HUB, "tensorflow_hub.keras_layer.KerasLayer": _HUB}


def find(dotted: str) -> Found | None:
    """What a dotted name is, if the catalogue has it, however it is imported.

    `keras.applications.efficientnet.EfficientNetB0`, `tensorflow.keras.applications.EfficientNetB0`,
    `efficientnet.tfkeras.EfficientNetB0`, `keras_nlp.models.BertBackbone`, `transformers.TFBertModel`.
    """
    if match := _APPLICATION.fullmatch(dotted):
        name = match[1] or match[2] or match[3]
        keras_2 = True if dotted.startswith(("tf_keras.", "keras_applications.")) else None
        return Found("application", name, keras_2) if name in _index() else None
    if match := _EFFICIENTNET.fullmatch(dotted):
        name = f"{'efficientnet' if match[1] else 'efficientnet_0'}.{match[2]}"
        return Found("application", name, True) if name in _index() else None
    if match := _BACKBONE.fullmatch(dotted):
        return Found("backbone", match[1], False) if match[1] in read("keras_hub")["classes"] else None
    if match := _VIT.fullmatch(dotted):
        return Found("backbone", match[1], None) if match[1] in read("vit_keras")["classes"] else None
    if match := _TRANSFORMERS.fullmatch(dotted):
        if match[1] in read("transformers")["auto"]:
            return Found("transformers_auto", match[1], True)
        known = match[1] in read("transformers")["classes"]
        return Found("transformers", match[1], True) if known else None
    return _EXACT.get(dotted)


def application(
    name: str, include_top: bool, keras_2: bool, arguments: Mapping[str, object]
) -> ReadyModel | None:
    """The model that a constructor of `keras.applications` (or of the package efficientnet) makes.

    Its layers do not depend on `classes`, `alpha`, `classifier_activation`, nor (NASNetLarge, which drops
    nothing, apart) on `input_shape`. With `input_tensor=` the layers that made the tensor stand in the
    place of the InputLayer.

    Args:
        name: the constructor ("EfficientNetB0"), "efficientnet.EfficientNetB0" of that package, or, of its
            releases before 1.0, "efficientnet_0.EfficientNetB0".
        include_top: whether it has its classifier.
        keras_2: whether it is made by Keras 2.
        arguments: the other keyword arguments, as Python values; `UNKNOWN` for one that cannot be known.
            Those that matter: weights, pooling, include_preprocessing, drop_connect_rate, dropout,
            dropout_rate; the model's name follows `name`, and in MobileNets alpha and input_shape.

    Returns:
        The model; None if this Keras has no such constructor, or for MobileNetV3's `minimalistic` variant.
    """
    family = _index().get(name)
    if family is None or arguments.get("minimalistic", False) is not False:
        return None
    data = read(f"applications/{family}")
    entry = _entry(data["models"][name], keras_2)
    if entry is None:
        return None
    lines = _apply(entry, _options(include_top, arguments))
    layers = tuple(layer for line in lines for layer in _expand(line, data["blocks"], keras_2))
    package = name.partition(".")[0] if "." in name else "tf_keras" if keras_2 else "keras"
    return ReadyModel(
        _model_name(entry["name"], arguments),
        _with_rates(layers, entry.get("arguments", {}), arguments),
        f"{package.removesuffix('_0')} {data['versions'][package]}",
    )


def parameters(name: str, keras_2: bool) -> tuple[str, ...]:
    """What the positional arguments of a constructor are, in order; () if this Keras does not have it.

    Most begin with include_top; MobileNet*, NASNet* and (Keras 2) ConvNeXt*, RegNet* do not.
    """
    family = _index().get(name)
    entry = _entry(read(f"applications/{family}")["models"][name], keras_2) if family else None
    return tuple(entry["parameters"].split()) if entry else ()


def backbone(name: str) -> Backbone | None:
    """A backbone or task class of keras_hub (formerly keras_nlp), or a function of vit_keras, by its name.

    The figures are those of the constructor. A preset may have others; its names do not say.
    """
    package = "vit_keras" if name in read("vit_keras")["classes"] else "keras_hub"
    data = read(package)
    entry = data["classes"].get(name)
    if entry is None:
        return None
    return Backbone(
        name,
        entry["arguments"],
        tuple(entry.get("constant", ())),
        tuple(entry.get("parts", ())),
        f"{package} {data['versions'][package]}",
        tuple(
            (name or None, cls) for name, _, cls in (one.rpartition(" ") for one in entry.get("layers", ()))
        ),
    )


def transformers_class(name: str) -> TransformersClass | None:
    """A TF class of transformers by its own name; `from_pretrained` models mostly have these defaults."""
    data = read("transformers")
    entry = data["classes"].get(name)
    if entry is None:
        return None
    config, fields = entry[:2]
    rates = data["configurations"][config]
    return TransformersClass(
        name,
        config,
        {field: rates[field] for field in fields},
        f"transformers {data['versions']['transformers']}",
    )


def hub_layer_obeys_freezing() -> bool:
    """Whether a frozen `tensorflow_hub.KerasLayer` runs in inference mode (it does)."""
    return bool(read("tensorflow_hub")["classes"]["KerasLayer"]["inference_while_frozen"])


def constructors() -> tuple[str, ...]:
    """All names that `application` knows."""
    return tuple(_index())


@cache
def read(name: str) -> dict[str, Any]:
    """One file of the data, read once."""
    data: dict[str, Any] = json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))
    return data


@cache
def _index() -> dict[str, str]:
    """Constructor -> the file that holds it."""
    return {name: family for family, names in read("applications/index").items() for name in names}


def _entry(model: dict[str, Any], keras_2: bool) -> dict[str, Any] | None:
    """A model as one Keras makes it; Keras 2 is stored as what differs from Keras 3."""
    if not keras_2:
        return model.get("keras 3")
    return {**model.get("keras 3", {}), **model["keras 2"]} if "keras 2" in model else None


def _options(include_top: bool, arguments: Mapping[str, object]) -> list[str]:
    """The stored options that the arguments ask for. What is unknown is taken for the default."""
    options = ["include_top=true"] if include_top else []
    if arguments.get("weights", "imagenet") not in ("imagenet", "noisy-student", UNKNOWN):
        options.append("weights=null")
    if not include_top and arguments.get("pooling") in ("avg", "max"):
        options.append(f"pooling={arguments['pooling']}")
    if arguments.get("include_preprocessing") is False:
        options.append("include_preprocessing=false")
    return options


def _apply(entry: dict[str, Any], options: list[str]) -> list[str]:
    """The lines of the model with those options: a line for each layer or block."""
    lines: list[str] = list(entry["layers"])
    changes = [change for option in options for change in entry["options"].get(option, [])]
    for start, stop, replacement in sorted(changes, key=lambda change: -change[0]):
        lines[start:stop] = replacement
    return lines


def _expand(line: str, blocks: Mapping[str, list[str]], keras_2: bool) -> Iterator[ReadyLayer]:
    name, what, *rates = line.split()
    if not what.startswith("="):
        yield _layer(name, what, float(rates[0]) if rates else None, keras_2)
        return
    given = iter(rates)
    for row in blocks[what[1:]]:
        suffix, class_name, *rate = row.split()
        yield ReadyLayer(name + suffix, class_name, float(next(given)) if rate else None)


def _layer(name: str, class_name: str, rate: float | None, keras_2: bool) -> ReadyLayer:
    if not name.startswith("~"):
        return ReadyLayer(name, class_name, rate)
    number, _, stem = name[1:].partition(":")
    if not stem:
        stem = "input" if keras_2 and class_name == "InputLayer" else snake_case(class_name)
    return ReadyLayer(_numbered(stem, int(number)), class_name, rate, stem, int(number))


@cache
def snake_case(class_name: str) -> str:
    """The stem of the names that Keras makes up for a class: "conv2d" of Conv2D."""
    words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", class_name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()


def _numbered(stem: str, number: int) -> str:
    if stem == "input":  # Keras 2 counts its inputs from 1
        return f"input_{number + 1}"
    return f"{stem}_{number}" if number else stem


def _with_rates(
    layers: tuple[ReadyLayer, ...], known: Mapping[str, Any], arguments: Mapping[str, object]
) -> tuple[ReadyLayer, ...]:
    """The layers after the arguments that set a rate: scaled, zero, or not made at all."""
    made: list[ReadyLayer | None] = list(layers)
    random = [i for i, layer in enumerate(layers) if layer.rate is not None]
    for argument in known.keys() & arguments.keys():
        effect, value = known[argument], arguments[argument]
        for i in random[slice(*effect["random"])]:
            rate = layers[i].rate
            if not isinstance(value, (int, float)) or rate is None:
                made[i] = replace(layers[i], rate=None)
            elif value or effect["zero"] == "rate":
                made[i] = replace(layers[i], rate=round(rate * value / effect["default"], 6))
            else:
                made[i] = None
    return tuple(layer for layer in made if layer is not None)


def _model_name(name: str, arguments: Mapping[str, object]) -> str | None:
    """The model's name; MobileNet and MobileNetV2 write alpha and the size of the image into theirs."""
    given = arguments.get("name")
    if given is not None:
        return given if isinstance(given, str) else None
    stem, mobile, _ = name.partition("_1.00_")
    if not mobile:
        return name
    alpha, shape = arguments.get("alpha", 1.0), arguments.get("input_shape")
    pretrained = arguments.get("weights", "imagenet") == "imagenet"
    if not isinstance(alpha, (int, float)) or arguments.get("input_tensor") is not None:
        return None
    if shape is None and pretrained:
        return f"{stem}_{alpha:0.2f}_224"
    if not isinstance(shape, (tuple, list)) or len(shape) != 3:
        return None
    sizes = (128, 160, 192, 224) if stem == "mobilenet" else (96, 128, 160, 192, 224)
    usual = shape[0] == shape[1] and shape[0] in sizes
    return f"{stem}_{alpha:0.2f}_{shape[0] if usual or not pretrained else 224}"


def _any_rate(rates: Mapping[str, float | None], parts: tuple[str, ...]) -> bool | None:
    if any(rates.values()):
        return True
    return None if parts or None in rates.values() else False
