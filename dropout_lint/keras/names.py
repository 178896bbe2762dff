"""Dotted names -> what they are in Keras, for every way of importing it.

Only absolute names that really start at Keras or TensorFlow are looked at: an attribute named
`.trainable` or `.fit` of anything else says nothing.
"""

from __future__ import annotations

from functools import lru_cache

from dropout_lint.interpreter.values.kinds import ExternalName, Value
from dropout_lint.keras import catalogue
from dropout_lint.keras.catalogue import Found
from dropout_lint.keras.layer_classes import ALIASES, BY_NAME, MERGES, MODEL_NAMES
from dropout_lint.keras.objects import KerasFunction, ReadyMade, layer_class
from dropout_lint.keras.transformers import ConfigurationClass

# Longest first: "keras.src" must be tried before "keras".
PREFIXES = (
    "tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras", "tensorflow._api.v2.keras",
    "tensorflow_core.python.keras", "tensorflow.python.keras", "tensorflow.keras",
    "keras._tf_keras.keras", "keras.api._v2.keras", "keras.api", "keras.src", "keras.engine",
    "tf_keras.src", "tf_keras.api", "tf_keras", "keras",
)  # fmt: skip

FUNCTIONS = frozenset({"Input", "clone_model", "load_model", "model_from_json", "model_from_config", *MERGES})
# Of layers, or of any object of Keras; of losses and the like they are others.
_SERIALIZERS = {
    f"{module}.{name}{whole}": name
    for name in ("serialize", "deserialize")
    for module, whole in (("layers", ""), ("utils", "_keras_object"), ("saving", "_keras_object"))
}
_OPTIMIZERS = frozenset(
    f"optimizers.{name}"
    for name in ("Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Nadam", "RMSprop", "SGD")
)
_FUNCTION_MODULES = frozenset({"", "layers", "models", "saving", "engine", "utils"})
# Keras has moved them from module to module; no other function of it has these names.
ABOUT_TENSORS = frozenset({"get_source_inputs", "is_keras_tensor"})
# Keras 2 only: names.lookup is told so by its caller.
BACKEND = frozenset({"set_learning_phase", "learning_phase", "learning_phase_scope"})
_TENSORFLOW = {"tensorflow.GradientTape": "GradientTape", "tensorflow.function": "tf.function",
               "jax.jit": "tf.function",
               "jax.grad": "jax.grad", "jax.value_and_grad": "jax.value_and_grad",
               "tensorflow.stop_gradient": "operation", "tensorflow.identity": "operation"}  # fmt: skip
_LAYERLESS = ("tensorflow.", "keras.", "tf_keras.", "numpy.")  # what is not modelled there is no layer
_READY_MADE = ("efficientnet.", "keras_hub.", "keras_nlp.", "transformers.", "tensorflow_hub.", "vit_keras.",
               "segmentation_models.")  # fmt: skip
# PSPNet takes a part of its encoder, which is written down nowhere here.
_SEGMENTATION = {
    f"segmentation_models.{n}": Found("segmentation", n, True) for n in ("Unet", "FPN", "Linknet")
}
_READERS = frozenset({"count_params", "model_to_dot", "plot_model", "print_summary", "save_model"})
_READING = ("tensorflow.print", "tensorflow.saved_model.save", "tensorflow.summary.", "tensorflow.lite.")
_CLASS_MODULES = frozenset({"layers", "models", "engine", "src", "experimental", "legacy_tf_layers"})


@lru_cache(maxsize=10_000)
def strip_prefix(dotted: str) -> str | None:
    """The part after Keras itself ("layers.Dropout"); "" for Keras, None for anything else."""
    for prefix in PREFIXES:
        if dotted == prefix:
            return ""
        if dotted.startswith(prefix + "."):
            return dotted[len(prefix) + 1 :]
    return None


def lookup(dotted: str) -> Value | None:
    """The Keras (or modelled TensorFlow) object with this absolute name; None if there is none."""
    return None if _means_nothing(dotted) else _lookup(dotted)


@lru_cache(maxsize=10_000)
def _means_nothing(dotted: str) -> bool:
    return _lookup(dotted) is None  # most names of a program are of other packages


