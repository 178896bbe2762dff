"""Regular expressions, as far as they are plain text: a pattern of the program is never trusted
to end in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.kinds import NONE, Args, Builtin, Const, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function
    from dropout_lint.interpreter.values.containers import Method

# Text that means itself, between optional anchors.
_LITERAL = re.compile(r"\^?[\w \-/:,]*\$?", re.ASCII)


def search(method: str) -> Callable[[Machine, Args, Site], Value | None]:
    """`re.search`, `re.match` or `re.fullmatch`."""

    def function(machine: Machine, args: Args, at: Site) -> Value | None:
        pattern, text = args.get(0, "pattern"), args.get(1, "string")
        if not isinstance(pattern, Const) or not isinstance(text, Const):
            return None
        if not isinstance(pattern.value, str) or not isinstance(text.value, str):
            return None
        if len(args.positional) + len(args.keywords) > 2:  # flags
            return None
        if not all(_LITERAL.fullmatch(part) for part in pattern.value.split("|")):
            return None
        found = getattr(re, method)(pattern.value, text.value)
        # Any object that is true and not None stands for the match.
        return NONE if found is None else Builtin("re.Match", Const(found.group()))

    return function


def compile_pattern(machine: Machine, args: Args, at: Site) -> Value | None:
    """`re.compile(pattern)`."""
    pattern = args.get(0, "pattern")
    if not isinstance(pattern, Const) or len(args.positional) != 1:
        return None
    return Builtin("re.Pattern", pattern)


def _pattern_method(name: str) -> Method:
    """`re.compile(pattern).search(text)` and its like."""
    function = search(name)

    def method(machine: Machine, obj: Value, args: Args, at: Site) -> Value | None:
        return function(machine, Args([obj, *args.positional], args.keywords, args.complete), at)

    return method


METHODS: dict[str, Method] = {
    f"re.Pattern.{name}": _pattern_method(name) for name in ("search", "match", "fullmatch")
}

FUNCTIONS: dict[str, Function] = {
    "re.compile": compile_pattern,
    **{f"re.{name}": search(name) for name in ("fullmatch", "match", "search")},
}
