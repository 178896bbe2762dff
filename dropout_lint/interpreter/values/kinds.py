"""The values a program computes with, as the interpreter sees them.

A value is either known exactly (`Const`, a list whose items are values, a function, an
object of a library ...) or it is `Unknown`. Python object identity is heap identity:
two names that hold the same object alias it, so attribute stores through one are seen
through the other. Nothing in this module knows about Keras.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from dropout_lint.interpreter.values.keys import Key
from dropout_lint.once import OnceEachNode

if TYPE_CHECKING:
    from pathlib import Path

    import libcst as cst

    from dropout_lint.source.text import SourceFile

_IS_GENERATOR: OnceEachNode[cst.CSTNode, bool] = OnceEachNode()


class Site(NamedTuple):
    """A place in a program: a node of a file. Its line is computed only when it is reported.

    via: for a place in another file than the program's own, the innermost place of that file
        on the way there (the call of an imported function, an import).
    """

    file: SourceFile
    node: cst.CSTNode
    via: Site | None = None


class Value:
    """Anything an expression can evaluate to."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Const(Value):
    """A Python constant: None, bool, int, float, complex, str, bytes or Ellipsis."""

    value: Any


class Presumed(Const):
    """A constant that holds as long as nobody says otherwise: the default of an option.

    As data it is this constant. As a condition it is as unknown as any: who runs the program may
    have said otherwise, and both sides of a branch on it were written to be taken.

    Args:
        value: the constant.
        key: as that of `Unknown`.
    """

    __slots__ = ("key",)

    def __init__(self, value: Any, key: Key) -> None:
        super().__init__(value)
        self.key = key


@dataclass(slots=True, eq=False)
class Unknown(Value):
    """A value that cannot be known.

    Args:
        reason: why, in words a user understands ("argument 'args'").
        site: where it arose, if anywhere.
        key: two unknowns with equal keys are the same unknown value, so that the same
            condition gets the same answer wherever it is asked.
        package: the harmless package that made it, if any; see `side_effects`.
    """

    reason: str
    site: Site | None
    key: Key
    package: str | None = None


@dataclass(slots=True, eq=False)
class Collection(Value):
    """A list, tuple or set.

    Args:
        items: its elements in order.
        kind: which of the three it is.
        complete: False when there may be more elements than `items` (a list that unknown
            code extended); such a list is never enumerated as evidence.
    """

    items: list[Value]
    kind: Literal["list", "tuple", "set"] = "list"
    complete: bool = True


@dataclass(slots=True, eq=False)
class Dict(Value):
    """A dict whose keys are Python constants; `complete` as in `Collection`."""

    items: dict[Hashable, Value]
    complete: bool = True


@dataclass(slots=True, eq=False)
class Range(Value):
    """`range(...)` with known bounds; never expanded before it is iterated."""

    range: range


@dataclass(slots=True, eq=False)
class Slice(Value):
    """`lower:upper:step`; each part a value (`Const(None)` when absent)."""

    lower: Value
    upper: Value
    step: Value


class Scope:
    """The names of a module, function, class body or comprehension."""

    __slots__ = ("kind", "names", "outer", "parent")

    def __init__(self, parent: Scope | None, kind: Literal["module", "function", "class"]) -> None:
        self.names: dict[str, Value] = {}
        self.parent = parent
        self.kind = kind
        # name -> the scope that `global` / `nonlocal` says it belongs to
        self.outer: dict[str, Scope] = {}


class Parameter(NamedTuple):
    """One parameter of a function.

    kind: "positional" (positional only), "normal", "keyword" (keyword only), "args" (*args)
    or "kwargs" (**kwargs).
    """

    name: str
    kind: Literal["positional", "normal", "keyword", "args", "kwargs"]
    default: Value | None


def _contains_yield(node: cst.FunctionDef | cst.Lambda) -> bool:
    from dropout_lint.interpreter.syntax.walk import is_generator

    return is_generator(node)


@dataclass(slots=True, eq=False)
class Function(Value):
    """A function or lambda of the program.

    Args:
        name: its name, "<lambda>" for a lambda.
        node: the definition.
        parameters: with their defaults already evaluated (Python does so at `def`).
        scope: the scope it was defined in (its closure).
        file: the file that holds it.
        owner: the class whose body defines it, for `super()`; None outside classes.
        binding: how it is bound when read from an instance.
    """

    name: str
    node: cst.FunctionDef | cst.Lambda
    parameters: tuple[Parameter, ...]
    scope: Scope
    file: SourceFile
    owner: Class | None = None
    binding: Literal["method", "static", "class", "property"] = "method"
    setter: Function | None = None

    @property
    def is_generator(self) -> bool:
        """Whether it contains `yield`; found out when it is first called."""
        return _IS_GENERATOR.of(self.file, self.node, lambda: _contains_yield(self.node))

    def takes(self, name: str) -> bool:
        """Whether a parameter of this name is written out (`**kwargs` does not count)."""
        return any(p.name == name and p.kind not in ("args", "kwargs") for p in self.parameters)


