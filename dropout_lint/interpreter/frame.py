"""One activation of a module, class body or function, and how names are found in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dropout_lint.interpreter.signals import Raised
from dropout_lint.interpreter.values.kinds import Class, Collection, Function, Scope, Site, Value
from dropout_lint.source.text import SourceFile

if TYPE_CHECKING:
    import libcst as cst

# As Site(...) does, without its detour: a run makes a place for everything that it evaluates.
_NEW = tuple.__new__

STAR = "*"
"""The name under which a scope remembers a star import that nobody could enumerate."""


class Frame:
    """What the evaluation of a piece of code needs to know about where it stands.

    Args:
        file: the file the code is in.
        scope: where names are bound and looked up first.
        function: the function being run, None in a module or class body.
        receiver: its first argument, for `super()`.
        private: the class whose private names (`__x`) are mangled here.
        owner: the class whose body this is.
        via: for code in another file than the program's own, how it was reached (see `Site`).
    """

    __slots__ = (
        "around",
        "file",
        "function",
        "home",
        "owner",
        "private",
        "raised",
        "receiver",
        "scope",
        "via",
        "yields",
    )

    def __init__(
        self,
        file: SourceFile,
        scope: Scope,
        function: Function | None = None,
        receiver: Value | None = None,
        private: str | None = None,
        owner: Class | None = None,
        via: Site | None = None,
    ) -> None:
        self.file = file
        self.scope = scope
        # A comprehension has a scope of its own, but `:=` inside it binds in this one.
        self.home = scope
        self.function = function
        self.receiver = receiver
        self.private = private
        self.owner = owner
        self.via = via
        self.raised: Raised | None = None
        # What a generator has given so far.
        self.yields: Collection | None = None
        # What is done in the place of its first `yield`, if it is a context manager.
        self.around: Callable[[Value], None] | None = None

    def inner(self, scope: Scope) -> Frame:
        """The frame of a comprehension that runs inside this one."""
        frame = Frame(self.file, scope, self.function, self.receiver, self.private, via=self.via)
        frame.home = self.home
        frame.raised = self.raised
        return frame

    def site(self, node: cst.CSTNode) -> Site:
        """A place in the code that runs here."""
        return _NEW(Site, (self.file, node, self.via))

    def mangled(self, name: str) -> str:
        """`__x` inside class C is `_C__x`."""
        if self.private is None or not name.startswith("__") or name.endswith("__"):
            return name
        owner = self.private.lstrip("_")
        return f"_{owner}{name}" if owner else name


def lookup(scope: Scope, name: str) -> Value | None:
    """The value of a name as seen from a scope; None when no enclosing scope binds it."""
    current: Scope | None = scope
    while current is not None:
        # A function does not see the names of the class body around it.
        if current is scope or current.kind != "class":
            declared = current.outer.get(name)
            if declared is not None:
                return declared.names.get(name)
            value = current.names.get(name)
            if value is not None:
                return value
        current = current.parent
    return None


def bind(scope: Scope, name: str, value: Value) -> None:
    """Gives a name a value, where `global` and `nonlocal` say it belongs."""
    scope.outer.get(name, scope).names[name] = value


def module_scope(scope: Scope) -> Scope:
    """The module scope around a scope."""
    while scope.parent is not None:
        scope = scope.parent
    return scope


def nonlocal_scope(scope: Scope, name: str) -> Scope | None:
    """The enclosing function scope that binds a name."""
    current = scope.parent
    while current is not None:
        if current.kind == "function" and name in current.names:
            return current
        current = current.parent
    return None
