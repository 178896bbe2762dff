"""The methods of strings, run on real Python strings of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dropout_lint.interpreter.budget import MAX_ITEMS, MAX_TEXT
from dropout_lint.interpreter.values import folding, formatting
from dropout_lint.interpreter.values.iteration import ITEMS_PER_STEP
from dropout_lint.interpreter.values.kinds import Args, Collection, Const, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.values.containers import Method

PLAIN = (
    "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find",
    "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower",
    "isnumeric", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip",
    "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust",
    "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip",
    "swapcase", "title", "upper", "zfill",
)  # fmt: skip
"""Methods that read their receiver and arguments and nothing else."""


def _method(name: str) -> Method:
    def method(machine: Machine, obj: Const, args: Args, at: Site) -> Value | None:
        arguments, known = formatting.python_values(args.positional)
        keywords, keywords_known = formatting.python_values(args.keywords.values())
        if not (known and keywords_known and args.complete) or _grows(name, obj.value, arguments):
            return None
        named = dict(zip(args.keywords, keywords, strict=True))
        result = lifted(lambda: getattr(obj.value, name)(*arguments, **named))
        if isinstance(result, Collection):
            machine.budget.step(len(result.items) // ITEMS_PER_STEP)
        return result

    return method


def lifted(compute: Any) -> Value | None:
    """The value of a computation that gives a constant or a list or tuple of constants."""
    result: list[Any] = []

    def wrap() -> bool:
        result.append(compute())
        return True

    if folding.attempt(wrap) is None:
        return None
    return _value(result[0])


def _value(result: Any) -> Value | None:
    if not isinstance(result, (list, tuple)):
        return folding.attempt(lambda: result)
    if len(result) > MAX_ITEMS:
        return None
    items = [Const(part) for part in result]
    return Collection(list(items), "list" if isinstance(result, list) else "tuple")


def _grows(name: str, text: str, arguments: list[Any]) -> bool:
    """Whether a method may make a string that is too long to be worth making."""
    if name in ("center", "ljust", "rjust", "zfill", "expandtabs"):
        return any(isinstance(argument, int) and argument > MAX_TEXT for argument in arguments)
    if name == "replace" and len(arguments) >= 2 and isinstance(arguments[1], str):
        return (len(text) + 1) * len(arguments[1]) > 100 * MAX_TEXT
    if name == "join" and arguments and isinstance(arguments[0], (list, tuple)):
        return sum(len(str(part)) + len(text) for part in arguments[0]) > MAX_TEXT
    return False


def _format(machine: Machine, obj: Const, args: Args, at: Site) -> Value | None:
    if not args.complete:
        return None
    return formatting.formatted(obj.value, args.positional, args.keywords)


def _decode(machine: Machine, obj: Const, args: Args, at: Site) -> Value | None:
    return folding.attempt(lambda: obj.value.decode())


METHODS: dict[str, Method] = {
    **{f"str.{name}": _method(name) for name in PLAIN},
    "str.format": _format,
    "bytes.decode": _decode,
}
