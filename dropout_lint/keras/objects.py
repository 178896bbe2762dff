"""Keras' objects as the simulation holds them: layers, models, tensors and their graph nodes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from dropout_lint.interpreter.values.kinds import (
    Args,
    Collection,
    Dict,
    Instance,
    Lasting,
    LibraryObject,
    Site,
    Value,
)
from dropout_lint.keras import class_members
from dropout_lint.keras.catalogue import Found
from dropout_lint.keras.compilation import Compilation, Steps
from dropout_lint.keras.layer_classes import LayerKind, Role, Switch
from dropout_lint.keras.structures import Opaque, Structure, Subclassed


@dataclass(slots=True, eq=False)
class LayerClass(LibraryObject, Lasting):
    """A layer or model class of Keras ("Dropout", "Sequential"): one object for each, see `layer_class`."""

    name: str

    def ancestors(self) -> tuple[LibraryObject, ...]:
        """It and the Keras classes it derives from."""
        return tuple(layer_class(name) for name in class_members.ancestors(self.name))

    def provides(self, name: str) -> bool:
        """Whether it has such an attribute in every Keras."""
        return name in class_members.members(self.name)


@cache
def layer_class(name: str) -> LayerClass:
    """The Keras class of this name."""
    return LayerClass(name)


@dataclass(slots=True, eq=False)
class KerasFunction(LibraryObject):
    """A function of Keras or TensorFlow that the simulation models, by its own name."""

    name: str


@dataclass(slots=True, eq=False)
class ReadyMade(LibraryObject, Lasting):
    """A constructor of a ready-made model.

    method: its `from_preset`, `from_pretrained` or `from_config`; "" for the class itself.
    """

    found: Found
    method: str = ""


@dataclass(slots=True, eq=False)
class LayerMethod(LibraryObject):
    """A method of a layer or model; `layer` is None when read from the class itself."""

    layer: Layer | None
    name: str


@dataclass(slots=True, eq=False)
class NoInput(Collection):
    """`.input` of an InputLayer where that is []."""


@dataclass(slots=True, eq=False)
class Weights(LibraryObject):
    """A list of variables (`model.trainable_variables`): the layers that own them."""

    layers: tuple[Layer, ...]


@dataclass(slots=True, eq=False)
class Config(Dict):
    """`layer.get_config()`: a dict that `from_config` makes the layer anew from."""

    layer: Layer | None = None


@dataclass(slots=True, eq=False)
class Tape(LibraryObject):
    """A tf.GradientTape; `run` is the index of the run it recorded, None before `with`."""

    run: int | None = None


@dataclass(slots=True, eq=False)
class Differentiated(LibraryObject):
    """What `jax.grad` or `jax.value_and_grad` gives.

    by: which of the two; function: that is differentiated; places: of the arguments by which.
    """

    by: str
    function: Value
    places: tuple[int, ...]


@dataclass(slots=True, eq=False)
class Optimizer(LibraryObject):
    """One of Keras' own optimizers, and what it was made with."""

    args: Args


@dataclass(slots=True, eq=False)
class LambdaCallback(LibraryObject):
    """`keras.callbacks.LambdaCallback(on_epoch_begin=...)`: the functions that are its hooks."""

    args: Args


@dataclass(slots=True, eq=False)
class Checkpoint(LibraryObject):
    """`keras.callbacks.ModelCheckpoint(path, ...)`."""

    args: Args


@dataclass(slots=True, eq=False)
class Node:
    """One symbolic call of a layer, or of an operation that is no layer.

    Args:
        layer: what was called.
        args: the arguments, the training flag taken out.
        written: the `training` argument that the program wrote here; None if it wrote none.
        swallowed: the call whose flag Keras dropped while building the graph, if any.
        site: the call in the program; None when Keras itself made the call.
        inputs: the symbolic tensors among the arguments.
        reported_at: where a finding about this call is shown.
        via: the `model.call(x)` that made Keras call the layer anew.
        stored_default: the default of the layer's `training` parameter, where Keras stores it.
        hidden: what of the graph cannot be seen here, as the end of "not known because ...".
    """

    layer: Layer
    args: Args
    written: Value | None
    site: Site | None
    inputs: list[Tensor]
    outputs: list[Tensor] = field(default_factory=list)
    swallowed: Site | None = None
    reported_at: Site | None = None
    via: Site | None = None
    stored_default: Value | None = None
    hidden: str = ""


@dataclass(slots=True, eq=False)
class Tensor(LibraryObject):
    """A tensor: symbolic (the output of a `Node`) while a graph is built, else plain data.

    obscure: made of something that cannot be known: it may be symbolic as well.
    parts: where it stands for all that a call gave: the tensors that the program took out of it.
    """

    node: Node | None = None
    obscure: bool = False
    parts: dict[Hashable, Tensor] = field(default_factory=dict)


class Outputs(Tensor):
    """What a model gives whose outputs are not known: one tensor, or several by index, key or attribute."""

    __slots__ = ()


class TrainableAssignment(NamedTuple):
    """One assignment to `trainable`.

    Args:
        site: the statement, or the constructor call with `trainable=`.
        value: what was assigned.
        via: the layer that was assigned to.
        reached: every layer whose own flag it set; none where Keras took no notice, because the
            layer had the value already.
        time: its place in the order of everything that happened.
        random: something that it reached was random then.
        caller: the call of the function that it stands in, if it stands in one.
    """

    site: Site
    value: bool | None
    via: Layer
    reached: tuple[Layer, ...]
    time: int
    random: bool = False
    caller: Site | None = None


