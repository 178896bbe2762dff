"""A library of things that remembers what a program does with them.

`lib.record(x, ...)` writes down its arguments as they are then; `lib.run(f, ...)` calls a
function of the program; `lib.Thing(...)` makes an object; `lib.Base` is a class to extend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from dropout_lint.interpreter.exploration.entry_points import run_roots
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    BoundMethod,
    Builtin,
    Class,
    Collection,
    Const,
    Dict,
    ExternalName,
    Function,
    Instance,
    LibraryObject,
    Partial,
    Range,
    Site,
    Slice,
    Unknown,
    Value,
)
from dropout_lint.screening.dependencies import Reached
from dropout_lint.source.text import SourceFile


class Named(LibraryObject):
    """A function or class of the library."""

    def __init__(self, name: str) -> None:
        self.name = name


class Thing(LibraryObject):
    """An object of the library."""

    def __init__(self, name: str, cls: Value, parts: Sequence[Value] = ()) -> None:
        self.name = name
        self.cls = cls
        self.parts = list(parts)
        self.kept: dict[str, Value] = {}


class Method(LibraryObject):
    """A method of a thing."""

    def __init__(self, thing: Thing, name: str) -> None:
        self.thing = thing
        self.name = name


PUBLIC = {name: Named(name) for name in ("Thing", "Other", "Base", "record", "run", "ctx")}


class FakeLibrary:
    """The library; `events` is what the program did to it."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.made = 0

    def lookup(self, dotted: str) -> Value | None:
        module, _, name = dotted.rpartition(".")
        return PUBLIC.get(name) if module == "lib" else None

    def claims(self, package: str) -> bool:
        return package == "lib"

    def publishes(self, package: str) -> bool:
        return False

    def concerns(self, name: str) -> bool:
        return name == "matters"

    def is_promising(self, name: str) -> bool:
        return name == "promised"

    def promises(self, value: Value) -> bool:
        return False

    def star(self, dotted: str) -> dict[str, Value] | None:
        return dict(PUBLIC) if dotted == "lib" else None

    def call(self, machine: Machine, function: Value, args: Args, at: Site) -> Value:
        if isinstance(function, ExternalName):
            return machine.opaque_function(function.dotted, args, at)
        if isinstance(function, Named) and function.name == "record":
            shown = [show(value) for value in args.positional]
            self.events.append(shown[0] if len(shown) == 1 else tuple(shown))
            return NONE
        if isinstance(function, Named) and function.name == "run":
            return machine.invoke(args.positional[0], Args(args.positional[1:], args.keywords), at)
        if isinstance(function, Named):
            return self.make(function, args.positional)
        if isinstance(function, Method) and function.name == "__init__":
            function.thing.parts = list(args.positional)
            self.events.append(f"{function.thing.name}.__init__")
            return NONE
        self.events.append(f"call {show(function)}({', '.join(map(str, map(show, args.values())))})")
        return function if isinstance(function, Thing) else NONE

    def make(self, cls: Value, parts: Sequence[Value]) -> Thing:
        self.made += 1
        return Thing(f"thing{self.made}", cls, parts)

    def get(self, machine: Machine, obj: LibraryObject, name: str, at: Site) -> Value | None:
        if isinstance(obj, Thing):
            if name in ("go", "__init__"):
                return Method(obj, name)
            if name == "parts":
                return Collection(obj.parts)
            if name == "__class__":
                return obj.cls
            return obj.kept.get(name)
        return Const(obj.name) if isinstance(obj, Named) and name == "__name__" else None

    def lacking(self, machine: Machine, obj: LibraryObject, name: str, at: Site) -> Value | None:
        return None

    def set(self, machine: Machine, obj: LibraryObject, name: str, value: Value, at: Site) -> bool:
        assert isinstance(obj, Thing)
        self.events.append(f"{obj.name}.{name} = {show(value)}")
        if name.startswith("own"):
            return False
        obj.kept[name] = value
        return True

    def items(self, machine: Machine, obj: LibraryObject) -> Sequence[Value] | None:
        return obj.parts if isinstance(obj, Thing) else None

    def is_instance(self, machine: Machine, obj: Value, cls: Value) -> bool | None:
        thing = obj.foreign if isinstance(obj, Instance) else obj
        if isinstance(thing, Thing) and isinstance(cls, Named):
            return thing.cls is cls
        return None if isinstance(cls, Builtin) else False

    def operate(self, machine: Machine, operator: str, operands: Sequence[Value], at: Site) -> Value | None:
        if operator in ("not", "==", "!="):
            return None
        self.events.append(f"{operator} {' '.join(str(show(value)) for value in operands)}")
        return operands[0]

    def enter(self, machine: Machine, obj: Value, at: Site) -> Value:
        self.events.append(f"enter {show(obj)}")
        return obj

    def exit(self, machine: Machine, obj: Value, at: Site) -> None:
        self.events.append(f"exit {show(obj)}")

    def subclass(self, machine: Machine, instance: Instance, base: Value, at: Site) -> LibraryObject | None:
        return self.make(instance.cls, []) if isinstance(base, Named) else None

    def calls_itself(self, cls: Class) -> frozenset[str]:
        return frozenset({"step"})

    def work(self) -> tuple[int, int]:
        return 0, 0

    def is_telling(self) -> bool:
        return bool(self.events)

    def noted(self, reason: str, at: Site, called: str) -> None:
        """It keeps none of it."""

    def set_unknown(self, machine: Machine, obj: Unknown, name: str, value: Value, at: Site) -> None:
        """It models no such object."""

    def put_to_data(self, machine: Machine, values: Sequence[Value], callee: str, at: Site) -> None:
        self.events.append(("data", callee))

    def escape(
        self, machine: Machine, values: Sequence[Value], callee: str, at: Site, origin: str
    ) -> Value | None:
        self.events.append(f"escape {callee}({', '.join(str(show(value)) for value in values)})")
        return None


