"""Arithmetic operators on values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dropout_lint.interpreter.budget import MAX_ITEMS
from dropout_lint.interpreter.values import folding
from dropout_lint.interpreter.values.comparing import contains_item, foreign_part
from dropout_lint.interpreter.values.formatting import percent
from dropout_lint.interpreter.values.keys import negated
from dropout_lint.interpreter.values.kinds import (
    Args,
    Builtin,
    Class,
    Collection,
    Const,
    Dict,
    ExternalName,
    Instance,
    LibraryObject,
    Presumed,
    Site,
    Unknown,
    Value,
    plain,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

METHODS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "@": "matmul",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "lshift",
    ">>": "rshift",
}


def binary(machine: Machine, operator: str, left: Value, right: Value, at: Site) -> Value:
    """`left <operator> right`."""
    known: Value | None = None
    if isinstance(left, Presumed) or isinstance(right, Presumed):
        result = binary(machine, operator, plain(left), plain(right), at)
        return presumed(machine, operator, [left, right], result, at)
    if isinstance(left, Const) and isinstance(right, Const):
        known = folding.binary(operator, left.value, right.value)
    elif operator == "|" and (isinstance(left, (Builtin, Class)) or isinstance(right, (Builtin, Class))):
        known = _union(left, right)
    elif isinstance(left, (Instance, LibraryObject)) or isinstance(right, (Instance, LibraryObject)):
        known = _of_objects(machine, operator, left, right, at)
    elif isinstance(left, (Collection, Dict)) or isinstance(right, (Collection, Dict)):
        known = _of_containers(machine, operator, left, right)
    if known is None:
        return undetermined(machine, operator, [left, right], at)
    return known


def undetermined(machine: Machine, operator: str, operands: list[Value], at: Site) -> Unknown:
    """The unknown result of an operator; the same operation on the same values equals it."""
    reason = next((value.reason for value in operands if isinstance(value, Unknown)), f"{operator!r}")
    return machine.unknown(reason, at, machine.keys.operation(operator, *operands))


def presumed(machine: Machine, operator: str, operands: list[Value], result: Value, at: Site) -> Value:
    """The result of an operator on presumed constants: presumed itself."""
    if not isinstance(result, Const):
        return result
    return Presumed(result.value, undetermined(machine, operator, operands, at).key)


def _of_objects(machine: Machine, operator: str, left: Value, right: Value, at: Site) -> Value | None:
    """An operator on objects: the program's own method, else what the library says."""
    for obj, other, prefix in ((left, right, "__"), (right, left, "__r")):
        if isinstance(obj, Instance):
            method = machine.find_method(obj, f"{prefix}{METHODS.get(operator, '')}__")
            if method is not None:
                return machine.invoke(method, Args([other]), at)
    if any(isinstance(foreign_part(value), LibraryObject) for value in (left, right)):
        return machine.library.operate(machine, operator, [left, right], at)
    return None


def _union(left: Value, right: Value) -> Value:
    """`int | str`: for `isinstance` the same as a tuple of them."""
    parts = [part.items if isinstance(part, Collection) else [part] for part in (left, right)]
    return Collection([*parts[0], *parts[1]], "tuple")


def _of_containers(machine: Machine, operator: str, left: Value, right: Value) -> Value | None:
    if isinstance(left, Const) and isinstance(left.value, str) and operator == "%":
        return percent(left.value, right)
    if isinstance(left, Dict) and isinstance(right, Dict):
        if operator != "|":
            return None
        return Dict({**left.items, **right.items}, left.complete and right.complete)
    if operator == "+":
        return _joined(left, right)
    if operator == "*":
        return _repeated(left, right) or _repeated(right, left)
    if isinstance(left, Collection) and isinstance(right, Collection) and left.kind == "set":
        return of_sets(machine, operator, left, right)
    return None


def _joined(left: Value, right: Value) -> Value | None:
    """The concatenation of two lists; of a list and something unknown it is incomplete."""
    if isinstance(left, Collection) and isinstance(right, Collection) and left.kind == right.kind:
        return bounded([*left.items, *right.items], left.kind, left.complete and right.complete)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Collection) and isinstance(other, (Unknown, ExternalName)):
            return Collection(list(one.items), one.kind, complete=False)
    return None


def bounded(items: list[Value], kind: Literal["list", "tuple", "set"], complete: bool) -> Collection:
    """A list, tuple or set of some items; of too many it keeps the first and is incomplete."""
    if len(items) > MAX_ITEMS:
        return Collection(items[:MAX_ITEMS], kind, complete=False)
    return Collection(items, kind, complete)


def _repeated(sequence: Value, count: Value) -> Value | None:
    if not isinstance(sequence, Collection) or not isinstance(count, Const):
        return None
    if not isinstance(count.value, int) or folding.repeats_too_often(len(sequence.items), count.value):
        return None
    return Collection(sequence.items * count.value, sequence.kind, sequence.complete)


def of_sets(machine: Machine, operator: str, left: Collection, right: Collection) -> Value | None:
    """`|`, `&`, `-`, `^` of two sets; None when membership cannot be known."""
    if not (left.complete and right.complete):
        if operator != "|":
            return None
        return Collection([*left.items, *right.items], "set", complete=False)
    mine = [contains_item(machine, item, right.items, 0) for item in left.items]
    others = [contains_item(machine, item, left.items, 0) for item in right.items]
    if None in mine or None in others or operator not in ("|", "&", "-", "^"):
        return None
    common = [item for item, both in zip(left.items, mine, strict=True) if both]
    only_left = [item for item, both in zip(left.items, mine, strict=True) if not both]
    only_right = [item for item, both in zip(right.items, others, strict=True) if not both]
    results = {
        "|": [*left.items, *only_right],
        "&": common,
        "-": only_left,
        "^": [*only_left, *only_right],
    }
    return Collection(results[operator], "set")


def unique(machine: Machine, items: list[Value]) -> Collection:
    """The set of some items; incomplete when two of them may or may not be equal."""
    kept: list[Value] = []
    seen: set[object] = set()
    complete = True
    for item in items:
        if isinstance(item, Const):
            if item.value in seen:
                continue
            seen.add(item.value)
            kept.append(item)
            continue
        present = contains_item(machine, item, kept, 0)
        if present is None:
            complete = complete and not isinstance(item, Unknown)
        if not present:
            kept.append(item)
    return Collection(kept, "set", complete)


def unary(machine: Machine, operator: str, operand: Value, at: Site) -> Value:
    """`not`, `-`, `+`, `~` of a value."""
    if isinstance(operand, Presumed):
        result = unary(machine, operator, Const(operand.value), at)
        if operator == "not" and isinstance(result, Const):
            return Presumed(result.value, negated(machine.condition_key(operand)))
        return presumed(machine, operator, [operand], result, at)
    if operator == "not":
        truth = machine.known_truth(operand)
        if truth is not None:
            return Const(not truth)
        reason = operand.reason if isinstance(operand, Unknown) else "'not'"
        return machine.unknown(reason, at, negated(machine.condition_key(operand)))
    known: Value | None = None
    if isinstance(operand, Const):
        known = folding.unary(operator, operand.value)
    elif isinstance(foreign_part(operand), LibraryObject):
        known = machine.library.operate(machine, operator, [operand], at)
    return known if known is not None else undetermined(machine, operator, [operand], at)
