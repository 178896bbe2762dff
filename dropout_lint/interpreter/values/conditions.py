"""Truth: of values, and of the conditions that branches ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.values.keys import Key
from dropout_lint.interpreter.values.kinds import (
    Args,
    Collection,
    Const,
    Dict,
    ExternalName,
    Instance,
    LibraryObject,
    Presumed,
    Range,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine

# `holds` and `known` recurse on their own where `and` and `or` alternate; below this the
# guard of `Machine.evaluate` takes over.
_DEEP = 200


def known_truth(machine: Machine, value: Value) -> bool | None:
    """Whether a value is true; None when that cannot be known."""
    if isinstance(value, Const):
        return None if isinstance(value, Presumed) else bool(value.value)
    if isinstance(value, (Collection, Dict)):
        return True if value.items else False if value.complete else None
    if isinstance(value, Range):
        return bool(value.range)
    if isinstance(value, Instance):
        return _truth_of_instance(machine, value)
    if isinstance(value, LibraryObject):
        return _truth_of_foreign(machine, value)
    if isinstance(value, (Unknown, ExternalName)):
        return None
    return True


def _truth_of_instance(machine: Machine, value: Instance) -> bool | None:
    for name in ("__bool__", "__len__"):
        method = machine.find_method(value, name)
        if method is not None:
            return known_truth(machine, machine.invoke(method, Args(), machine.here))
    return True if value.foreign is None else _truth_of_foreign(machine, value)


def _truth_of_foreign(machine: Machine, value: Value) -> bool | None:
    opposite = machine.library.operate(machine, "not", [value], machine.here)
    if opposite is None:
        return True  # an object without a truth of its own is true
    if isinstance(opposite, Const):
        return not opposite.value
    return None


def key_of_truth(machine: Machine, value: Value) -> Key:
    """The key under which the truth of a value is decided."""
    if isinstance(value, (LibraryObject, Instance)):
        return machine.keys.operation("truth", value)
    return machine.keys.of(value)


def holds(machine: Machine, frame: Frame, test: cst.BaseExpression, prefer: bool, explore: bool) -> bool:
    """Whether the test of a branch holds in this run; asks the choices where it must.

    `and`, `or` and `not` hand the preference down, so that `if a and not b: raise` prefers
    `a` false, and so that each operand is a condition of its own.
    """
    positive = True
    # Not isinstance: libcst's nodes are ABCs, and no other kind of node is derived from these.
    while type(test) is cst.UnaryOperation and type(test.operator) is cst.Not:
        positive = not positive
        test = test.expression
    prefer = prefer == positive
    if type(test) is cst.BooleanOperation and machine.nesting < _DEEP:
        stop = type(test.operator) is cst.Or
        machine.nesting += 1
        try:
            for operand in operands(test):
                if holds(machine, frame, operand, prefer, explore) == stop:
                    return stop == positive
        finally:
            machine.nesting -= 1
        return (not stop) == positive
    value = machine.evaluate(test, frame)
    return machine.truth(value, frame.site(test), prefer, explore) == positive


def known(machine: Machine, frame: Frame, test: cst.BaseExpression) -> bool | None:
    """Whether a test holds, without deciding anything: None when that cannot be known."""
    if type(test) is cst.UnaryOperation and type(test.operator) is cst.Not:
        inner = known(machine, frame, test.expression) if machine.nesting < _DEEP else None
        return None if inner is None else not inner
    if type(test) is not cst.BooleanOperation or machine.nesting >= _DEEP:
        return known_truth(machine, machine.evaluate(test, frame))
    stop = type(test.operator) is cst.Or
    result: bool | None = not stop
    machine.nesting += 1
    try:
        for operand in operands(test):
            truth = known(machine, frame, operand)
            if truth == stop:
                return stop
            if truth is None:
                result = None
    finally:
        machine.nesting -= 1
    return result


def operands(node: cst.BooleanOperation) -> list[cst.BaseExpression]:
    """The operands of a chain of one operator, `a and b and c`, in order."""
    kind = type(node.operator)
    found: list[cst.BaseExpression] = []
    pending: list[cst.BaseExpression] = [node]
    while pending:
        current = pending.pop()
        if type(current) is cst.BooleanOperation and type(current.operator) is kind:
            pending += [current.right, current.left]
        else:
            found.append(current)
    return found
