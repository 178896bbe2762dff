"""Builtin functions on objects, classes and attributes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from dropout_lint.interpreter.models import data_files, importing, literal_texts
from dropout_lint.interpreter.signals import Exit
from dropout_lint.interpreter.values import attributes, instances
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
    Super,
    Unknown,
    Value,
    boolean,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.values.containers import Method


def _name(args: Args) -> str | None:
    """The attribute name that `getattr` and its like are given, if it is known."""
    value = args.positional[1] if len(args.positional) > 1 else None
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def _getattr(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    name = _name(args)
    if name is None:
        return None
    if len(args.positional) < 3:
        return machine.get_attribute(args.positional[0], name, at)
    found = attributes.find(machine, args.positional[0], name, at)
    return args.positional[2] if found is None else found


def _setattr(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    if receiver is not None:  # super().__setattr__(name, value)
        args = Args([receiver, *args.positional])
    name = _name(args)
    if name is not None and len(args.positional) == 3:
        machine.set_attribute(args.positional[0], name, args.positional[2], at)
    elif args.positional:
        # Some attribute of the object changed, nobody knows which.
        machine.library.escape(machine, args.positional[:1], "setattr", at, "")
    return NONE


def _delattr(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    name = _name(args)
    if name is not None:
        attributes.delete(machine, args.positional[0], name, at)
    return NONE


def _hasattr(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    name = _name(args)
    obj = args.positional[0] if args.positional else NONE
    if isinstance(obj, ExternalName) and name is not None:
        return None if machine.library.lookup(f"{obj.dotted}.{name}") is None else boolean(True)
    if name is None or isinstance(obj, Unknown):
        return None
    found = attributes.find(machine, obj, name, at)
    if found is None:
        computed = isinstance(obj, Instance) and machine.find_method(obj, "__getattr__") is not None
        return None if computed else boolean(False)
    if isinstance(obj, (Instance, Class)) and isinstance(found, Unknown):
        # Unknown because only a base class outside of the program could have it.
        guess = attributes.unknown_attribute(machine, obj, name, at)
        return None if found.key == guess.key else boolean(True)
    return boolean(True)


def _isinstance(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    if len(args.positional) != 2:
        return None
    return instances.is_instance(machine, args.positional[0], args.positional[1], at)


def _issubclass(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    if len(args.positional) != 2:
        return None
    known = instances.is_subclass(args.positional[0], args.positional[1])
    return None if known is None else boolean(known)


def _type(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    return instances.type_of(machine, args.positional[0], at) if len(args.positional) == 1 else None


def _callable(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    value = args.positional[0] if args.positional else NONE
    if isinstance(value, (Function, Class, BoundMethod, Builtin, Partial)):
        return boolean(True)
    if isinstance(value, Instance):
        return boolean(value.foreign is not None or machine.find_method(value, "__call__") is not None)
    if isinstance(value, LibraryObject):
        return None if machine.library.get(machine, value, "__call__", at) is None else boolean(True)
    return boolean(False) if isinstance(value, (Const, Collection, Dict, Range)) else None


def _super(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    """`super(Class, self)`; the form without arguments needs the frame and is handled there."""
    if len(args.positional) != 2 or not isinstance(args.positional[0], Class):
        return None
    return Super(args.positional[0], args.positional[1])


def _binding(kind: Literal["static", "class", "property"]) -> Method:
    """`property(f)`, `staticmethod(f)`, `classmethod(f)`, as calls."""

    def function(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
        wrapped = args.get(0, "fget")
        if not isinstance(wrapped, Function):
            return None
        setter = args.get(1, "fset")
        return dataclasses.replace(
            wrapped, binding=kind, setter=setter if isinstance(setter, Function) else None
        )

    return function


def _nothing(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    return NONE


def _exit(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    raise Exit


def _id(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    return Const(machine.keys.serial(args.positional[0])) if args.positional else None


def _vars(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    return machine.get_attribute(args.positional[0], "__dict__", at) if args.positional else None


def _open(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    return data_files.opened(machine, args.get(0, "file"), args.get(1, "mode"), at)


FUNCTIONS: dict[str, Method] = {
    "__import__": importing.imported,
    "callable": _callable,
    "classmethod": _binding("class"),
    "delattr": _delattr,
    "eval": literal_texts.evaluated,
    "exit": _exit,
    "getattr": _getattr,
    "hasattr": _hasattr,
    "id": _id,
    "isinstance": _isinstance,
    "issubclass": _issubclass,
    "object.__init__": _nothing,
    "open": _open,
    "print": _nothing,
    "property": _binding("property"),
    "quit": _exit,
    "setattr": _setattr,
    "staticmethod": _binding("static"),
    "super": _super,
    "type": _type,
    "vars": _vars,
}
