"""Hugging Face transformers: TF models with all their layers, and the configurations they are made from.

Measured (transformers 4.57, tf_keras): what the program writes to a configuration counts until the model is
made from it; a field that `from_pretrained` is given goes to the configuration too; a frozen main layer goes
on dropping, for every model hands `training` down to all that it holds.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    Collection,
    Const,
    Dict,
    LibraryObject,
    Presumed,
    Site,
    Unknown,
    Value,
)
from dropout_lint.keras.catalogue import skeletons
from dropout_lint.keras.keys import ConfigurationField
from dropout_lint.keras.layer_classes import BY_NAME, LayerKind, Role, kind_of
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.simulation import Simulation

MAX_LAYERS = 96
"""Of a list: no published model has more."""
# Checkpoints whose published config.json has the rates that their classes have by default (0.1).
_AS_BY_DEFAULT = frozenset({
    "bert-base-uncased", "bert-large-uncased", "bert-base-cased", "bert-large-cased", "bert-base-chinese",
    "bert-base-multilingual-uncased", "bert-base-multilingual-cased",
    "distilbert-base-uncased", "distilbert-base-cased", "distilbert-base-multilingual-cased",
    "roberta-base", "roberta-large", "xlm-roberta-base", "gpt2",
})  # fmt: skip
_PUBLISHERS = ("google-bert/", "distilbert/", "FacebookAI/", "openai-community/")


@dataclass(slots=True, eq=False)
class ConfigurationClass(LibraryObject):
    """`transformers.BertConfig`, or one of its constructors; `AutoConfig` is one too."""

    name: str
    method: str = ""


@dataclass(slots=True, eq=False)
class Configuration(LibraryObject):
    """A configuration: what the program wrote to it, else the defaults.

    Args:
        name: its class; None if that cannot be known.
        written: the fields that the program gave or set.
        known: the others have their defaults; False if they cannot be known.
    """

    name: str | None
    written: dict[str, Value] = field(default_factory=dict)
    known: bool = True

    def get(self, machine: Machine, name: str, at: Site) -> Value:
        """`config.name`."""
        if name in self.written:
            return self.written[name]
        if name in ("to_dict", "to_diff_dict", "update", "save_pretrained"):
            return ConfigurationMethod(self, name)
        default = self.default(name)
        if default is not None:
            return default
        return machine.unknown(
            f"'{name}' of a configuration", at, ConfigurationField(machine.keys.serial(self), name)
        )

    def default(self, name: str) -> Value | None:
        """A field's default, where it is one that the catalogue has."""
        if name == "model_type" and self.name is not None and self.known:
            kind = skeletons.kind_of_configuration(self.name)
            return None if kind is None else Const(kind)
        found = skeletons.configuration(self.name) if self.name is not None and self.known else None
        if found is None:
            return None
        if name in found.rates:
            return Const(found.rates[name])
        return Const(found.counts[name]) if name in found.counts else None


@dataclass(slots=True, eq=False)
class ConfigurationMethod(LibraryObject):
    """A method of a configuration."""

    config: Configuration
    name: str


def make_configuration(cls: ConfigurationClass, args: Args) -> Configuration:
    """`BertConfig(...)`, `BertConfig.from_pretrained(name, ...)`, `BertConfig.from_dict({...})`."""
    name = None if cls.name in ("AutoConfig", "PretrainedConfig") else cls.name
    written = {key: value for key, value in args.keywords.items() if not key.startswith("*")}
    known = args.complete and len(written) == len(args.keywords)
    first = args.positional[0] if args.positional else None
    if cls.method == "from_dict":
        first = first if first is not None else written.pop("config_dict", None)
        known = known and isinstance(first, Dict) and first.complete
        given = first.items if isinstance(first, Dict) else {}
        written = {**{str(key): value for key, value in given.items()}, **written}
    elif cls.method in ("from_pretrained", "for_model"):
        first = first if first is not None else written.get("pretrained_model_name_or_path")
        kind = _kind(first)
        name = name or (skeletons.configuration_of_kind(kind) if kind else None)
    elif cls.method:  # from_json_file: a file outside of the program
        known = False
    return Configuration(name, written, known)


def call_method(machine: Machine, method: ConfigurationMethod, args: Args, at: Site) -> Value:
    """`config.to_dict()`, `config.update({...})`."""
    config = method.config
    if method.name == "update":
        given = args.get(0, "config_dict")
        if isinstance(given, Dict):
            config.written.update({str(key): value for key, value in given.items.items()})
        if not isinstance(given, Dict) or not given.complete:
            forget(config)
        return NONE
    if method.name == "save_pretrained":
        return NONE
    found = skeletons.configuration(config.name) if config.name and config.known else None
    items: dict[Hashable, Value] = {} if found is None else {k: Const(v) for k, v in found.rates.items()}
    items.update(config.written)
    return Dict(items, complete=False)


def forget(config: Configuration) -> None:
    """Code that cannot be seen had the configuration: nothing that was known of it still is."""
    config.known = False
    config.written.clear()


