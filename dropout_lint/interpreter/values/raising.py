"""Exceptions of the program: which classes they are of."""

from __future__ import annotations

import builtins

from dropout_lint.interpreter.values.keys import Thrown
from dropout_lint.interpreter.values.kinds import (
    Builtin,
    Class,
    Collection,
    ExternalName,
    Instance,
    Unknown,
    Value,
)


def is_any(exception: Value, caught: Value) -> bool:
    """Whether an exception is of a class, or of one of a tuple; one whose class is unknown is."""
    kinds = caught.items if isinstance(caught, Collection) else [caught]
    return any(_is_kind(exception, kind) for kind in kinds)


def _is_kind(exception: Value, kind: Value) -> bool:
    if isinstance(exception, Instance):
        order = list(exception.cls.mro())
        if isinstance(kind, Class):
            return kind in order
        names = [base.name for cls in order for base in cls.bases if isinstance(base, Builtin)]
        others = any(not isinstance(base, (Builtin, Class)) for cls in order for base in cls.bases)
        return others or any(_is_subclass(name, kind) for name in names)
    if isinstance(exception, Builtin):
        return _is_subclass(exception.name, kind)
    match exception:
        case Unknown(key=Thrown(name)):
            return _is_subclass(name, kind)
    return True


def _is_subclass(name: str, kind: Value) -> bool:
    """Whether the builtin exception class of this name is a kind of another one."""
    if isinstance(kind, (Class, ExternalName)):
        return False
    if not isinstance(kind, Builtin):
        return True
    one, other = getattr(builtins, name, None), getattr(builtins, kind.name, None)
    if isinstance(one, type) and isinstance(other, type):
        return issubclass(one, other)
    return True
