"""`math`, on numbers that are known."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dropout_lint.interpreter.values import folding, formatting
from dropout_lint.interpreter.values.kinds import Args, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


_MATH = (
    "ceil", "floor", "sqrt", "log", "log2", "log10", "exp", "fabs", "trunc", "sin", "cos",
    "tan", "tanh", "radians", "degrees", "isnan", "isinf", "hypot",
)  # fmt: skip


def _folded(compute: Callable[..., Any]) -> Function:
    def function(machine: Machine, args: Args, at: Site) -> Value | None:
        arguments, known = formatting.python_values(args.positional)
        return folding.attempt(lambda: compute(*arguments)) if known and not args.keywords else None

    return function


FUNCTIONS: dict[str, Function] = {f"math.{name}": _folded(getattr(math, name)) for name in _MATH}
