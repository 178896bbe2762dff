"""Functions that a library calls when the program is started: `app.run(main)`, `fire.Fire(main)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.keys import Option
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    BoundMethod,
    Const,
    Function,
    Presumed,
    Site,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine


def run_as_program(
    machine: Machine, function: Value | None, given: Sequence[Value], at: Site
) -> Value | None:
    """Calls a function as the command line would with no options; None if there is no such function.

    Args:
        given: the first arguments, as far as the function takes any.
    """
    if isinstance(function, BoundMethod):
        own = function.function.parameters[1:]
    elif isinstance(function, Function):
        own = function.parameters
    else:
        return None
    args = Args()
    for parameter in own:
        key = Option(parameter.name)
        if parameter.kind in ("args", "kwargs"):
            continue
        if len(args.positional) < len(given):
            args.positional.append(given[len(args.positional)])
        elif parameter.default is None:
            args.keywords[parameter.name] = machine.unknown(f"option {parameter.name!r}", at, key)
        elif isinstance(parameter.default, Const):
            args.keywords[parameter.name] = Presumed(parameter.default.value, key)
    machine.invoke(function, args, at)
    return NONE
