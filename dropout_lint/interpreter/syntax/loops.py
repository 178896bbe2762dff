"""`for` and `while`.

A loop over known values runs exactly as often as Python would run it. A loop over something
unknown runs twice: once to see what its body does, once more to see what it does after
itself (a model trained in one pass is frozen in the next). It is never skipped.

A loop that only repeats (over numbers that pick nothing, or while a count is below another) may
take half of the steps that are left: what stands behind it matters more than its next pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.budget import MAX_ITERATIONS, MAX_ROUNDS
from dropout_lint.interpreter.builtins.functions import is_builtin
from dropout_lint.interpreter.frame import lookup
from dropout_lint.interpreter.signals import Break, Continue
from dropout_lint.interpreter.syntax import assignment
from dropout_lint.interpreter.syntax.walk import walk
from dropout_lint.interpreter.values import conditions
from dropout_lint.interpreter.values.keys import Element
from dropout_lint.interpreter.values.kinds import (
    Collection,
    Const,
    ExternalName,
    Instance,
    LibraryObject,
    Range,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine

UNKNOWN_PASSES = 2
ENDLESS_PASSES = 3
COUNTED_PASSES = 3
"""Passes of `for epoch in range(1000)`: its back edge was seen after two."""
LONG_COUNT = 64
"""More passes than this are a repetition, unless each is about something known."""
LONG_SERIES = 256
"""So are passes over more listed numbers than this."""


class Share:
    """What a loop may take of the steps that are left.

    A loop that makes objects of the library and does nothing with them builds something, which would
    be another one after fewer passes: it may take all. So may one that is not always the same.

    Args:
        repeats: whether the loop is one that only goes round.
        decides: whether what its body does depends on how often it was run.
    """

    def __init__(
        self, machine: Machine, repeats: bool = True, decides: Callable[[], bool] = lambda: False
    ) -> None:
        self._machine = machine
        self._least = machine.budget.left // 2 if repeats else 0
        self._decides = decides
        self._passes = 0
        self._work = machine.library.work()

    def is_used_up(self) -> bool:
        """Whether the loop has taken its share; asked before each pass."""
        (made, used), (made_before, used_before) = self._machine.library.work(), self._work
        self._work = made, used
        self._passes += 1
        if self._passes <= COUNTED_PASSES or self._machine.budget.left >= self._least:
            return False
        if made > made_before and used == used_before:
            return False
        if self._decides():
            self._least = 0  # it is not asked again
            return False
        return True


def for_(machine: Machine, frame: Frame, node: cst.For) -> None:
    """`for target in iterable: ... else: ...`."""
    at = frame.site(node)
    iterable = machine.evaluate(node.iter, frame)
    repeats = _is_series(iterable) and not _picks(machine, frame, node)
    share = Share(machine, repeats, lambda: _decides(node.body, _names_in(node.target)))
    for number, element in enumerate(_elements(machine, frame, node, iterable, repeats, at)):
        if share.is_used_up():
            _cut_short(machine, frame, number, at)
            break
        machine.budget.step()
        assignment.assign(machine, frame, node.target, element, at)
        try:
            machine.execute(node.body, frame)
        except Continue:
            continue
        except Break:
            return
    if node.orelse is not None:
        machine.execute(node.orelse.body, frame)


def _elements(
    machine: Machine, frame: Frame, node: cst.For, iterable: Value, repeats: bool, at: Site
) -> list[Value]:
    """The elements that the passes of a loop get."""
    if repeats and isinstance(iterable, Range):
        long = iterable.range[LONG_COUNT:] and not _calls_only_builtins(node.body)
        if long or goes_round_too_often(machine, node, iterable):
            _cut_short(machine, frame, COUNTED_PASSES, at)
            iterable = Range(iterable.range[:COUNTED_PASSES])
    elif repeats and isinstance(iterable, Collection) and not _calls_only_builtins(node.body):
        _cut_short(machine, frame, COUNTED_PASSES, at)
        return iterable.items[:COUNTED_PASSES]
    items = machine.iterate(iterable, at)
    if frame.yields is not None and (items is None or len(items) > MAX_ITERATIONS):
        frame.yields.complete = False
    if items is not None:
        return limited(machine, items, at)
    machine.note("a loop over something unknown, run twice", at)
    return [unknown_element(machine, iterable, number, at) for number in range(UNKNOWN_PASSES)]


def _is_series(iterable: Value) -> bool:
    """Whether a loop over this goes round and round: over a range, or over many numbers (with their indices,
    perhaps), as `np.arange(0.0, 1.0, 0.001)` gives them."""
    if isinstance(iterable, Range):
        return True
    if not isinstance(iterable, Collection) or not iterable.complete or len(iterable.items) <= LONG_SERIES:
        return False
    return all(_is_numeric(item) for item in iterable.items)


def _is_numeric(item: Value) -> bool:
    """Whether an element is a number, or a tuple of some."""
    if isinstance(item, Collection):
        return bool(item.items) and all(isinstance(part, Const) and _is_number(part) for part in item.items)
    return isinstance(item, Const) and _is_number(item)


def _is_number(value: Const) -> bool:
    return isinstance(value.value, (int, float)) and not isinstance(value.value, bool)


def _cut_short(machine: Machine, frame: Frame, passes: int, at: Site) -> None:
    """Notes that a loop was left before its end, after so many passes."""
    machine.note(f"a long loop, run {passes} times", at)
    if frame.yields is not None:
        frame.yields.complete = False


def limited(machine: Machine, items: list[Value], at: Site) -> list[Value]:
    """The elements of a loop, cut at the number of passes that one loop may have."""
    if len(items) > MAX_ITERATIONS:
        machine.note(f"a loop of more than {MAX_ITERATIONS} passes", at)
        return items[:MAX_ITERATIONS]
    return items


def unknown_element(machine: Machine, iterable: Value, number: int, at: Site) -> Unknown:
    """An element of something that cannot be enumerated; each pass has its own."""
    reason = iterable.reason if isinstance(iterable, Unknown) else "element of something unknown"
    key = machine.keys.limited(Element(machine.keys.of(iterable), number))
    return machine.unknown(reason, at, key)


def goes_round_too_often(machine: Machine, node: cst.CSTNode, numbers: Range) -> bool:
    """Whether a loop over numbers has gone round as often as it may, with this time's rounds."""
    rounds = machine.rounds[id(node)] = machine.rounds.get(id(node), 0) + len(numbers.range[:MAX_ROUNDS])
    return rounds > MAX_ROUNDS and bool(numbers.range[COUNTED_PASSES:])


