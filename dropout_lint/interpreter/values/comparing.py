"""Comparison of values: equality, identity, order, membership."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dropout_lint.interpreter.values import folding
from dropout_lint.interpreter.values.iteration import MISSING, elements, modelled_method, unwrapped
from dropout_lint.interpreter.values.keys import Operation, negated
from dropout_lint.interpreter.values.kinds import (
    Args,
    BoundMethod,
    Builtin,
    Collection,
    Const,
    Dict,
    ExternalName,
    Instance,
    LibraryObject,
    Modelled,
    Namespace,
    Presumed,
    Range,
    Site,
    Unknown,
    Value,
    boolean,
    plain,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

OPPOSITES = {"!=": "==", "is not": "is", "not in": "in", ">=": "<", "<=": ">"}
"""Operators that are computed as the negation of another one."""

METHODS = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
MAX_DEPTH = 20


def compare(machine: Machine, operator: str, left: Value, right: Value, at: Site) -> Value:
    """`left <operator> right` of two values."""
    if isinstance(left, Presumed) or isinstance(right, Presumed):
        return _presumed(machine, operator, left, right, at)
    if isinstance(left, Const) and isinstance(right, Const) and operator in folding.OPERATIONS:
        folded = folding.binary(operator, left.value, right.value)
        return folded or machine.unknown(f"operands of {operator!r}", at)
    special = _overridden(machine, operator, left, right, at)
    if special is not None:
        return special
    plain = OPPOSITES.get(operator, operator)
    known = _known(machine, plain, left, right, at)
    if known is not None:
        return boolean(known == (plain == operator))
    return _undecided(machine, operator, left, right, at)


def _presumed(machine: Machine, operator: str, left: Value, right: Value, at: Site) -> Value:
    """A comparison with the default of an option: what that gives, and that it may be otherwise."""
    result = compare(machine, operator, plain(left), plain(right), at)
    undecided = _undecided(machine, operator, left, right, at)
    return Presumed(result.value, undecided.key) if isinstance(result, Const) else undecided


def _overridden(machine: Machine, operator: str, left: Value, right: Value, at: Site) -> Value | None:
    """What the program's own `__eq__` and the like, or the library, make of a comparison."""
    if operator in ("is", "is not"):
        return None
    if isinstance(left, Instance) and operator in METHODS:
        method = machine.find_method(left, METHODS[operator])
        if method is not None:
            return machine.invoke(method, Args([right]), at)
    if operator in ("in", "not in"):
        return _overridden_membership(machine, operator, left, right, at)
    if any(isinstance(foreign_part(value), LibraryObject) for value in (left, right)):
        return machine.library.operate(machine, operator, [left, right], at)
    return None


def _overridden_membership(
    machine: Machine, operator: str, left: Value, right: Value, at: Site
) -> Value | None:
    if not isinstance(right, Instance):
        return None
    method = machine.find_method(right, "__contains__")
    if method is None:
        return None
    truth = machine.truth(machine.invoke(method, Args([left]), at), at)
    return boolean(truth == (operator == "in"))


def _undecided(machine: Machine, operator: str, left: Value, right: Value, at: Site) -> Unknown:
    """The unknown result of a comparison; the same comparison written elsewhere is equal to it."""
    reason = next((value.reason for value in (left, right) if isinstance(value, Unknown)), f"{operator!r}")
    plain = OPPOSITES.get(operator, operator)
    operands = [machine.keys.of(left), machine.keys.of(right)]
    if plain == ">":
        negative, plain, operands = plain != operator, "<", operands[::-1]
    else:
        negative = plain != operator
    if plain == "is" and isinstance(right, Const) and right.value is None:
        plain = "=="  # so that `x is None` and `x == None` are one condition
    if plain == "==" and isinstance(left, Const):
        operands = operands[::-1]
    key = machine.keys.limited(Operation(plain, tuple(operands)))
    return machine.unknown(reason, at, negated(key) if negative else key)


def _known(machine: Machine, operator: str, left: Value, right: Value, at: Site) -> bool | None:
    if operator == "is":
        return identical(left, right)
    if operator == "==":
        foreign = isinstance(foreign_part(left), LibraryObject) or isinstance(
            foreign_part(right), LibraryObject
        )
        if foreign and left is not right:
            # The library was asked before and does not know; but nothing of it equals None.
            none = any(isinstance(value, Const) and value.value is None for value in (left, right))
            return False if none else None
        return equal(machine, left, right)
    if operator == "in":
        return contains(machine, left, right, at)
    return None


