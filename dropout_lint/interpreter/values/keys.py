"""Keys: what makes two unknown values, or two unknown conditions, the same one.

A key says how a value was computed, so that `args.mode == "train"` is the same condition wherever it is
written: keys of the same kind with the same fields are equal, and nothing else is. `making_keys` says
which key a value has; what a library alone knows how to compute has keys of the library's own.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

# Deeper keys become fresh ones: comparing nested keys recurses, and `x = x + 1` in a loop nests one level
# per pass.
MAX_DEPTH = 7


class Key:
    """What every kind of key can say of itself."""

    __slots__ = ("_depth",)
    _depth: int

    @property
    def depth(self) -> int:
        """How deep keys are nested in it; 1: there are none. Counted once: keys are made of kept ones."""
        try:
            return self._depth
        except AttributeError:
            depth = self._count()
            object.__setattr__(self, "_depth", depth)
            return depth

    def _count(self) -> int:
        """The depth, of those of the keys in it."""
        return 1


def negated(condition: Key) -> Key:
    """The key of the opposite condition."""
    return condition.condition if isinstance(condition, Not) else Not(condition)


# --- values that are what they are


@dataclass(frozen=True, slots=True)
class Fresh(Key):
    """A value that nothing else is equal to: the n-th one of a run."""

    number: int


@dataclass(frozen=True, slots=True)
class Constant(Key):
    """A constant. Its type tells True and 1 apart."""

    value: Hashable
    type: str


@dataclass(frozen=True, slots=True)
class Identity(Key):
    """An object of the program; each has a number."""

    serial: int


# --- values with a name


@dataclass(frozen=True, slots=True)
class Name(Key):
    """A name that nothing in sight defines."""

    text: str


@dataclass(frozen=True, slots=True)
class BuiltinName(Key):
    """A builtin function or class."""

    name: str


@dataclass(frozen=True, slots=True)
class DottedName(Key):
    """Something of a module outside of the program."""

    dotted: str


@dataclass(frozen=True, slots=True)
class FilePlace(Key):
    """`__file__`: where the file lies that has this path."""

    path: str


@dataclass(frozen=True, slots=True)
class ParameterOf(Key):
    """A parameter of a function that is called with arguments nobody knows; `call` tells calls apart."""

    function: str
    name: str
    call: Fresh | None = None

    def _count(self) -> int:
        return 1 if self.call is None else 2


@dataclass(frozen=True, slots=True)
class Option(Key):
    """An option of the command line."""

    name: str


@dataclass(frozen=True, slots=True)
class FormField(Key):
    """A variable that a form in a notebook's cell sets."""

    name: str


@dataclass(frozen=True, slots=True)
class SetElsewhere(Key):
    """A variable that another function may have set, or what a dict in it has under `index`."""

    name: str
    index: str | None


# --- values that are computed of others


@dataclass(frozen=True, slots=True)
class Operation(Key):
    """What an operator, or a function called by its name ("str()"), makes of its operands.

    Of comparisons there are "==", "<", "in" and "is" alone: the others are their opposites, or have their
    operands exchanged. "truth" is that of an object, "isinstance" asks for its class, "enter" is what `with`
    gives for a manager, "read" the text of an open file; "list", "tuple" and "set" hold their constants.
    """

    operator: str
    operands: tuple[Key, ...]

    def _count(self) -> int:
        return _around(self.operands)


@dataclass(frozen=True, slots=True)
class Attribute(Key):
    """`owner.name`."""

    owner: Key
    name: str

    def _count(self) -> int:
        return 1 + self.owner.depth


@dataclass(frozen=True, slots=True)
class Item(Key):
    """`owner[index]`."""

    owner: Key
    index: Key

    def _count(self) -> int:
        return _around((self.owner, self.index))


@dataclass(frozen=True, slots=True)
class Element(Key):
    """The element that a loop over something unknown has in one of its passes."""

    iterable: Key
    number: int

    def _count(self) -> int:
        return 1 + self.iterable.depth


@dataclass(frozen=True, slots=True)
class ArrayElement(Key):
    """One element of an array that was computed of presumed numbers."""

    number: int
    made_of: tuple[Key, ...]

    def _count(self) -> int:
        return _around(self.made_of)


@dataclass(frozen=True, slots=True)
class Opened(Key):
    """A file that was opened, or its text; `opening` tells the times apart."""

    path: str
    opening: Fresh

    def _count(self) -> int:
        return 1 + self.opening.depth


@dataclass(frozen=True, slots=True)
class Data(Key):
    """A constant in a file of data; `way`: the keys and indices that lead to it."""

    path: str
    way: tuple[str | int | float, ...] = ()

    def _count(self) -> int:
        return 2 + len(self.way)

    def part(self, name: str | int | float) -> Data:
        """What the constant's place holds under a key or an index, if it is a table or list."""
        return Data(self.path, (*self.way, name))


@dataclass(frozen=True, slots=True)
class Thrown(Key):
    """An exception of a builtin class; `which` tells it from others of the class."""

    name: str
    which: Fresh | int

    def _count(self) -> int:
        return 1 if isinstance(self.which, int) else 1 + self.which.depth


# --- conditions


@dataclass(frozen=True, slots=True)
class Not(Key):
    """The opposite of a condition; `negated` makes it, and never of another one."""

    condition: Key

    def _count(self) -> int:
        return 1 + self.condition.depth


@dataclass(frozen=True, slots=True)
class Matches(Key):
    """Whether a value has the shape of the pattern at a node of the syntax (its id())."""

    value: Key
    pattern: int

    def _count(self) -> int:
        return 1 + self.value.depth


@dataclass(frozen=True, slots=True)
class Passes(Key):
    """Whether the body of a `try` (its id()) does not end in its n-th handler."""

    statement: int
    handler: int


@dataclass(frozen=True, slots=True)
class Usual(Key):
    """Whether a function (its id()) is called with its defaults."""

    function: int


def _around(parts: tuple[Key, ...]) -> int:
    return 1 + max([part.depth for part in parts], default=0)
