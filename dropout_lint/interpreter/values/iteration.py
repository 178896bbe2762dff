"""What iterating over a value gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dropout_lint.interpreter.budget import MAX_ITEMS
from dropout_lint.interpreter.models import dataclass_like
from dropout_lint.interpreter.values.kinds import (
    Args,
    Builtin,
    Class,
    Collection,
    Const,
    Dict,
    Instance,
    LibraryObject,
    Modelled,
    Partial,
    Range,
    Site,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

ITEMS_PER_STEP = 16
"""Making this many elements costs about as much as evaluating one expression."""

LAZY = frozenset({"map", "filter"})
"""Builtins whose calls run when they are iterated, not where they are written."""


def elements(machine: Machine, value: Value, at: Site) -> list[Value] | None:
    """The elements that iterating over a value gives; None when they cannot be enumerated."""
    found = _elements(machine, value, at)
    if found is not None:
        machine.budget.step(len(found) // ITEMS_PER_STEP)
    return found


def _elements(machine: Machine, value: Value, at: Site) -> list[Value] | None:
    if isinstance(value, Collection):
        return list(value.items) if value.complete else None
    if isinstance(value, Dict):
        return [wrapped(key) for key in value.items] if value.complete else None
    if isinstance(value, Range):
        # len() of a range overflows beyond sys.maxsize, its slice does not.
        if value.range[MAX_ITEMS:]:
            return None
        return [Const(number) for number in value.range]
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)):
        return [Const(part) for part in value.value]
    if isinstance(value, Partial):
        return _lazy_elements(machine, value, at)
    if isinstance(value, Class):
        return enum_members(value)
    if isinstance(value, Instance):
        return _elements_of_instance(machine, value, at)
    if isinstance(value, LibraryObject):
        found = machine.library.items(machine, value)
        return None if found is None else list(found)
    if isinstance(value, Modelled):
        listed = modelled_method(machine, value, "__iter__", Args(), at)
        return None if listed is None else _elements(machine, listed, at)
    return None


def modelled_method(machine: Machine, value: Modelled, name: str, args: Args, at: Site) -> Value | None:
    """The result of a special method of a library's object; None if it is known to have none."""
    from dropout_lint.interpreter.models.registry import METHODS

    method = f"{value.kind}.{name}"
    return machine.invoke(Builtin(method, value), args, at) if method in METHODS else None


def _elements_of_instance(machine: Machine, value: Instance, at: Site) -> list[Value] | None:
    """What the program's own `__iter__` gives, if it returns something that can be enumerated."""
    method = machine.find_method(value, "__iter__")
    if method is not None:
        iterator = machine.invoke(method, Args(), at)
        if isinstance(iterator, Instance):
            return None  # a hand-written __next__: nothing says when it stops
        return elements(machine, iterator, at)
    items = dataclass_like.elements(value)
    if items is not None:
        return items
    if value.foreign is not None:
        found = machine.library.items(machine, value.foreign)
        return None if found is None else list(found)
    return None


def _lazy_elements(machine: Machine, value: Partial, at: Site) -> list[Value] | None:
    """Runs a pending `map(f, xs)` or `filter(f, xs)`; a second time it is exhausted."""
    function = value.function
    if not isinstance(function, Builtin) or function.name not in LAZY:
        return None
    arguments = value.args.positional
    columns = [elements(machine, argument, at) for argument in arguments[1:]]
    value.args = Args([arguments[0], *(Collection([]) for _ in columns)])
    known = [column for column in columns if column is not None]
    if len(known) < len(columns) or not known:
        return None
    if function.name == "filter":
        return filtered(machine, arguments[0], known[0], at)
    return [machine.invoke(arguments[0], Args(list(row)), at) for row in zip(*known, strict=False)]


def filtered(machine: Machine, test: Value, items: list[Value], at: Site) -> list[Value]:
    """The items for which a test holds; a test of None is their own truth."""
    if isinstance(test, Const):
        return [item for item in items if machine.truth(item, at)]
    return [item for item in items if machine.truth(machine.invoke(test, Args([item]), at), at)]


def enum_members(cls: Class) -> list[Value] | None:
    """The members of an enum class, in order of definition; None for another class."""
    found: list[Value] = [
        value
        for value in cls.names.values()
        if isinstance(value, Instance) and value.cls is cls and "name" in value.attributes
    ]
    return found or None


def wrapped(key: object) -> Value:
    """The value of a dict key."""
    if isinstance(key, Value):
        return key
    if isinstance(key, tuple):
        return Collection([wrapped(part) for part in key], "tuple")
    return Const(key)


class _Missing:
    """Says that there is no key (None is one)."""


MISSING = _Missing()


MAX_KEY_DEPTH = 3


def unwrapped(value: Value, depth: int = 0) -> Any:
    """The dict key that a value is; `MISSING` when it cannot be known or hashed."""
    if isinstance(value, Const):
        return value.value
    if isinstance(value, Collection) and value.kind == "tuple" and value.complete and depth < MAX_KEY_DEPTH:
        parts = tuple(unwrapped(item, depth + 1) for item in value.items)
        return MISSING if MISSING in parts else parts
    if isinstance(value, (Class, Instance, LibraryObject)) and type(value).__hash__ is not None:
        return value
    return MISSING