def _picks(machine: Machine, frame: Frame, node: cst.For) -> bool:
    """Whether a loop over numbers is about each of them, and not just a repetition.

    It is when the number picks something known: `model.layers[i]`, `get_layer(index=i)`.
    """
    numbers = _names_in(node.target)
    for part in walk(node.body):
        if (
            isinstance(part, cst.Subscript)
            and _mentions(part.slice, numbers)
            and _known(machine, frame, part.value)
        ):
            return True
        keywords = [arg.keyword for arg in part.args] if isinstance(part, cst.Call) else []
        if any(keyword is not None and keyword.value == "index" for keyword in keywords):
            return True
    return False


def _names_in(node: cst.CSTNode) -> set[str]:
    """The names that stand in an expression."""
    return {part.value for part in walk(node) if type(part) is cst.Name}


def _decides(body: cst.CSTNode, counts: set[str]) -> bool:
    """Whether what the body of a loop does depends on how often it was run.

    It does under `if epoch == 5:`. Under `if step % 100 == 0:` it does the same again and again.
    """
    tests = (part.test for part in walk(body) if isinstance(part, (cst.If, cst.IfExp, cst.While)))
    parts = (part for test in tests for part in walk(test, lambda part: not _is_remainder(part)))
    return any(isinstance(part, cst.Name) and part.value in counts for part in parts)


