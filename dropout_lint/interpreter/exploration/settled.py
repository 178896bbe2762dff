"""What the branches taken in a run say about a number that cannot be known.

Under `if rate > 0:` a rate is not zero, whatever it is: on that side of the branch the program
itself says so. Only what follows from the answers alone is told here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeGuard

from dropout_lint.interpreter.values.keys import negated

Answers = Iterable[tuple[Hashable, bool]]
_MAX_DEPTH = 4


def differs(answers: Answers, key: Hashable, other: float = 0) -> bool | None:
    """Whether the value with this key is another number than `other`; None when nothing says so.

    Args:
        answers: the conditions that were decided, and how. See `values.keys` for their form.
        key: the value.
        other: the number it is compared with. What is as false as 0 counts as 0.
    """
    return _differs(list(_single(answers)), key, other, 0)


def _single(answers: Answers) -> Iterable[tuple[Hashable, bool]]:
    """The answers, those about `a and b` as one about each."""
    pending = list(answers)
    while pending:
        key, answer = pending.pop()
        parts = key if isinstance(key, tuple) else ()
        if parts[:1] == ("not",) and len(parts) == 2:
            pending.append((negated(key), not answer))
        elif parts[:1] == ("and",) and answer:
            pending += [(part, True) for part in parts[1:]]
        else:
            yield key, answer


def _differs(answers: list[tuple[Hashable, bool]], key: Hashable, other: float, depth: int) -> bool | None:
    for condition, answer in answers:
        known = _told(condition, answer, key, other)
        if known is not None:
            return known
    if depth < _MAX_DEPTH and isinstance(key, tuple):
        return _of_parts(answers, key, other, depth + 1)
    return None


def _told(condition: Hashable, answer: bool, key: Hashable, other: float) -> bool | None:
    """What one answer says."""
    if condition == key:
        return answer if other == 0 else None
    match condition:
        case ("==", subject, ("const", _, value)) if subject == key:
            if answer:
                return bool(value != other) if _is_number(value) else None
            return True if _is_number(value) and value == other else None
        case ("<", ("const", _, low), subject) if subject == key and _is_number(low):
            if answer:
                return True if low >= other else None
            if low == other == 0:
                return False  # no rate is negative
            return True if low < other else None
        case ("<", subject, ("const", _, high)) if subject == key and _is_number(high):
            if answer:
                return True if high <= other else None
            return True if high > other else None
    return None


def _of_parts(answers: list[tuple[Hashable, bool]], key: Hashable, other: float, depth: int) -> bool | None:
    """What the answers say about the operands of an operation."""
    match key:
        case ("float()", value):
            return _differs(answers, value, other, depth)
        case ("-", ("const", _, left), right) if _is_number(left) and other == 0:
            return _differs(answers, right, left, depth)  # 1 - keep_prob
        case ("*", left, right) if other == 0:
            return _both(_factor(answers, left, depth), _factor(answers, right, depth))
        case ("/", left, ("const", _, _)) if other == 0:
            return _differs(answers, left, 0, depth)
    return None


def _factor(answers: list[tuple[Hashable, bool]], key: Hashable, depth: int) -> bool | None:
    match key:
        case ("const", _, value) if _is_number(value):
            return bool(value)
    return _differs(answers, key, 0, depth)


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return True if one and other else None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
