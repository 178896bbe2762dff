"""Method resolution: in which order Python looks through the classes of an object."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from dropout_lint.interpreter.values.kinds import Builtin, Class, ExternalName, LibraryObject, Value


def linearised(cls: Class) -> tuple[Value, ...]:
    """The class and all that it derives from, in lookup order (C3; `object` left out).

    Bases that the program did not write stand in it too: classes of a library with their own
    ancestors, and what cannot be seen. Bases that contradict each other, which Python refuses,
    are taken depth first.
    """
    parts = [list(_order(base)) for base in cls.bases]
    merged = _merged([*parts, list(cls.bases)])
    if merged is None:
        merged = [base for part in parts for base in part]
    found: dict[Hashable, Value] = {_identity(cls): cls}
    for base in merged:
        found.setdefault(_identity(base), base)
    return tuple(found.values())


def _order(base: Value) -> Sequence[Value]:
    if isinstance(base, Class):
        return base.order
    return base.ancestors() if isinstance(base, LibraryObject) else (base,)


def _merged(parts: list[list[Value]]) -> list[Value] | None:
    """C3: the first head that stands in no other tail, again and again; None where there is none."""
    merged: list[Value] = []
    parts = [part for part in parts if part]
    while parts:
        tails = {_identity(base) for part in parts for base in part[1:]}
        head = next((part[0] for part in parts if _identity(part[0]) not in tails), None)
        if head is None:
            return None
        merged.append(head)
        key = _identity(head)
        parts = [rest for part in parts if (rest := part[1:] if _identity(part[0]) == key else part)]
    return merged


def _identity(cls: Value) -> Hashable:
    if isinstance(cls, Builtin):
        return cls.name
    return cls.dotted if isinstance(cls, ExternalName) else id(cls)


def provider(order: Iterable[Value], name: str) -> Value | None:
    """The class that an attribute of this name comes from.

    Args:
        order: the classes to look through, in that order.

    Returns:
        a class of the program or of a library that has it; the base that cannot be seen, where
        one stands before a class of the program that has it; None when no class has it for certain.
    """
    unseen: Value | None = None
    for cls in order:
        if isinstance(cls, Class):
            if name in cls.names:
                return cls if unseen is None else unseen
        elif isinstance(cls, LibraryObject):
            if cls.provides(name):
                return cls
        elif not isinstance(cls, Builtin) and unseen is None:
            unseen = cls
    return None


def lookup(order: Iterable[Value], name: str) -> Value | None:
    """The attribute that a class of the program gives; None if it comes from elsewhere, or from nowhere."""
    found = provider(order, name)
    return found.names[name] if isinstance(found, Class) else None


def is_hidden(order: Iterable[Value], name: str) -> bool:
    """Whether a base that cannot be seen may have an attribute in front of the program's own."""
    found = provider(order, name)
    return found is not None and not isinstance(found, (Class, LibraryObject))
