"""Arithmetic on constants, within bounds: `10**10**7` is never computed."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from dropout_lint.interpreter.budget import MAX_INT_BITS, MAX_ITEMS, MAX_TEXT, fits
from dropout_lint.interpreter.values.kinds import Const

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

UNARY: dict[str, Callable[[Any], Any]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": operator.invert,
}

# A width or precision of four digits, or one that is itself an argument.
_WIDE_PERCENT = re.compile(r"%(?:\([^)]{0,100}\))?[^a-zA-Z%]*(?:\d{4}|\*)")
_WIDE_FORMAT = re.compile(r":[^{}]*(?:\d{4}|\{)")


def binary(name: str, left: Any, right: Any) -> Const | None:
    """`left <name> right` of two Python constants; None when it fails or would be too large."""
    if name not in OPERATIONS or _too_large(name, left, right):
        return None
    return attempt(lambda: OPERATIONS[name](left, right))


def unary(name: str, value: Any) -> Const | None:
    """`<name> value` of a Python constant; None when it fails."""
    return attempt(lambda: UNARY[name](value))


def attempt(compute: Callable[[], Any]) -> Const | None:
    """What a computation on constants gives; None when it fails or its result is too large.

    The constants come from the program, so any of Python's own exceptions may come out:
    that is the program's error, not ours.
    """
    try:
        result = compute()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    return Const(result) if fits(result) else None


def _too_large(name: str, left: Any, right: Any) -> bool:
    """Whether an operation may need more memory or time than a linter should spend."""
    if isinstance(left, (str, bytes)) and name == "%":
        return wide_percent(left if isinstance(left, str) else left.decode("latin-1"))
    if isinstance(left, (str, bytes)) or isinstance(right, (str, bytes)):
        return name == "*" and _repeated(left, right) > MAX_TEXT
    if not (isinstance(left, int) and isinstance(right, int)):
        return False
    if name == "**":
        return abs(right) * max(left.bit_length(), 1) > MAX_INT_BITS
    return name == "<<" and right > MAX_INT_BITS


def _repeated(left: Any, right: Any) -> int:
    text, count = (left, right) if isinstance(left, (str, bytes)) else (right, left)
    return len(text) * count if isinstance(count, int) else 0


def wide_percent(template: str) -> bool:
    """Whether a template for `%` asks for more padding than a linter should write."""
    return bool(_WIDE_PERCENT.search(template))


def wide_format(template: str) -> bool:
    """Whether a template for `format` asks for more padding than a linter should write."""
    return bool(_WIDE_FORMAT.search(template))


def repeats_too_often(length: int, count: int) -> bool:
    """Whether repeating a list makes it too long."""
    return length * count > MAX_ITEMS
