"""The one interface between the interpreter and the libraries it meets.

The interpreter is plain Python and knows nothing of Keras; `dropout_lint.keras` implements
this protocol. A library may ask the machine to run user code (`Machine.invoke`): that is
how `fit` runs a user's `call`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.values.kinds import (
        Args,
        Class,
        Instance,
        LibraryObject,
        Site,
        Unknown,
        Value,
    )


class Library(Protocol):
    """What a modelled library answers."""

    def lookup(self, dotted: str) -> Value | None:
        """The value of an absolute dotted name ("tensorflow.keras.layers.Dropout").

        None: not a name of this library; the interpreter makes an `ExternalName` of it.
        """

    def claims(self, package: str) -> bool:
        """Whether a top-level package of this name is this library, whatever the project holds."""

    def publishes(self, package: str) -> bool:
        """Whether a top-level package of this name is this library unless the project has one of its own."""

    def concerns(self, name: str) -> bool:
        """Whether calling or setting an attribute of this name may be the library's business: on an
        object that cannot be known it is written down."""

    def is_promising(self, name: str) -> bool:
        """Whether code that mentions this name is looked at before other code, where not all of it can be."""

    def promises(self, value: Value) -> bool:
        """The same of a value that the code chooses."""

    def star(self, dotted: str) -> dict[str, Value] | None:
        """The names that `from dotted import *` binds; None if unknown to this library."""

    def call(self, machine: Machine, function: Value, args: Args, at: Site) -> Value:
        """Calls a `LibraryObject` or an `ExternalName`. `at` is the call expression.

        For an unmodelled `ExternalName` the result is `machine.opaque_function(...)`.
        """

    def get(self, machine: Machine, obj: LibraryObject, name: str, at: Site) -> Value | None:
        """Reads an attribute; None when the object has no such attribute (AttributeError)."""

    def set(self, machine: Machine, obj: LibraryObject, name: str, value: Value, at: Site) -> bool:
        """Stores an attribute. `at` is the assignment.

        For the foreign part of an `Instance` every store is announced; True means the
        library keeps it itself (`trainable`), False that the instance stores it too.
        """

    def items(self, machine: Machine, obj: LibraryObject) -> Sequence[Value] | None:
        """The elements that iterating gives; None when it cannot be enumerated."""

    def is_instance(self, machine: Machine, obj: Value, cls: Value) -> bool | None:
        """isinstance(obj, cls), either of which is LibraryObject/ExternalName or an Instance with a foreign
        part; None when it cannot be known."""

    def operate(self, machine: Machine, operator: str, operands: Sequence[Value], at: Site) -> Value | None:
        """An operator with a LibraryObject operand: "+", "[]" (subscript), "[]=", "not", "==" ...

        "unpack": what a target of `a, *b = obj` gets, by its position; by None for the starred one.

        None: not known to the library, the result is unknown.
        """

    def enter(self, machine: Machine, obj: Value, at: Site) -> Value:
        """`with obj` of a LibraryObject or ExternalName begins; the result is what `as` binds."""

    def exit(self, machine: Machine, obj: Value, at: Site) -> None:
        """The same `with` block ends (also on an exception)."""

    def subclass(self, machine: Machine, instance: Instance, base: Value, at: Site) -> LibraryObject | None:
        """The foreign part of a new instance of a user class whose first library base is `base`.

        Called before the user's `__init__`; None when the base is not one of this library's.
        """

    def calls_itself(self, cls: Class) -> frozenset[str]:
        """Names of methods that the library calls by itself (`call`, `train_step`, `build`): they
        are not run as stand-alone functions of the program."""

    def work(self) -> tuple[int, int]:
        """How many objects were made so far, and how often any were put to work (trained, called)."""

    def is_telling(self) -> bool:
        """Whether anything of what was done so far can be worth a word to the user."""

    def lacking(self, machine: Machine, obj: LibraryObject, name: str, at: Site) -> Value | None:
        """What reading an attribute gives that `get` says is not there; None if nothing more is known of it.

        Raises:
            Raised: the program catches the exception.
        """

    def set_unknown(self, machine: Machine, obj: Unknown, name: str, value: Value, at: Site) -> None:
        """`obj.name = value` of something that cannot be known."""

    def noted(self, reason: str, at: Site, called: str) -> None:
        """Something could not be known, at whatever the library is doing; see `Machine.note`."""

    def escape(
        self, machine: Machine, values: Sequence[Value], callee: str, at: Site, origin: str
    ) -> Value | None:
        """`values` were handed to code that cannot be seen; `callee` is its text, and the names of
        the keyword arguments; `origin` says why the callee itself is unknown, if it is a value.

        What the call gives, if the library knows it all the same; None when it is unknown.
        """

    def put_to_data(self, machine: Machine, values: Sequence[Value], callee: str, at: Site) -> None:
        """`values` were handed to a pipeline of data, which calls the functions among them on data;
        `callee` is its text."""
