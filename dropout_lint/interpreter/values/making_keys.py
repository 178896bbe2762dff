"""Which key a value has, in one run; `keys` are the kinds there are."""

from __future__ import annotations

from dropout_lint.interpreter.values.keys import (
    MAX_DEPTH,
    BuiltinName,
    Constant,
    DottedName,
    Fresh,
    Identity,
    Key,
    Operation,
)
from dropout_lint.interpreter.values.kinds import (
    Builtin,
    Collection,
    Const,
    ExternalName,
    Presumed,
    Unknown,
    Value,
)

MAX_LISTED = 32


class Keys:
    """Hands out the keys of one run."""

    def __init__(self) -> None:
        # Holding on to the values keeps Python from giving their id() to another one.
        self._serials: dict[int, tuple[int, Value]] = {}
        self._fresh = 0

    def __setstate__(self, state: dict[str, object]) -> None:
        """Of a copy: its values are others."""
        self.__dict__.update(state)
        self._serials = {id(value): (number, value) for number, value in self._serials.values()}

    def fresh(self) -> Fresh:
        """A key that equals no other; the n-th one of a run is always the same."""
        self._fresh += 1
        return Fresh(self._fresh)

    def serial(self, value: Value) -> int:
        """A number for the identity of an object, in order of first asking."""
        return self._serials.setdefault(id(value), (len(self._serials), value))[0]

    def of(self, value: Value) -> Key:
        """The key of a value: of what it says for constants, of its identity for objects."""
        if type(value) is Unknown:  # most are
            return value.key
        if isinstance(value, (Unknown, Presumed)):
            return value.key
        if isinstance(value, Const):
            return Constant(value.value, type(value.value).__name__)
        if isinstance(value, ExternalName):
            return DottedName(value.dotted)
        if isinstance(value, Builtin) and value.receiver is None:
            return BuiltinName(value.name)
        if isinstance(value, Collection) and value.complete and len(value.items) <= MAX_LISTED:
            listed = [item for item in value.items if isinstance(item, Const)]
            if len(listed) == len(value.items):
                return Operation(value.kind, tuple(map(self.of, listed)))
        return Identity(self.serial(value))

    def limited(self, key: Key) -> Key:
        """The key, or a fresh one if it is nested too deep."""
        return key if key.depth <= MAX_DEPTH else self.fresh()

    def operation(self, operator: str, *operands: Value) -> Key:
        """The key of what `operator` makes of `operands`; see `keys.Operation`."""
        return self.limited(Operation(operator, tuple(map(self.of, operands))))