def _is_remainder(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo)


def _counted(node: cst.While) -> set[str]:
    """The names in the test of a `while` that its body assigns."""
    targets: list[cst.CSTNode] = []
    for part in walk(node.body):
        if isinstance(part, (cst.AssignTarget, cst.AugAssign, cst.AnnAssign)):
            targets.append(part.target)
    return _names_in(node.test) & {name for target in targets for name in _names_in(target)}


def _calls_only_builtins(body: cst.CSTNode) -> bool:
    """Whether the body of a loop calls nothing but builtins, and so costs little."""
    calls = (part.func for part in walk(body) if isinstance(part, cst.Call))
    return all(isinstance(function, cst.Name) and is_builtin(function.value) for function in calls)


def _mentions(parts: Sequence[cst.SubscriptElement], names: set[str]) -> bool:
    return any(
        isinstance(node, cst.Name) and node.value in names
        for part in parts
        if isinstance(part.slice, cst.Index)
        for node in walk(part.slice)
    )


def _known(machine: Machine, frame: Frame, node: cst.BaseExpression) -> bool:
    """Whether the object that an expression starts from is something the analysis can see.

    Data that cannot be enumerated is not, under its name or as `self.images`: one row is as good as another.
    """
    names: list[str] = []
    plain = True
    while isinstance(node, (cst.Attribute, cst.Subscript, cst.Call)):
        plain = plain and isinstance(node, cst.Attribute)
        names += [node.attr.value] if isinstance(node, cst.Attribute) else []
        node = node.func if isinstance(node, cst.Call) else node.value
    if not isinstance(node, cst.Name):
        return False
    value = lookup(frame.scope, frame.mangled(node.value))
    if plain and names and isinstance(value, Instance):
        value = value.attributes.get(frame.mangled(names.pop()), value)
    if plain and not names and isinstance(value, LibraryObject):
        return machine.library.items(machine, value) is not None
    return value is not None and not isinstance(value, (Unknown, ExternalName))


def while_(machine: Machine, frame: Frame, node: cst.While) -> None:
    """`while test: ... else: ...`."""
    at = frame.site(node)
    unsure = 0
    share = Share(machine, decides=lambda: _decides(node.body, _counted(node)))
    for number in range(MAX_ITERATIONS):
        if share.is_used_up():
            _cut_short(machine, frame, number, at)
            break
        asked = machine.choices.asked
        test = conditions.known(machine, frame, node.test)
        if test is False or (test is None and unsure >= UNKNOWN_PASSES):
            break
        unsure += test is None
        if test is None and frame.yields is not None:
            frame.yields.complete = False
        try:
            machine.execute(node.body, frame)
        except Continue:
            pass
        except Break:
            return
        unsettled = machine.choices.asked > asked
        if number >= ENDLESS_PASSES - 1 and _is_endless(node, unsettled):
            machine.note("an endless loop", at)
            return
        if number >= LONG_COUNT and unsettled:
            machine.note(f"a loop whose end is unknown, run {number + 1} times", at)
            return
    else:
        machine.note(f"a loop of more than {MAX_ITERATIONS} passes", at)
        return
    if node.orelse is not None:
        machine.execute(node.orelse.body, frame)


def _is_endless(node: cst.While, asked: bool) -> bool:
    """Whether `while True` would go on for ever, for all that is known.

    It ends by itself when it holds a `break` or `return` that depends on known values only.
    """
    test = node.test
    constant = isinstance(test, cst.Integer) or (isinstance(test, cst.Name) and test.value == "True")
    if not constant:
        return False
    leaves = any(isinstance(part, (cst.Break, cst.Return, cst.Raise)) for part in walk(node.body))
    return asked or not leaves
