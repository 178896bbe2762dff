"""Assignment: what each form of target stores, and `del`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.frame import bind
from dropout_lint.interpreter.syntax.literals import merge
from dropout_lint.interpreter.values import attributes, operators, subscripts
from dropout_lint.interpreter.values.comparing import foreign_part
from dropout_lint.interpreter.values.containers import extend
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Collection,
    Const,
    Dict,
    LibraryObject,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine

AUGMENTED: dict[type[cst.CSTNode], str] = {
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%",
    cst.PowerAssign: "**",
    cst.MatrixMultiplyAssign: "@",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
}


def assign(machine: Machine, frame: Frame, target: cst.CSTNode, value: Value, at: Site) -> None:
    """Stores a value in a target; `at` is the statement that does it."""
    if type(target) is cst.Name:
        bind(frame.scope, frame.mangled(target.value), value)
    elif type(target) is cst.Attribute:
        obj = machine.evaluate(target.value, frame)
        machine.set_attribute(obj, frame.mangled(target.attr.value), value, at)
    elif type(target) is cst.Subscript:
        obj = machine.evaluate(target.value, frame)
        subscripts.set_(machine, obj, subscripts.index(machine, frame, target), value, at)
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element, part in zip(target.elements, _parts(machine, target.elements, value, at), strict=True):
            assign(machine, frame, element.value, part, at)
    elif isinstance(target, cst.StarredElement):
        assign(machine, frame, target.value, value, at)


def _parts(machine: Machine, elements: Sequence[cst.BaseElement], value: Value, at: Site) -> list[Value]:
    """What each element of a tuple target gets."""
    items = machine.iterate(value, at)
    stars = [i for i, element in enumerate(elements) if type(element) is cst.StarredElement]
    count = len(elements)
    if items is not None and not stars and len(items) == count:
        return items
    if items is not None and len(stars) == 1 and len(items) >= count - 1:
        first, after = stars[0], count - stars[0] - 1
        middle = items[first : len(items) - after]
        return [*items[:first], Collection(middle), *items[len(items) - after :]]
    if items is not None:
        machine.note("the number of values does not fit the targets", at)
    return [
        _unpacked(machine, value, position - (count if stars and position > stars[0] else 0), at)
        if position not in stars
        else _rest(machine, value, at)
        for position in range(count)
    ]


def _unpacked(machine: Machine, value: Value, position: int, at: Site) -> Value:
    """One of the elements of a value that cannot be enumerated."""
    if isinstance(value, Unknown):
        return subscripts.get(machine, value, Const(position), at)
    if isinstance(foreign_part(value), LibraryObject):
        found = machine.library.operate(machine, "unpack", [value, Const(position)], at)
        if found is not None:
            return found
    return subscripts.unknown_item(machine, value, Const(position), at)


def _rest(machine: Machine, value: Value, at: Site) -> Value:
    """What a starred target gets: the library's own object, or a list whose elements are not known."""
    if isinstance(foreign_part(value), LibraryObject):
        found = machine.library.operate(machine, "unpack", [value, NONE], at)
        if found is not None:
            return found
    return Collection([], complete=False)


def bind_walrus(frame: Frame, target: cst.BaseExpression, value: Value) -> None:
    """`name := value`; in a comprehension the name belongs to the scope around it."""
    if isinstance(target, cst.Name):
        bind(frame.home, frame.mangled(target.value), value)


def assign_statement(machine: Machine, frame: Frame, node: cst.Assign) -> None:
    """`a = b = value`."""
    value = machine.evaluate(node.value, frame)
    at = frame.site(node)
    for target in node.targets:
        assign(machine, frame, target.target, value, at)


def annotated(machine: Machine, frame: Frame, node: cst.AnnAssign) -> None:
    """`a: int = value`; without a value it stores nothing."""
    if node.value is not None:
        assign(machine, frame, node.target, machine.evaluate(node.value, frame), frame.site(node))


def augmented(machine: Machine, frame: Frame, node: cst.AugAssign) -> None:
    """`a += b`; a list, set or dict changes in place, so that its other names see it."""
    at = frame.site(node)
    operator = AUGMENTED.get(type(node.operator), "?")
    target = node.target
    if isinstance(target, cst.Subscript):
        # The object and the index are evaluated once.
        obj = machine.evaluate(target.value, frame)
        key = subscripts.index(machine, frame, target)
        old = subscripts.get(machine, obj, key, at)
        right = machine.evaluate(node.value, frame)
        subscripts.set_(machine, obj, key, _updated(machine, operator, old, right, at), at)
    elif isinstance(target, cst.Attribute):
        obj = machine.evaluate(target.value, frame)
        name = frame.mangled(target.attr.value)
        old = machine.get_attribute(obj, name, at)
        right = machine.evaluate(node.value, frame)
        machine.set_attribute(obj, name, _updated(machine, operator, old, right, at), at)
    else:
        old = machine.evaluate(target, frame)
        right = machine.evaluate(node.value, frame)
        assign(machine, frame, target, _updated(machine, operator, old, right, at), at)


def _updated(machine: Machine, operator: str, old: Value, right: Value, at: Site) -> Value:
    if isinstance(old, Collection) and old.kind == "list" and operator == "+":
        extend(machine, old, right, at)
        return old
    if isinstance(old, Dict) and operator == "|":
        merge(old, right)
        return old
    result = operators.binary(machine, operator, old, right, at)
    if isinstance(old, Collection) and old.kind == "set":
        if isinstance(result, Collection):
            old.items, old.complete = result.items, result.complete
        else:
            old.complete = False
        return old
    return result


def delete(machine: Machine, frame: Frame, node: cst.Del) -> None:
    """`del a, b.c, d[e]`."""
    at = frame.site(node)
    pending: list[cst.BaseExpression] = [node.target]
    while pending:
        target = pending.pop(0)
        if isinstance(target, (cst.Tuple, cst.List)):
            pending += [element.value for element in target.elements]
        elif isinstance(target, cst.Name):
            name = frame.mangled(target.value)
            frame.scope.outer.get(name, frame.scope).names.pop(name, None)
        elif isinstance(target, cst.Attribute):
            obj = machine.evaluate(target.value, frame)
            attributes.delete(machine, obj, frame.mangled(target.attr.value), at)
        elif isinstance(target, cst.Subscript):
            obj = machine.evaluate(target.value, frame)
            subscripts.delete(machine, obj, subscripts.index(machine, frame, target), at)
