"""Keys: what makes two unknown values, or two unknown conditions, the same one.

A key is built from the way a value was computed, so that `args.mode == "train"` is the
same condition wherever it is written. Keys are tuples of keys and constants:

- ("const", type name, value), ("extern", dotted name), ("object", serial number)
- ("attr", key, name), ("item", key, key), ("param", function, name), ("name", name)
- (operator, key, key) with "==", "<", "in", "is" and the arithmetic ones
- ("not", key) for the opposite of a condition; it is never nested
- ("#", number) for a value that nothing else is equal to
"""

from __future__ import annotations

from collections.abc import Hashable

from dropout_lint.interpreter.values.kinds import (
    Builtin,
    Collection,
    Const,
    ExternalName,
    Presumed,
    Unknown,
    Value,
)

# Deeper keys become fresh ones: hashing nested tuples recurses in C, without a guard, and
# `x = x + 1` in a loop nests one level per pass.
MAX_KEY_DEPTH = 6
MAX_LISTED = 32


class Keys:
    """Hands out the keys of one run."""

    def __init__(self) -> None:
        # Holding on to the values keeps Python from giving their id() to another one.
        self._serials: dict[int, tuple[int, Value]] = {}
        self._fresh = 0

    def fresh(self) -> Hashable:
        """A key that equals no other; the n-th one of a run is always the same."""
        self._fresh += 1
        return ("#", self._fresh)

    def serial(self, value: Value) -> int:
        """A number for the identity of an object, in order of first asking."""
        return self._serials.setdefault(id(value), (len(self._serials), value))[0]

    def of(self, value: Value) -> Hashable:
        """The key of a value: of what it says for constants, of its identity for objects."""
        if isinstance(value, (Unknown, Presumed)):
            return value.key
        if isinstance(value, Const):
            return const_key(value.value)
        if isinstance(value, ExternalName):
            return ("extern", value.dotted)
        if isinstance(value, Builtin) and value.receiver is None:
            return ("builtin", value.name)
        if isinstance(value, Collection) and value.complete and len(value.items) <= MAX_LISTED:
            listed = [item for item in value.items if isinstance(item, Const)]
            if len(listed) == len(value.items):
                return (value.kind, *map(self.of, listed))
        return ("object", self.serial(value))

    def join(self, operator: str, *parts: Hashable) -> Hashable:
        """The key of what `operator` makes of `parts`; a fresh one if it would nest too deep."""
        if _deeper_than(parts, MAX_KEY_DEPTH + 1):
            return self.fresh()
        return (operator, *parts)


def const_key(value: object) -> Hashable:
    """The key of a constant; True and 1 have different ones."""
    return ("const", type(value).__name__, value)


def negated(key: Hashable) -> Hashable:
    """The key of the opposite condition."""
    if isinstance(key, tuple) and len(key) == 2 and key[0] == "not":
        return key[1]  # type: ignore[no-any-return]
    return ("not", key)


def _deeper_than(key: Hashable, limit: int) -> bool:
    if type(key) is not tuple:
        return False
    if limit == 0:
        return True
    # A loop, not `any`: keys are made all the time.
    for part in key:  # noqa: SIM110
        if type(part) is tuple and _deeper_than(part, limit - 1):
            return True
    return False