@dataclass(slots=True, eq=False)
class Class(Value):
    """A class of the program; `bases` may hold values of a library, or unknown ones.

    order: the class and all its bases in lookup order (`classes.linearised`).
    """

    name: str
    node: cst.ClassDef
    bases: tuple[Value, ...]
    names: dict[str, Value]
    file: SourceFile
    order: tuple[Value, ...] = ()

    def mro(self) -> Iterator[Class]:
        """The user-written classes in lookup order."""
        return (cls for cls in self.order if isinstance(cls, Class))

    def foreign_base(self) -> Value | None:
        """The first base class that is not written in the program, if any."""
        return next((base for base in self.order if not isinstance(base, Class)), None)


class LibraryObject(Value):
    """An object, class or function of a library; only that library knows what is in it."""

    __slots__ = ()

    def ancestors(self) -> tuple[LibraryObject, ...]:
        """Of a class: itself and what it derives from, in lookup order."""
        return (self,)

    def provides(self, name: str) -> bool:
        """Of a class: whether it is known to have an attribute of this name, of its own or inherited."""
        return False


class Lasting:
    """What no run changes: all runs share its objects."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class ExternalName(Value):
    """A dotted name outside the program that no library claims ("numpy.random")."""

    dotted: str


@dataclass(slots=True, eq=False)
class Instance(Value):
    """An object of a user-written class.

    Args:
        cls: its class.
        attributes: what was stored on it, except what its library base took over.
        foreign: the part that a library base class contributes; None without such a base.
        made_with: the arguments of the call that made it.
    """

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)
    foreign: LibraryObject | None = None
    made_with: Args = field(default_factory=lambda: Args())


@dataclass(slots=True, eq=False)
class BoundMethod(Value):
    """A user-written function bound to an object."""

    receiver: Value
    function: Function


@dataclass(slots=True, eq=False)
class Super(Value):
    """`super()` inside a method: lookups start after `owner` in the receiver's classes."""

    owner: Class
    receiver: Value


@dataclass(slots=True, eq=False)
class Partial(Value):
    """`functools.partial(function, *args, **keywords)`."""

    function: Value
    args: Args


@dataclass(slots=True, eq=False)
class Builtin(Value):
    """A Python builtin or modelled standard-library function, bound to a receiver if any."""

    name: str
    receiver: Value | None = None


@dataclass(slots=True, eq=False)
class Modelled(Value):
    """An object of a library that the interpreter itself knows; see `models.registry`.

    Args:
        kind: the dotted name of its class.
        names: what it holds: its attributes, if its class is one of `models.registry.OPEN`.
        complete: False when it may hold more.
    """

    kind: str
    names: dict[str, Value] = field(default_factory=dict)
    complete: bool = True


@dataclass(slots=True, eq=False)
class ModuleValue(Value):
    """A module of the project.

    Args:
        name: its dotted name, as it was imported.
        scope: its names.
        path: its file, or the folder of a namespace package; the key it is found by.
        pending: the import that asked for it first, as long as its body was not run.
    """

    name: str
    scope: Scope
    path: Path | None = None
    pending: Site | None = None


@dataclass(slots=True, eq=False)
class Namespace(Value):
    """The names of a module as a dict: `globals()`."""

    scope: Scope


@dataclass(slots=True, eq=False)
class LazyImport(Value):
    """`from module import name`, until the name is first used; a scope's names only.

    Most of what a file imports plays no part in what it does with models: a module is read
    and run when something of it is used.
    """

    module: ModuleValue
    name: str
    site: Site


@dataclass(slots=True, eq=False)
class LazyDefinition(Value):
    """A function or class of an imported module that nobody has used yet; a scope's names only.

    file: the part of the module that defines it.
    via: how the module is reached; see `Site`.
    """

    name: str
    file: SourceFile
    scope: Scope
    via: Site | None


@dataclass(slots=True)
class Args:
    """The arguments of a call.

    complete: False when `*unknown` or `**unknown` may have passed more than is listed. What
        was passed but cannot be placed is then under keywords that begin with "*".
    """

    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    complete: bool = True

    def values(self) -> Iterator[Value]:
        """All argument values, positional first."""
        yield from self.positional
        yield from self.keywords.values()

    def get(self, position: int | None, keyword: str) -> Value | None:
        """The argument given by keyword, or else at a position (0-based; None: keyword only)."""
        if keyword in self.keywords:
            return self.keywords[keyword]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None


NONE = Const(None)
TRUE = Const(True)
FALSE = Const(False)


def plain(value: Value) -> Value:
    """The constant that a presumed one stands for; any other value as it is."""
    return Const(value.value) if isinstance(value, Presumed) else value


def boolean(value: bool) -> Const:
    """The shared constant for a truth value."""
    return TRUE if value else FALSE