def automatic(cls: str, config: Value | None, checkpoint: Value | None) -> str | None:
    """The class that `TFAutoModel...` chooses, by its configuration or the checkpoint's name; None if
    neither says."""
    kind = None
    if isinstance(config, Configuration) and config.name is not None:
        kind = skeletons.kind_of_configuration(config.name)
    return skeletons.automatic_class(cls, kind or _kind(checkpoint))


def _kind(checkpoint: Value | None) -> str | None:
    name = checkpoint.value if isinstance(checkpoint, Const) else None
    return skeletons.kind_of_checkpoint(name) if isinstance(name, str) else None


def has_default_rates(checkpoint: Value | None, made_from: Configuration) -> bool:
    """Whether a checkpoint is known to have the rates that a configuration of its kind has by default."""
    if not isinstance(checkpoint, Const) or isinstance(checkpoint, Presumed) or made_from.name is None:
        return False
    publisher, slash, name = str(checkpoint.value).rpartition("/")
    published = name in _AS_BY_DEFAULT and publisher + slash in ("", *_PUBLISHERS)
    return published and _kind(checkpoint) == skeletons.kind_of_configuration(made_from.name)


def configuration_for(class_name: str, args: Args, config: Value | None, *, preset: bool) -> Configuration:
    """The configuration that a model is made from.

    Args:
        preset: from a checkpoint: keywords are fields of the configuration; without one the defaults are
            assumed.
    """
    name = skeletons.configuration_of(class_name)
    if not isinstance(config, Configuration):
        known = preset and (config is None or (isinstance(config, Const) and config.value is None))
        config = Configuration(name, known=known)
    elif config.name is None:
        config = replace(config, name=name)
    if preset:
        given = {key: value for key, value in args.keywords.items() if key != "config"}
        config = replace(config, written={**config.written, **given}, known=config.known and args.complete)
    return config


def build(
    sim: Simulation, machine: Machine, name: str, skeleton: str, config: Configuration, at: Site
) -> Model:
    """A model with all of its layers."""
    kind = LayerKind(name, takes_training=True, role=Role.PARTS, weightless=True)
    model = Model(kind, name, sim.automatic_name(name), at, 0, is_ready_made=True)
    _fill(_Builder(sim, machine, config, model, at), model, skeleton)
    model.attributes["config"] = config
    return model


@dataclass(slots=True)
class _Builder:
    sim: Simulation
    machine: Machine
    config: Configuration
    model: Model
    at: Site
    shared: dict[str, Layer] = field(default_factory=dict)


def _fill(builder: _Builder, layer: Layer, skeleton: str) -> None:
    for part in skeletons.skeleton(skeleton).parts:
        if not part.count:
            layer.attributes[part.attribute] = _layer(builder, part)
            continue
        made = list(_listed(builder, part))
        stored = layer.attributes.setdefault(part.attribute, Collection([]))
        if isinstance(stored, Collection):
            stored.items.extend(made)


def _listed(builder: _Builder, part: skeletons.Part) -> Iterator[Layer]:
    if part.count.isdecimal():
        yield _layer(builder, part)
        return
    count = _value(builder, part.count)
    default = skeletons.configuration(builder.config.name or "")
    number = default.counts.get(part.count, 1) if default is not None else 1
    if isinstance(count, Const) and isinstance(count.value, int) and 0 <= count.value <= MAX_LAYERS:
        number = count.value
    else:
        builder.model.assumed = True
    for _ in range(number):
        yield _layer(builder, part)


def _layer(builder: _Builder, part: skeletons.Part) -> Layer:
    """A layer; a head that has the embeddings too (`decoder`) has those of the model."""
    shares = part.class_name.endswith("Embeddings") and part.name != part.attribute
    if shares and part.class_name in builder.shared:
        return builder.shared[part.class_name]
    kind, args = _kind_of(part), Args()
    if part.rate:
        rate = _rate(builder, part.rate)
        args = Args([rate]) if rate is not None else Args(complete=False)
    automatic = part.class_name == "Dropout"
    name = builder.sim.automatic_name(part.class_name) if automatic else Const(part.name)
    layer = Layer(kind, part.class_name, name, builder.at, 0, args, ready_made=builder.model)
    if part.skeleton is not None:
        _fill(builder, layer, part.skeleton)
    builder.shared.setdefault(part.class_name, layer)
    return layer


def _kind_of(part: skeletons.Part) -> LayerKind:
    if part.skeleton is not None:
        owns = skeletons.skeleton(part.skeleton).owns_weights
        return LayerKind(part.class_name, takes_training=True, role=Role.PARTS, weightless=not owns)
    if part.rate:  # DropPath and the like, written by the package
        return replace(BY_NAME["Dropout"], name=part.class_name)
    return kind_of(part.class_name)


def _rate(builder: _Builder, said: str) -> Value | None:
    """The value of what sets a rate; None if it cannot be known."""
    first, _, second = said.rstrip("?").partition("|")
    if first[:1].isdigit():
        return Const(float(first))
    value = _value(builder, first)
    if second and isinstance(value, Const) and value.value is None:
        return _value(builder, second)
    return value


def _value(builder: _Builder, name: str) -> Value | None:
    value = builder.config.get(builder.machine, name, builder.at)
    if isinstance(value, Unknown) and name not in builder.config.written:
        return None
    return value