class Escape(NamedTuple):
    """An object was handed to code that cannot be seen."""

    callee: str
    speaks_of_dropout: bool
    site: Site
    time: int


@dataclass(slots=True, eq=False)
class Layer(LibraryObject):
    """A layer (or model) object.

    Args:
        kind: what is known of its class.
        class_name: the class, user-written or Keras' own.
        name: its Keras name ("dropout_1"); unknown names are Unknown values.
        site: where the program created it.
        order: its place among all layers that were made.
        args: the constructor's arguments.
        trainable: its own flag; None when it cannot be known.
        freeze: the assignment that gave `trainable` its present value, if any.
        instance: the object of the user's class, for user-written layers.
        attributes: what the program stored on it; with an instance, the very dict of that one.
        nodes: its symbolic calls, in order.
        escapes: when it was handed to code that cannot be seen, in order.
        inner: the wrapped layer of TimeDistributed, Bidirectional and the like.
        function: the body of a Lambda layer.
        clone_of: the layer this was cloned from by clone_model.
        built: the user's `build` has run.
        phase: the `set_learning_phase(0)` in force when it was made (Keras 2).
        ready_made: the ready-made model it came with, if any.
        assumed: its configuration is taken for the default.
        supposed: its randomness is on by a default, or by a branch that may never be taken.
        has_run: it was called, so that its weights exist.
        draws_always: of a layer of the program that draws random numbers in training: whether it does so
            with training=False too; None as long as nobody asked.
        born_frozen: its weights were made in a way that keeps them from ever training.
    """

    kind: LayerKind
    class_name: str
    name: Value
    site: Site
    order: int
    args: Args = field(default_factory=Args)
    trainable: bool | None = True
    freeze: TrainableAssignment | None = None
    instance: Instance | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    escapes: list[Escape] = field(default_factory=list)
    inner: Layer | None = None
    function: Value | None = None
    clone_of: Layer | None = None
    built: bool = False
    phase: Site | None = None
    ready_made: Model | None = None
    assumed: bool = False
    supposed: bool = False
    has_run: bool = False
    born_frozen: bool = False
    draws_always: bool | None = None

    def as_value(self) -> Value:
        """What the program holds: the user's instance, or the layer itself."""
        return self.instance or self

    @property
    def copied(self) -> Layer | None:
        """The layer that Bidirectional is made with. Copies of it run; it stands for them."""
        return self.inner if self.kind.role is Role.COPIES else None

    def made_with(self, switch: Switch) -> Value | None:
        """What its constructor was given for one of the arguments that make it random."""
        return self.args.get(switch.position, switch.name)

    def setting(self, switch: Switch) -> Value | None:
        """What the program set such an argument's attribute to since; else what the constructor was given."""
        return self.attributes.get(switch.name) or self.made_with(switch)

    def children(self) -> list[Layer]:
        """The sub-layers that Keras tracks, in its order."""
        found: dict[Layer, None] = {}
        if self.inner is not None:
            found[self.inner] = None
        for value in list(self.attributes.values()):
            _collect(value, found, depth=0)
        return list(found)

    def tree(self) -> list[Layer]:
        """The layer itself and everything below it, each once."""
        found: dict[int, Layer] = {}
        pending = [self]
        while pending:
            layer = pending.pop()
            if id(layer) not in found:
                found[id(layer)] = layer
                pending.extend(reversed(layer.children()))
        return list(found.values())


@dataclass(slots=True, eq=False)
class Model(Layer):
    """A model.

    Args:
        structure: how its layers are connected.
        compilation: its last `compile()`; None: it was not compiled.
        steps: the steps that were traced since.
        is_ready_made: a library's function built it.
        weights_loaded: the program has loaded weights into it.
        handed_out: the program has taken layers of it, and which they are cannot be known.
        rate_arguments: the arguments of its constructor that switch its randomness on.
    """

    structure: Structure = field(default_factory=Subclassed)
    compilation: Compilation | None = None
    steps: Steps = field(default_factory=Steps)
    is_ready_made: bool = False
    weights_loaded: bool = False
    handed_out: bool = False
    rate_arguments: tuple[str, ...] = ()

    @property
    def runs_unseen_code(self) -> bool:
        """Whether the code of a package calls its layers, so that nothing can be written at such a call."""
        hidden = isinstance(self.structure, Opaque) or self.kind.role is Role.PARTS
        return self.is_ready_made and hidden

    def children(self) -> list[Layer]:
        """As `Layer.children`; the layers of its structure come before attributes."""
        found = self.structure.layers()
        known = set(found)
        return found + [layer for layer in Layer.children(self) if layer not in known]


# What a program gets of a model that cannot be seen through: all its layers, or one.
UNSEEN_LAYERS = (
    "layers of a model that cannot be seen through",
    "a layer of a model that cannot be seen through",
)


def as_layer(value: Value | None) -> Layer | None:
    """The layer that a value of the program is, if it is one."""
    if isinstance(value, Layer):
        return value
    if isinstance(value, Instance) and isinstance(value.foreign, Layer):
        return value.foreign
    return None


def _collect(value: Value, found: dict[Layer, None], depth: int) -> None:
    layer = as_layer(value)
    if layer is not None:
        found[layer] = None
    elif depth < 4 and isinstance(value, Collection) and value.kind != "set":
        for item in value.items:
            _collect(item, found, depth + 1)
    elif depth < 4 and isinstance(value, Dict):
        for item in value.items.values():
            _collect(item, found, depth + 1)
