"""The machine: one run of a program on abstract values.

It holds the state of the run and is what every other module of this package, and the
library, talk to. What each kind of node, value or call means is in the modules beside it.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter import calls, escapes
from dropout_lint.interpreter.budget import MAX_NESTING, MAX_NOTES, Budget
from dropout_lint.interpreter.exploration.paths import PathDecisions
from dropout_lint.interpreter.frame import Frame
from dropout_lint.interpreter.library import Library
from dropout_lint.interpreter.models.side_effects import data_package_of, package_of
from dropout_lint.interpreter.modules import Modules
from dropout_lint.interpreter.signals import Exit, Raised, Signal
from dropout_lint.interpreter.syntax import exceptions, expressions, statements
from dropout_lint.interpreter.values import attributes, conditions, iteration
from dropout_lint.interpreter.values.keys import Key, Thrown
from dropout_lint.interpreter.values.kinds import (
    Args,
    BoundMethod,
    Class,
    Const,
    Function,
    Instance,
    LazyDefinition,
    LazyImport,
    Modelled,
    Presumed,
    Scope,
    Site,
    Unknown,
    Value,
)
from dropout_lint.interpreter.values.making_keys import Keys

if TYPE_CHECKING:
    from dropout_lint.source.modules import ModuleFiles
    from dropout_lint.source.text import SourceFile


class Machine:
    """One run: of one root, with one vector of decisions.

    Args:
        file: the program.
        library: what the program's libraries do.
        choices: which way to go where a condition cannot be known.
        budget: how much work the run may do.
        files: the project's own modules that the program can import.

    Running interpreted code (`run_module`, `invoke`, and whatever may call user code) raises
    `Signal` when the program raises an exception or exits, and `BudgetExceeded`. A library
    that calls `invoke` lets both pass.
    """

    def __init__(
        self,
        file: SourceFile,
        library: Library,
        choices: PathDecisions,
        budget: Budget,
        files: ModuleFiles | None = None,
    ) -> None:
        self.file = file
        self.library = library
        self.choices = choices
        self.budget = budget
        self.modules = Modules(files)
        self.keys = Keys()
        # What could not be known: the reason and the place.
        self.notes: list[tuple[str, Site]] = []
        self._noted: set[tuple[str, int]] = set()
        # id(node) of every function definition entered.
        self.called: set[int] = set()
        # The functions and classes that the module defines at its top level, undecorated.
        self.definitions: list[Function | Class] = []
        # True when the order of the calls is an assumption (the methods of an unused class).
        self.speculative = False
        # What code outside of the program can get hold of: the module's names, and what the
        # root that is run gives back.
        self.leaving: list[Value] = []
        # What the root of this run is called: "<module>", a function's or class's name.
        self.root = "<module>"
        self.depth = 0
        self.nesting = 0
        # The `try` statements whose bodies are being run, the innermost last.
        self.guards: list[tuple[Frame, exceptions.Try]] = []
        # The calls of the program's functions that are being run, the innermost last.
        self.callers: list[Site] = []
        # id(node) -> the closures and parameters of the calls of that function that are being run
        self.active: dict[int, list[tuple[Scope, dict[str, Value]]]] = {}
        # id(node) -> how often a loop over numbers went round in this run
        self.rounds: dict[int, int] = {}
        # id(node) -> the class whose private names are mangled inside that function
        self.private: dict[int, str] = {}
        # id(node) of every `cached_property`
        self.cached: set[int] = set()
        # id(node) of every generator that is a context manager
        self.managers: set[int] = set()
        # What was stored on objects that keep nothing themselves: attributes by their names and the keys of
        # the objects, items by their own keys.
        self.stored_attributes: dict[str, dict[Key, Value]] = {}
        self.stored_items: dict[Key, Value] = {}
        # The files that the program opened to write.
        self.written: set[str] = set()
        # What an unknown value is in this run, since a table was asked for it: what follows goes by that.
        self.chosen: dict[Key, Value] = {}
        # Objects of modelled libraries of which there is one, by name.
        self.singletons: dict[str, Modelled] = {}
        # The place being run, for operations that are not handed one.
        self.here = Site(file, file.module)

    # Running code

    def run_module(self, asked: Container[str] | None = None) -> Scope:
        """Executes the whole program in order and returns its names.

        asked: all names that what follows can ask for; definitions of others are passed over.
        An exception that nobody catches, or an exit, ends it. Raises `BudgetExceeded`.
        """
        scope = Scope(None, "module")
        scope.names["__name__"] = Const("__main__")
        self.modules.begin(self, scope)
        try:
            body = self.file.module.body
            if asked is not None:
                body = [statement for statement in body if _is_asked_for(statement, asked)]
            self.execute(body, Frame(self.file, scope))
        except (Raised, Exit) as end:
            self.note(f"the module ends with {describe(end)}", self.here)
        except Signal:
            pass  # `return` or `break` outside of their place: not Python, but it parses
        self.leaving += (
            value for value in scope.names.values() if not isinstance(value, (LazyImport, LazyDefinition))
        )
        return scope

    def execute_file(self, file: SourceFile, scope: Scope, via: Site | None = None) -> None:
        """Executes the body of a file in a module scope. Raises `Signal`, `BudgetExceeded`.

        via: how another file than the program's own is reached.
        """
        self.execute(file.module.body, Frame(file, scope, via=via))

    def execute(self, body: statements.Body, frame: Frame) -> None:
        """Executes statements. Raises `Signal` when control leaves them, `BudgetExceeded`."""
        statements.run(self, frame, body)

    def evaluate(self, node: cst.CSTNode, frame: Frame) -> Value:
        """The value of an expression. Raises as `execute` does."""
        self.budget.step()
        kind = type(node)
        if kind is cst.Name:  # most nodes are, and nothing nests in one
            return expressions.name(self, frame, node)  # type: ignore[arg-type]
        handler = expressions.EXPRESSIONS.get(kind)
        if handler is None:
            return self.unknown("an expression of an unknown kind", frame.site(node))
        if self.nesting >= MAX_NESTING:
            return self.unknown("nested too deep", frame.site(node))
        self.nesting += 1
        try:
            return handler(self, frame, node)
        finally:
            self.nesting -= 1

    # Objects

    def invoke(self, function: Value, args: Args, at: Site) -> Value:
        """Calls a value of any kind and returns the result. Raises as `execute` does."""
        return calls.invoke(self, function, args, at)

    def get_attribute(self, obj: Value, name: str, at: Site) -> Value:
        """`obj.name`; unknown when there is no such attribute. Raises as `execute` does."""
        return attributes.get(self, obj, name, at)

    def set_attribute(self, obj: Value, name: str, value: Value, at: Site) -> None:
        """`obj.name = value`; `at` is the assignment. Raises as `execute` does."""
        attributes.set_(self, obj, name, value, at)

    def find_method(self, instance: Instance, name: str) -> BoundMethod | None:
        """The method that the program itself wrote for an instance; None if there is none."""
        return attributes.find_method(instance, name)

    def iterate(self, value: Value, at: Site) -> list[Value] | None:
        """The elements that iterating gives; None when they cannot be enumerated."""
        return iteration.elements(self, value, at)

    # Conditions

    def truth(self, value: Value, at: Site, prefer: bool = True, explore: bool = True) -> bool:
        """Whether a value is true in this run: what is known, else what was decided."""
        known = self.known_truth(value)
        if known is not None:
            return known
        if explore and isinstance(value, Presumed):
            prefer = bool(value.value)
        return self.choices.decide(self.condition_key(value), at, prefer, explore)

    def known_truth(self, value: Value) -> bool | None:
        """Whether a value is true; None when that cannot be known."""
        return conditions.known_truth(self, value)

    def condition_key(self, value: Value) -> Key:
        """The key under which the truth of an unknown value is decided."""
        return conditions.key_of_truth(self, value)

    # What cannot be known

    def unknown(self, reason: str, at: Site | None, key: Key | None = None) -> Unknown:
        """An unknown value; without a key it is equal to no other one."""
        return Unknown(reason, at, self.keys.fresh() if key is None else key)

    def opaque(self, callee: str, args: Args, at: Site, origin: str = "") -> Value:
        """The result of calling code that cannot be seen; what it was given may have changed.

        origin: for the call of an unknown value, why it is unknown.
        """
        return escapes.opaque(self, callee, args, at, origin)

    def opaque_function(self, dotted: str, args: Args, at: Site) -> Value:
        """As `opaque`, for a function by its resolved name: what is known to be harmless changes nothing."""
        package = package_of(dotted) or data_package_of(dotted)
        return escapes.opaque(self, dotted, args, at, package=package)

    def failed(self, exception: str, reason: str, at: Site) -> Value:
        """The result of a call that raises, in this Python or library: unknown, and noted.

        exception: the name of its builtin class.

        Raises:
            Raised: the program is inside of a `try` that catches it.
        """
        if exceptions.is_caught(self, exception):
            raise Raised(self.unknown(exception, at, Thrown(exception, id(at.node))), at)
        self.note(reason, at)
        return self.unknown(reason, at)

    def note(self, reason: str, at: Site, called: str = "") -> None:
        """Writes down what could not be known, once per place.

        called: the name of the method, where one of an unknown object is called.
        """
        self.library.noted(reason, at, called)
        mark = (reason, id(at.node))
        if mark not in self._noted and len(self.notes) < MAX_NOTES:
            self._noted.add(mark)
            self.notes.append((reason, at))

    @property
    def caller(self) -> Site | None:
        """The call of the function of the program that is being run, if one is."""
        return self.callers[-1] if self.callers else None

    def way(self, file: SourceFile, at: Site) -> Site | None:
        """How code of a file is reached by something that is done at a place; see `Site`."""
        if file is self.file:
            return None
        return at if at.file is self.file else at.via

    def define(self, value: Function | Class, frame: Frame) -> None:
        """Takes note of a function or class that the program itself defines at top level."""
        if frame.scope.kind == "module" and frame.file is self.file:
            self.definitions.append(value)


def _is_asked_for(statement: cst.CSTNode, asked: Container[str]) -> bool:
    return not isinstance(statement, (cst.FunctionDef, cst.ClassDef)) or statement.name.value in asked


def describe(end: Raised | Exit) -> str:
    """How a run ended, for a note."""
    return "an exit" if isinstance(end, Exit) else "an exception"
