"""`isinstance`, `issubclass` and `type`."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.attributes import type_name
from dropout_lint.interpreter.values.comparing import conjunction
from dropout_lint.interpreter.values.kinds import (
    Builtin,
    Class,
    Collection,
    Const,
    Dict,
    ExternalName,
    Instance,
    LibraryObject,
    Range,
    Site,
    Unknown,
    Value,
    boolean,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

# They have classes that None is an instance of: NoneType, Hashable.
_OF_NONE = ("types.", "typing.", "typing_extensions.", "collections.")


def is_instance(machine: Machine, value: Value, cls: Value, at: Site) -> Value:
    """`isinstance(value, cls)`, also of a tuple of classes or of `A | B`."""
    known = _known(machine, value, cls)
    if known is not None:
        return boolean(known)
    reason = value.reason if isinstance(value, Unknown) else "isinstance()"
    key = machine.keys.operation("isinstance", value, cls)
    return machine.unknown(reason, at, key)


def _known(machine: Machine, value: Value, cls: Value) -> bool | None:
    if isinstance(cls, Collection):
        parts = [_known(machine, value, one) for one in cls.items]
        none_of_them = conjunction(None if part is None else not part for part in parts)
        return None if none_of_them is None else not none_of_them
    if isinstance(value, (Unknown, ExternalName)) or isinstance(cls, Unknown):
        return None
    if isinstance(cls, Builtin) and cls.name == "object":
        return True
    if isinstance(value, Instance) and (value.foreign is None or isinstance(cls, Class)):
        return _of_instance(value, cls)
    if isinstance(value, (LibraryObject, Instance)):
        return machine.library.is_instance(machine, value, cls)
    if isinstance(cls, Builtin):
        return _of_builtin(value, cls.name)
    if isinstance(cls, LibraryObject):
        return bool(machine.library.is_instance(machine, value, cls))
    if isinstance(value, Const) and value.value is None and isinstance(cls, ExternalName):
        return None if cls.dotted.startswith(_OF_NONE) else False
    # A list may be an instance of an abstract class of the standard library.
    return None if isinstance(cls, ExternalName) else False


def _of_instance(value: Instance, cls: Value) -> bool | None:
    """Whether an object of the program is an instance of a class that is not the library's."""
    order = list(value.cls.mro())
    if isinstance(cls, Class):
        return cls in order
    bases = [base for one in order for base in one.bases if not isinstance(base, Class)]
    if isinstance(cls, Builtin):
        names = [base.name for base in bases if isinstance(base, Builtin)]
        if any(is_builtin_subclass(name, cls.name) for name in names):
            return True
    elif isinstance(cls, ExternalName) and any(
        isinstance(base, ExternalName) and base.dotted == cls.dotted for base in bases
    ):
        return True
    return None if any(not isinstance(base, Builtin) for base in bases) else False


def _of_builtin(value: Value, name: str) -> bool:
    """Whether a constant, a container or a function is an instance of a builtin class."""
    if isinstance(value, (Const, Collection, Dict, Range)):
        return is_builtin_subclass(type_name(value), name)
    return name == "type" and isinstance(value, Class)


def is_builtin_subclass(name: str, other: str) -> bool:
    """Whether one builtin class, by name, is a subclass of another one."""
    one, two = getattr(builtins, name, None), getattr(builtins, other, None)
    return isinstance(one, type) and isinstance(two, type) and issubclass(one, two)


def is_subclass(cls: Value, parent: Value) -> bool | None:
    """`issubclass(cls, parent)`; None when it cannot be known."""
    if isinstance(parent, Collection):
        parts = [is_subclass(cls, one) for one in parent.items]
        none_of_them = conjunction(None if part is None else not part for part in parts)
        return None if none_of_them is None else not none_of_them
    if cls is parent:
        return True
    if isinstance(cls, Builtin) and isinstance(parent, Builtin):
        return is_builtin_subclass(cls.name, parent.name)
    if not isinstance(cls, Class):
        return None
    order = list(cls.mro())
    if isinstance(parent, Class):
        return parent in order
    bases = [base for one in order for base in one.bases if not isinstance(base, Class)]
    if any(base is parent for base in bases):
        return True
    return None if bases else False


def type_of(machine: Machine, value: Value, at: Site) -> Value | None:
    """`type(value)`; None when it cannot be known."""
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, LibraryObject):
        return machine.get_attribute(value, "__class__", at)
    if isinstance(value, (Const, Collection, Dict, Range)):
        return Builtin(type_name(value))
    return Builtin("type") if isinstance(value, Class) else None