def _lookup(dotted: str) -> Value | None:
    if ".applications." in dotted or dotted.startswith(_READY_MADE):
        found = catalogue.find(dotted) or _SEGMENTATION.get(dotted)
        if found is not None:
            return _ready_made(found)
        if dotted.startswith("transformers.") and dotted.endswith("Config"):
            return ConfigurationClass(dotted.rpartition(".")[2])
    rest = strip_prefix(dotted)
    if rest is None:
        name = _TENSORFLOW.get(dotted)
        return KerasFunction(name) if name is not None else None
    if not rest:
        return None
    *modules, leaf = rest.split(".")
    if leaf in MODEL_NAMES:
        return layer_class(leaf)
    if modules and modules[0] == "applications" and leaf[:1].isupper():
        return KerasFunction(f"applications.{leaf}")
    if rest == "callbacks.LambdaCallback":
        return KerasFunction("LambdaCallback")
    if leaf in FUNCTIONS and (modules[0] if modules else "") in _FUNCTION_MODULES:
        return KerasFunction(leaf)
    if leaf in ABOUT_TENSORS:
        return KerasFunction(leaf)
    if rest in _SERIALIZERS:
        return KerasFunction(_SERIALIZERS[rest])
    if leaf in BACKEND and (not modules or modules[-1] == "backend"):
        return KerasFunction(leaf)
    if leaf == "Layer" or (modules and modules[0] in _CLASS_MODULES and _is_class(leaf)):
        return layer_class(ALIASES.get(leaf, leaf))
    return None


@lru_cache(maxsize=1_000)
def _ready_made(found: Found) -> ReadyMade:
    """One object for each, whatever name it is imported by: `fn is EfficientNetB0` can be known."""
    return ReadyMade(found)


def is_optimizer(dotted: str) -> bool:
    """Whether this absolute name is one of Keras' optimizers."""
    return strip_prefix(dotted) in _OPTIMIZERS


def is_checkpoint(dotted: str) -> bool:
    """Whether this absolute name is the callback that saves a model during fit()."""
    return strip_prefix(dotted) == "callbacks.ModelCheckpoint"


def saves(dotted: str) -> bool:
    """Whether this absolute name is the function that saves a model."""
    return strip_prefix(dotted) in ("models.save_model", "saving.save_model")


def only_reads(dotted: str) -> bool:
    """Whether a function of Keras or TensorFlow with this absolute name only reads the layers it is given."""
    if strip_prefix(dotted) is not None:
        return dotted.rpartition(".")[2] in _READERS
    return dotted.startswith(_READING)


def star(dotted: str) -> dict[str, Value] | None:
    """What `from dotted import *` binds of the classes and functions that matter."""
    rest = strip_prefix(dotted)
    if rest is None:
        return None
    names = ["Model", "Sequential", "Input", "Layer", *sorted({*BY_NAME, *ALIASES}), *sorted(FUNCTIONS)]
    names += ["layers", "models", "applications", "callbacks", "optimizers", "losses", "backend", "utils"]
    if rest in ("models", "engine"):
        names = ["Model", "Sequential", "clone_model", "load_model", "Input"]
    elif rest == "layers" or rest.startswith("layers."):
        names = ["Input", "Layer", *sorted({*BY_NAME, *ALIASES}), *sorted(MERGES)]
    elif rest:
        return {}
    found: dict[str, Value] = {}
    for name in names:
        value = lookup(f"{dotted}.{name}")
        found[name] = value if value is not None else ExternalName(f"{dotted}.{name}")
    return found


def is_tensor_function(dotted: str) -> bool:
    """Whether a function of this name makes a tensor from tensors (`tf.*`, `keras.ops.*`)."""
    if dotted.startswith(("tensorflow.", "tf_keras.", "keras.")):
        return dotted.rsplit(".", 1)[-1][:1].islower()
    return False


def _is_class(leaf: str) -> bool:
    return leaf in BY_NAME or (leaf[:1].isupper() and not leaf.isupper())


def makes_no_layer(dotted: str) -> bool:
    """Whether a function of this name, or its call as text, makes or runs no layer if it is not modelled."""
    return dotted.startswith(_LAYERLESS)
