"""Strings made of values: `%`, `format` and f-strings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dropout_lint.interpreter.values import folding
from dropout_lint.interpreter.values.kinds import Collection, Const, Dict, Value

# A list may hold itself, or one list many times over.
MAX_NESTED = 4
MAX_LISTED = 1_000


def python_value(value: Value, depth: int = 0) -> tuple[Any, bool]:
    """The Python object that a value made of constants stands for, and whether there is one.

    Large and deeply nested containers count as unknown.
    """
    if isinstance(value, Const):
        return value.value, True
    if depth > MAX_NESTED or not isinstance(value, (Collection, Dict)) or len(value.items) > MAX_LISTED:
        return None, False
    if isinstance(value, Collection) and value.complete and value.kind != "set":
        items, known = python_values(value.items, depth + 1)
        return (items if value.kind == "list" else tuple(items)), known
    if isinstance(value, Dict) and value.complete:
        items, known = python_values(value.items.values(), depth + 1)
        return (dict(zip(value.items, items, strict=True)) if known else None), known
    return None, False


def python_values(values: Iterable[Value], depth: int = 0) -> tuple[list[Any], bool]:
    """The Python objects of several values, and whether all are known."""
    found: list[Any] = []
    for value in values:
        item, known = python_value(value, depth)
        if not known:
            return [], False
        found.append(item)
    return found, True


def percent(template: str, argument: Value) -> Const | None:
    """`template % argument`; None when it cannot be known."""
    operand, known = python_value(argument)
    if not known or folding.wide_percent(template):
        return None
    return folding.attempt(lambda: template % operand)


def formatted(template: str, positional: list[Value], keywords: dict[str, Value]) -> Const | None:
    """`template.format(...)`; None when it cannot be known."""
    arguments, known = python_values(positional)
    named, named_known = python_values(keywords.values())
    if not (known and named_known) or folding.wide_format(template):
        return None
    if _reaches_inside(template):
        return None
    return folding.attempt(lambda: template.format(*arguments, **dict(zip(keywords, named, strict=True))))


def _reaches_inside(template: str) -> bool:
    """Whether a field reads an attribute (`{0.real}`): not worth imitating."""
    fields = [part.partition("}")[0].partition(":")[0] for part in template.split("{")[1:]]
    return any("." in field for field in fields)


def field(value: Value, conversion: str | None, spec: str) -> str | None:
    """One replacement field of an f-string; None when it cannot be known."""
    operand, known = python_value(value)
    if not known or folding.wide_format(f":{spec}"):
        return None
    conversions: dict[str, Callable[[Any], str]] = {"r": repr, "s": str, "a": ascii}
    convert = conversions.get(conversion or "")
    result = folding.attempt(lambda: format(convert(operand) if convert else operand, spec))
    return None if result is None else str(result.value)
