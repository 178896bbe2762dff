"""List, set, dict and generator comprehensions; a generator is run where it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.syntax import assignment
from dropout_lint.interpreter.syntax.literals import put
from dropout_lint.interpreter.syntax.loops import (
    COUNTED_PASSES,
    Share,
    goes_round_too_often,
    limited,
    unknown_element,
)
from dropout_lint.interpreter.values import conditions
from dropout_lint.interpreter.values.iteration import unwrapped
from dropout_lint.interpreter.values.kinds import Collection, Dict, Range, Scope, Value
from dropout_lint.interpreter.values.operators import unique

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine


def sequence(machine: Machine, frame: Frame, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> Value:
    """`[element for ... if ...]` and its like."""
    items: list[Value] = []
    inner = frame.inner(Scope(frame.scope, "function"))

    def collect(known: bool) -> None:
        value = machine.evaluate(node.elt, inner)
        if known:
            items.append(value)

    complete = _run(machine, frame, inner, node.for_in, collect)
    if isinstance(node, cst.SetComp):
        result = unique(machine, items)
        result.complete = result.complete and complete
        return result
    return Collection(items, complete=complete)


def dictionary(machine: Machine, frame: Frame, node: cst.DictComp) -> Value:
    """`{key: value for ... if ...}`."""
    result = Dict({})
    inner = frame.inner(Scope(frame.scope, "function"))

    def collect(known: bool) -> None:
        key = machine.evaluate(node.key, inner)
        value = machine.evaluate(node.value, inner)
        if known:
            put(result, unwrapped(key), value)

    complete = _run(machine, frame, inner, node.for_in, collect)
    result.complete = result.complete and complete
    return result


def _run(
    machine: Machine, frame: Frame, inner: Frame, clause: cst.CompFor, collect: Callable[[bool], None]
) -> bool:
    """Runs one `for` clause and those inside it.

    The first iterable is evaluated in the scope around the comprehension. `collect` is called
    per element; with False where the elements are not known: the element is then evaluated
    once, for its effects. Returns whether all elements were known.
    """
    at = frame.site(clause)
    iterable = machine.evaluate(clause.iter, frame)
    repeats = isinstance(iterable, Range)
    cut = isinstance(iterable, Range) and goes_round_too_often(machine, clause, iterable)
    if cut and isinstance(iterable, Range):
        machine.note(f"a long loop, run {COUNTED_PASSES} times", at)
        iterable = Range(iterable.range[:COUNTED_PASSES])
    items = machine.iterate(iterable, at)
    complete = items is not None and not cut
    elements = [unknown_element(machine, iterable, 0, at)] if items is None else limited(machine, items, at)
    if items is not None and len(elements) < len(items):
        complete = False
    share = Share(machine, repeats)
    for number, element in enumerate(elements):
        if share.is_used_up():
            machine.note(f"a long loop, run {number} times", at)
            return False
        machine.budget.step()
        assignment.assign(machine, inner, clause.target, element, at)
        if not all(conditions.holds(machine, inner, test.test, True, True) for test in clause.ifs):
            continue
        if clause.inner_for_in is None:
            collect(items is not None)
        else:
            known = items is not None
            inside = _run(machine, inner, inner, clause.inner_for_in, lambda k: collect(k and known))  # noqa: B023
            complete = complete and inside
    return complete
