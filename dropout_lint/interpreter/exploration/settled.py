"""What the branches taken in a run say about a number that cannot be known.

Under `if rate > 0:` a rate is not zero, whatever it is: on that side of the branch the program
itself says so. Only what follows from the answers alone is told here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from dropout_lint.interpreter.values.keys import Constant, Key, Not, Operation

Answers = Iterable[tuple[Key, bool]]
_MAX_DEPTH = 4


def differs(answers: Answers, key: Key, other: float = 0) -> bool | None:
    """Whether the value with this key is another number than `other`; None when nothing says so.

    Args:
        answers: the conditions that were decided, and how.
        key: the value.
        other: the number it is compared with. What is as false as 0 counts as 0.
    """
    return _differs(list(_single(answers)), key, other, 0)


def _single(answers: Answers) -> Iterable[tuple[Key, bool]]:
    """The answers, those about `a and b` as one about each."""
    pending = list(answers)
    while pending:
        key, answer = pending.pop()
        match key:
            case Not(condition):
                pending.append((condition, not answer))
            case Operation("and", parts) if answer:
                pending += [(part, True) for part in parts]
            case _:
                yield key, answer


def _differs(answers: list[tuple[Key, bool]], key: Key, other: float, depth: int) -> bool | None:
    for condition, answer in answers:
        known = _told(condition, answer, key, other)
        if known is not None:
            return known
    if depth < _MAX_DEPTH:
        return _of_parts(answers, key, other, depth + 1)
    return None


def _told(condition: Key, answer: bool, key: Key, other: float) -> bool | None:
    """What one answer says."""
    if condition == key:
        return answer if other == 0 else None
    match condition:
        case Operation("==", (subject, Constant(value))) if subject == key:
            if answer:
                return bool(value != other) if _is_number(value) else None
            return True if _is_number(value) and value == other else None
        case Operation("<", (Constant(low), subject)) if subject == key and _is_number(low):
            if answer:
                return True if low >= other else None
            if low == other == 0:
                return False  # no rate is negative
            return True if low < other else None
        case Operation("<", (subject, Constant(high))) if subject == key and _is_number(high):
            if answer:
                return True if high <= other else None
            return True if high > other else None
    return None


def _of_parts(answers: list[tuple[Key, bool]], key: Key, other: float, depth: int) -> bool | None:
    """What the answers say about the operands of an operation."""
    match key:
        case Operation("float()", (value,)):
            return _differs(answers, value, other, depth)
        case Operation("-", (Constant(left), right)) if _is_number(left) and other == 0:
            return _differs(answers, right, left, depth)  # 1 - keep_prob
        case Operation("*", (left, right)) if other == 0:
            return _both(_factor(answers, left, depth), _factor(answers, right, depth))
        case Operation("/", (left, Constant())) if other == 0:
            return _differs(answers, left, 0, depth)
    return None


def _factor(answers: list[tuple[Key, bool]], key: Key, depth: int) -> bool | None:
    match key:
        case Constant(value) if _is_number(value):
            return bool(value)
    return _differs(answers, key, 0, depth)


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return True if one and other else None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
