"""`match`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.frame import bind
from dropout_lint.interpreter.values import comparing, conditions, instances, subscripts
from dropout_lint.interpreter.values.iteration import MISSING, unwrapped
from dropout_lint.interpreter.values.keys import Matches
from dropout_lint.interpreter.values.kinds import (
    Class,
    Collection,
    Const,
    Dict,
    ExternalName,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine


def match(machine: Machine, frame: Frame, node: cst.Match) -> None:
    """`match subject: case ...`."""
    subject = machine.evaluate(node.subject, frame)
    for case in node.cases:
        machine.budget.step()
        if not matches(machine, frame, case.pattern, subject):
            continue
        if case.guard is None or conditions.holds(machine, frame, case.guard, True, True):
            machine.execute(case.body, frame)
            return


def matches(machine: Machine, frame: Frame, pattern: cst.MatchPattern, value: Value) -> bool:
    """Whether a value matches a pattern in this run; binds the names that the pattern captures."""
    machine.budget.step()
    at = frame.site(pattern)
    if isinstance(pattern, (cst.MatchValue, cst.MatchSingleton)):
        operator = "is" if isinstance(pattern, cst.MatchSingleton) else "=="
        expected = machine.evaluate(pattern.value, frame)
        return machine.truth(comparing.compare(machine, operator, value, expected, at), at)
    if isinstance(pattern, cst.MatchOr):
        return any(matches(machine, frame, part.pattern, value) for part in pattern.patterns)
    if isinstance(pattern, cst.MatchAs):
        if pattern.pattern is not None and not matches(machine, frame, pattern.pattern, value):
            return False
        _capture(frame, pattern.name, value)
        return True
    if isinstance(pattern, (cst.MatchList, cst.MatchTuple)):
        return _matches_sequence(machine, frame, pattern, value, at)
    if isinstance(pattern, cst.MatchMapping):
        return _matches_mapping(machine, frame, pattern, value, at)
    if isinstance(pattern, cst.MatchClass):
        return _matches_class(machine, frame, pattern, value, at)
    return False


def _capture(frame: Frame, name: cst.Name | None, value: Value) -> None:
    if name is not None:
        bind(frame.scope, frame.mangled(name.value), value)


def _decide(machine: Machine, value: Value, at: Site) -> bool:
    """Whether an unknown value has the shape of a pattern."""
    return machine.choices.decide(machine.keys.limited(Matches(machine.keys.of(value), id(at.node))), at)


def _matches_sequence(
    machine: Machine, frame: Frame, pattern: cst.MatchList | cst.MatchTuple, value: Value, at: Site
) -> bool:
    parts = pattern.patterns
    stars = [i for i, part in enumerate(parts) if isinstance(part, cst.MatchStar)]
    items = machine.iterate(value, at)
    if isinstance(value, (Unknown, ExternalName)) or (items is None and isinstance(value, Collection)):
        if not _decide(machine, value, at):
            return False
        items = [subscripts.get(machine, value, Const(i), at) for i in range(len(parts))]
    elif not isinstance(value, Collection) or value.kind == "set" or items is None:
        return False
    elif stars:
        if len(items) < len(parts) - 1:
            return False
        after = len(parts) - stars[0] - 1
        middle = Collection(items[stars[0] : len(items) - after])
        items = [*items[: stars[0]], middle, *items[len(items) - after :]]
    elif len(items) != len(parts):
        return False
    return all(_matches_element(machine, frame, part, item) for part, item in zip(parts, items, strict=True))


def _matches_element(
    machine: Machine, frame: Frame, part: cst.MatchSequenceElement | cst.MatchStar, value: Value
) -> bool:
    if isinstance(part, cst.MatchStar):
        _capture(frame, part.name, value)
        return True
    return matches(machine, frame, part.value, value)


def _matches_mapping(
    machine: Machine, frame: Frame, pattern: cst.MatchMapping, value: Value, at: Site
) -> bool:
    unsure = isinstance(value, (Unknown, ExternalName)) or (isinstance(value, Dict) and not value.complete)
    if unsure:
        if not _decide(machine, value, at):
            return False
    elif not isinstance(value, Dict):
        return False
    rest = dict(value.items) if isinstance(value, Dict) else {}
    for element in pattern.elements:
        key = machine.evaluate(element.key, frame)
        known = unwrapped(key)
        rest.pop(known, None)
        if isinstance(value, Dict) and value.complete and (known is MISSING or known not in value.items):
            return False
        if not matches(machine, frame, element.pattern, subscripts.get(machine, value, key, at)):
            return False
    _capture(frame, pattern.rest, Dict(rest, not unsure))
    return True


def _matches_class(machine: Machine, frame: Frame, pattern: cst.MatchClass, value: Value, at: Site) -> bool:
    cls = machine.evaluate(pattern.cls, frame)
    if not machine.truth(instances.is_instance(machine, value, cls, at), at):
        return False
    for position, part in enumerate(pattern.patterns):
        # `str(text)` captures the value itself; a class says what its positions mean.
        item = value
        names = cls.names.get("__match_args__") if isinstance(cls, Class) else None
        if isinstance(names, Collection) and position < len(names.items):
            name = names.items[position]
            if isinstance(name, Const):
                item = machine.get_attribute(value, str(name.value), at)
        elif isinstance(cls, Class):
            item = machine.unknown("a positional pattern", at)
        if not matches(machine, frame, part.value, item):
            return False
    return all(
        matches(machine, frame, part.pattern, machine.get_attribute(value, part.key.value, at))
        for part in pattern.kwds
    )