def identical(left: Value, right: Value) -> bool | None:
    """`left is right`; None when it cannot be known."""
    left, right = foreign_part(left), foreign_part(right)
    if left is right:
        return True
    if isinstance(left, Const) and isinstance(right, Const):
        return type(left.value) is type(right.value) and bool(left.value == right.value)
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return True if left.key == right.key else None
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if isinstance(left, ExternalName) or isinstance(right, ExternalName):
        return _same_extern(left, right)
    if isinstance(left, Builtin) and isinstance(right, Builtin):
        return left.name == right.name and left.receiver is right.receiver
    return False


def _same_extern(left: Value, right: Value) -> bool | None:
    if isinstance(left, ExternalName) and isinstance(right, ExternalName):
        # Two names may mean one object: what a library re-exports.
        return True if left.dotted == right.dotted else None
    module = left if isinstance(left, ExternalName) else right
    # A module that was imported is not None; what it holds may be.
    return None if isinstance(module, ExternalName) and "." in module.dotted else False


def equal(machine: Machine, left: Value, right: Value, depth: int = 0) -> bool | None:
    """`left == right`; None when it cannot be known."""
    machine.budget.step()
    same = identical(left, right)
    if same or same is None or depth > MAX_DEPTH:
        return same
    if isinstance(left, Const) and isinstance(right, Const):
        return bool(left.value == right.value)
    if isinstance(left, Collection) and isinstance(right, Collection):
        return _equal_sequences(machine, left, right, depth)
    if isinstance(left, Dict) and isinstance(right, Dict):
        return _equal_dicts(machine, left, right, depth)
    if isinstance(left, Range) and isinstance(right, Range):
        return left.range == right.range
    if isinstance(left, BoundMethod) and isinstance(right, BoundMethod):
        return left.receiver is right.receiver and left.function is right.function
    # Objects without an equality of their own: in a list, only the object itself is found.
    return False


def _equal_sequences(machine: Machine, left: Collection, right: Collection, depth: int) -> bool | None:
    if left.kind != right.kind:
        return False
    if not (left.complete and right.complete):
        return None
    if len(left.items) != len(right.items):
        return False
    if left.kind == "set":
        return conjunction(contains_item(machine, item, right.items, depth + 1) for item in left.items)
    pairs = zip(left.items, right.items, strict=True)
    return conjunction(equal(machine, one, other, depth + 1) for one, other in pairs)


def _equal_dicts(machine: Machine, left: Dict, right: Dict, depth: int) -> bool | None:
    if not (left.complete and right.complete):
        return None
    if left.items.keys() != right.items.keys():
        return False
    return conjunction(
        equal(machine, value, right.items[key], depth + 1) for key, value in left.items.items()
    )


def conjunction(parts: Iterable[bool | None]) -> bool | None:
    """All of them: False as soon as one is, None when one is unknown."""
    result: bool | None = True
    for part in parts:
        if part is False:
            return False
        if part is None:
            result = None
    return result


def contains(machine: Machine, item: Value, container: Value, at: Site) -> bool | None:
    """`item in container`; None when it cannot be known."""
    if isinstance(container, Const) and isinstance(item, Const):
        found = folding.attempt(lambda: item.value in container.value)
        return None if found is None else bool(found.value)
    if isinstance(container, Dict):
        key = unwrapped(item)
        if key is not MISSING and key in container.items:
            return True
        return False if container.complete and key is not MISSING else None
    if isinstance(container, Namespace):  # other code may put names in
        return True if isinstance(item, Const) and item.value in container.scope.names else None
    if isinstance(container, Modelled):
        asked = modelled_method(machine, container, "__contains__", Args([item]), at)
        if asked is not None:
            return asked.value if isinstance(asked, Const) else None
        return unwrapped(item) in container.names or (None if not container.complete else False)
    if isinstance(container, Range) and isinstance(item, Const):
        return isinstance(item.value, (int, float)) and item.value in container.range
    if isinstance(container, Collection):
        found_item = contains_item(machine, item, container.items, 0)
        return None if found_item is False and not container.complete else found_item
    listed = elements(machine, container, at) if isinstance(container, (LibraryObject, Instance)) else None
    return None if listed is None else contains_item(machine, item, listed, 0)


def contains_item(machine: Machine, item: Value, items: Sequence[Value], depth: int) -> bool | None:
    """Whether one of the items is, or equals, `item`."""
    opposite = conjunction(
        None if same is None else not same for same in (equal(machine, item, one, depth) for one in items)
    )
    return None if opposite is None else not opposite


def foreign_part(value: Value) -> Value:
    """The library's part of an instance; the value itself for anything else."""
    if isinstance(value, Instance) and value.foreign is not None:
        return value.foreign
    return value