def show(value: Value, depth: int = 0) -> Any:
    """A value as the tests write it down; unknown ones are "?"."""
    if isinstance(value, Const):
        return value.value
    if depth > 5:
        return "…"
    if isinstance(value, Collection):
        items = [show(item, depth + 1) for item in value.items]
        hashable = value.kind == "set" and all(isinstance(item, (int, str)) for item in items)
        made: Any = tuple(items) if value.kind == "tuple" else set(items) if hashable else items
        return made if value.complete else ("incomplete", made)
    if isinstance(value, Dict):
        pairs = {key: show(item, depth + 1) for key, item in value.items.items()}
        return pairs if value.complete else ("incomplete", pairs)
    if isinstance(value, Range):
        return value.range
    if isinstance(value, Instance):
        return f"<{value.cls.name}>"
    if isinstance(value, (Function, Class, Named, Thing, Builtin)):
        return value.name
    if isinstance(value, Method):
        return f"{value.thing.name}.{value.name}"
    if isinstance(value, BoundMethod):
        return f"bound {value.function.name}"
    if isinstance(value, Partial):
        return f"partial {show(value.function)}"
    if isinstance(value, Slice):
        return slice(show(value.lower), show(value.upper), show(value.step))
    if isinstance(value, ExternalName):
        return f"extern {value.dotted}"
    return "?" if isinstance(value, Unknown) else type(value).__name__


@dataclass
class Run:
    """What one run of a program did."""

    root: str
    events: list[Any]
    notes: list[str]
    speculative: bool


def explore(text: str | SourceFile, interesting: Callable[[Reached], bool] = lambda _: True) -> list[Run]:
    """All runs of a program."""

    def finish(machine: Machine) -> Run:
        assert isinstance(machine.library, FakeLibrary)
        notes = [reason for reason, _ in machine.notes]
        return Run(machine.root, machine.library.events, notes, machine.speculative)

    file = text if isinstance(text, SourceFile) else SourceFile("test.py", text)
    return run_roots(file, lambda _: FakeLibrary(), finish, interesting)


def recorded(text: str) -> list[Any]:
    """What the first run of a program did; `lib` is imported for it."""
    return explore("import lib\n" + text)[0].events


def check(program: str, *expected: Any) -> None:
    """The first run of an indented program did exactly this."""
    assert recorded(dedent(program)) == list(expected)


def all_recorded(text: str, root: str = "<module>") -> list[list[Any]]:
    """What each run of one root did."""
    return [run.events for run in explore("import lib\n" + text) if run.root == root]
