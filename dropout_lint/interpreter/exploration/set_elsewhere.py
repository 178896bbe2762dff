"""Variables of the module that functions set which nobody in sight calls: the callback of a button, a setter.

Whoever calls one of these functions may have called the others before, in any order. Only None and False are
forgotten for it (`config["source"] = None`, `ready = False`), which stand for "not yet".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.syntax.walk import walk
from dropout_lint.interpreter.values.keys import SetElsewhere
from dropout_lint.interpreter.values.kinds import Const, Dict, Function, Scope, Site, Unknown, Value
from dropout_lint.once import OnceEachNode

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

# A variable, and the key under which a dict in it gets something; None: it gets something itself.
_Target = tuple[str, str | None]


def setters(functions: Iterable[Function]) -> list[Function]:
    """Those that write something of the module's."""
    return [function for function in functions if _targets(function)]


def forget(machine: Machine, scope: Scope, functions: Iterable[Function]) -> None:
    """Makes unknown what these functions write, where it is None or False now.

    Args:
        scope: the names of the module in this run.
        functions: those of the module that may have been called, of whatever run.
    """
    for function in functions:
        for name, key in sorted(_targets(function), key=str):
            held = scope.names.get(name)
            if key is None and _is_not_yet(held):
                scope.names[name] = _unknown(machine, function, name, key)
            elif key is not None and isinstance(held, Dict) and _is_not_yet(held.items.get(key)):
                held.items[key] = _unknown(machine, function, name, key)


def _is_not_yet(value: Value | None) -> bool:
    return isinstance(value, Const) and (value.value is None or value.value is False)


def _unknown(machine: Machine, function: Function, name: str, key: str | None) -> Unknown:
    at = Site(function.file, function.node)
    return machine.unknown(f"{name}, which {function.name}() may have set", at, SetElsewhere(name, key))


def _targets(function: Function) -> frozenset[_Target]:
    """What a function writes that is the module's; found out once."""
    return _TARGETS.of(function.file, function.node, lambda: frozenset(_found(function)))


def _found(function: Function) -> Iterator[_Target]:
    parts = list(walk(function.node.body))
    # Not isinstance: libcst's nodes are ABCs, and every node of every unused function is asked.
    shared = {item.name.value for part in parts if type(part) is cst.Global for item in part.names}
    assigned = list(_assigned(parts))
    own = {parameter.name for parameter in function.parameters}
    own |= {target.value for target in assigned if isinstance(target, cst.Name)} - shared
    for target in assigned:
        if isinstance(target, cst.Name) and target.value in shared:
            yield target.value, None
        elif isinstance(target, cst.Subscript) and isinstance(target.value, cst.Name):
            index = target.slice[0].slice
            text = index.value if isinstance(index, cst.Index) else None
            key = text.evaluated_value if isinstance(text, cst.SimpleString) else None
            if isinstance(key, str) and target.value.value not in own:
                yield target.value.value, key


def _assigned(parts: Iterable[cst.CSTNode]) -> Iterator[cst.BaseExpression]:
    for part in parts:
        if type(part) is cst.AssignTarget or type(part) is cst.AugAssign or type(part) is cst.AnnAssign:
            yield part.target


_TARGETS: OnceEachNode[cst.CSTNode, frozenset[_Target]] = OnceEachNode()
