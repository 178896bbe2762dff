"""How the layers of a model are connected: what is known of that, by the way in which the model is made.

A model has one of four:

    Functional   keras.Model(inputs, outputs), and the applications of Keras, whose layers the catalogue lists
    Sequential   keras.Sequential([...]), with what is added and taken away later
    Subclassed   the code of a `call()`, the program's or a package's; its layers are its attributes
    Opaque       loaded, ready-made, or made of what cannot be known: its layers cannot be listed

Whether the program wrote a `call()` for it is another question, for `keras.flags`: an object of
`class Net(keras.Sequential)` is a Sequential, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from dropout_lint.interpreter.values.kinds import Site, Value
    from dropout_lint.keras.objects import Layer, Node


class Member(NamedTuple):
    """A layer of a Sequential and where the program put it there.

    site: the list element or the `add` call; call: the constructor or `add` call itself.
    """

    layer: Layer
    site: Site
    call: Site


class Structure:
    """What is known of how a model's layers are connected; here, what holds where nothing else is said.

    Args:
        keras_class: the class of Keras that such a model is of, besides Model.
        is_declared: Keras was told the layers and their calls, and it can be seen how.
        known_inside: which of its layers are random is known, though they cannot be listed.
        inputs: the symbolic tensors that it begins with.
        outputs: those that it ends with.
        graph: the calls between them in execution order, those of inputs left out.
        listed: its `layers`, or what is known of them, but for those that were put in one by one.
        members: those that were.
    """

    __slots__ = ()

    keras_class: ClassVar[str] = ""
    is_declared: ClassVar[bool] = False
    known_inside: bool = False
    inputs: Value | None = None
    outputs: Value | None = None
    graph: Sequence[Node] = ()
    listed: Sequence[Layer] = ()
    members: Sequence[Member] = ()

    @property
    def knows_all_layers(self) -> bool:
        """Whether each of the model's layers can be listed."""
        return True

    def layers(self) -> list[Layer]:
        """The layers that the model has by its structure, in Keras' order; those of its attributes follow."""
        return []

    def snapshot(self) -> Structure:
        """What later changes do not reach."""
        return self


class Subclassed(Structure):
    """The code of a `call()`."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Functional(Structure):
    """A graph of calls between inputs and outputs; `listed`: its `layers`."""

    keras_class = "Functional"
    is_declared = True

    inputs: Value = field()
    outputs: Value = field()
    graph: Sequence[Node] = field()
    listed: Sequence[Layer] = field()

    def layers(self) -> list[Layer]:
        """As `Structure.layers`."""
        return list(self.listed)


@dataclass(slots=True, eq=False)
class Stack(Structure):
    """What takes `add()` and `pop()`.

    Args:
        members: the layers that were added, without an input.
        members_known: False when a layer that cannot be known was added.
        has_input: a stack that knows its input builds each layer when it is added.
        graph: the calls of the members, once they were made.
        inputs: where these begin.
        outputs: where they end; None while there are none for the present members.
    """

    members: list[Member] = field(default_factory=list)
    members_known: bool = True
    has_input: bool = False
    graph: Sequence[Node] = ()
    inputs: Value | None = None
    outputs: Value | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the graph is that of its present members."""
        return self.outputs is not None and len(self.graph) == len(self.members)

    def add(self, member: Member) -> None:
        """Puts a layer at the end."""
        self.members.append(member)
        self.outputs = None

    def pop(self) -> Layer | None:
        """Takes the last layer away."""
        self.outputs = None
        return self.members.pop().layer if self.members else None

    def layers(self) -> list[Layer]:
        """As `Structure.layers`."""
        return [member.layer for member in self.members]

    def snapshot(self) -> Stack:
        """As `Structure.snapshot`."""
        taken = copy(self)
        taken.members = list(self.members)
        return taken


@dataclass(slots=True, eq=False)
class Sequential(Stack):
    """A stack of layers, each called with what the one before it gives."""

    keras_class = "Sequential"
    is_declared = True

    @property
    def knows_all_layers(self) -> bool:
        """As `Structure.knows_all_layers`."""
        return self.members_known


@dataclass(slots=True, eq=False)
class Opaque(Stack):
    """A model whose layers cannot be listed. It may be a Sequential: layers that are added to it are known.

    Args:
        listed: those of its other layers that are known.
        known_inside: which of its layers are random is known all the same.
    """

    listed: Sequence[Layer] = ()
    known_inside: bool = False

    @property
    def knows_all_layers(self) -> bool:
        """As `Structure.knows_all_layers`."""
        return False

    def layers(self) -> list[Layer]:
        """As `Structure.layers`."""
        added = [member.layer for member in self.members]
        return added + [layer for layer in self.listed if layer not in added]
