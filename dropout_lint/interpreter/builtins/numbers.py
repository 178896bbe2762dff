"""Builtin functions on numbers and strings, and conversions between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dropout_lint.interpreter.values import folding, formatting, operators
from dropout_lint.interpreter.values.containers import sorted_items
from dropout_lint.interpreter.values.kinds import Args, Const, Range, Site, Unknown, Value, boolean
from dropout_lint.interpreter.values.strings import lifted

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.values.containers import Method

MAX_DIGITS = 100


def _folded(compute: Callable[..., Any]) -> Method:
    """A builtin that reads constants only."""

    def function(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
        arguments, known = formatting.python_values(args.positional)
        if not known or args.keywords or not args.complete:
            return None
        return lifted(lambda: compute(*arguments))

    return function


def _round(number: Any, digits: Any = None) -> Any:
    # round(1, -10**9) would compute 10**(10**9).
    if isinstance(digits, int) and abs(digits) > MAX_DIGITS:
        raise ValueError(digits)
    return round(number, digits)


def _pow(base: Any, exponent: Any) -> Any:
    known = folding.binary("**", base, exponent)
    if known is None:
        raise ValueError(exponent)
    return known.value


def _bool(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    if not args.positional:
        return boolean(False)
    value = args.positional[0]
    truth = machine.known_truth(value)
    if truth is not None:
        return boolean(truth)
    reason = value.reason if isinstance(value, Unknown) else "bool()"
    return machine.unknown(reason, at, machine.condition_key(value))


def _extreme(largest: bool) -> Method:
    """`min` or `max`, of one iterable or of several arguments, also by a key."""

    def function(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
        items: list[Value] | None = args.positional
        if len(args.positional) == 1:
            items = machine.iterate(args.positional[0], at)
        if not items:
            return args.keywords.get("default") if items is not None else None
        keys = {name: value for name, value in args.keywords.items() if name == "key"}
        if largest:
            # sorted(reverse=True) keeps the order of equal items, as max() does.
            keys["reverse"] = Const(True)
        ordered = sorted_items(machine, items, Args(keywords=keys), at)
        return None if ordered is None else ordered[0]

    return function


def _sum(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    items = machine.iterate(args.positional[0], at) if args.positional else None
    if items is None:
        return None
    total = args.get(1, "start") or Const(0)
    for item in items:
        total = operators.binary(machine, "+", total, item, at)
    return total


def _range(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    bounds = [value.value for value in args.positional if isinstance(value, Const)]
    if len(bounds) < len(args.positional) or not all(isinstance(bound, int) for bound in bounds):
        return None
    try:
        return Range(range(*bounds))
    except (TypeError, ValueError):
        return None


def _text(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    """`str(x)`."""
    if not args.positional:
        return Const("")
    value, known = formatting.python_value(args.positional[0])
    return folding.attempt(lambda: str(value)) if known and len(args.positional) == 1 else None


FUNCTIONS: dict[str, Method] = {
    "abs": _folded(abs),
    "bin": _folded(bin),
    "bool": _bool,
    "chr": _folded(chr),
    "complex": _folded(complex),
    "divmod": _folded(divmod),
    "float": _folded(float),
    "hex": _folded(hex),
    "int": _folded(int),
    "max": _extreme(largest=True),
    "min": _extreme(largest=False),
    "oct": _folded(oct),
    "ord": _folded(ord),
    "pow": _folded(_pow),
    "range": _range,
    "repr": _folded(repr),
    "round": _folded(_round),
    "str": _text,
    "sum": _sum,
}
