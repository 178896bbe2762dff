"""`click`, `typer` and `fire`: a command is called with the defaults of its options."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from dropout_lint.interpreter.models.argparse import supposed
from dropout_lint.interpreter.models.entering import run_as_program
from dropout_lint.interpreter.values.keys import Option
from dropout_lint.interpreter.values.kinds import (
    FALSE,
    NONE,
    Args,
    Collection,
    Const,
    Function,
    Modelled,
    Parameter,
    Site,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function as Model
    from dropout_lint.interpreter.models.modelled import Method

OPTION = "click.option"
_COMMANDS = "typer.Typer"


def _option(machine: Machine, args: Args, at: Site) -> Value | None:
    """`click.option("--rate", default=0.5)`: a decorator."""
    flags = [v.value for v in args.positional if isinstance(v, Const) and isinstance(v.value, str)]
    named = [flag for flag in flags if not flag.startswith("-")]
    long = [flag for flag in flags if flag.startswith("--")] or flags
    if not long:
        return None
    name = (named or [long[0].lstrip("-").partition("/")[0].replace("-", "_")])[0].lower()
    default = args.get(None, "default")
    is_flag = "/" in long[0] or machine.known_truth(args.get(None, "is_flag") or NONE)
    if default is None:
        default = FALSE if is_flag else NONE
    required = args.get(None, "required")
    if required is not None and machine.known_truth(required):
        default = machine.unknown(f"option {name!r}", at, Option(name))
    return Modelled(OPTION, {"name": Const(name), "default": supposed(machine, name, default)})


def _argument(machine: Machine, args: Args, at: Site) -> Value | None:
    name = args.positional[0] if args.positional else NONE
    if not isinstance(name, Const) or not isinstance(name.value, str):
        return None
    text = name.value.lower().replace("-", "_")
    default = args.get(None, "default")
    value = machine.unknown(f"argument {text!r}", at, Option(text)) if default is None else default
    return Modelled(OPTION, {"name": Const(text), "default": supposed(machine, text, value)})


def _decorate(machine: Machine, option: Modelled, args: Args, at: Site) -> Value | None:
    """The function, with the option as the default of its parameter."""
    function = args.positional[0] if args.positional else NONE
    if not isinstance(function, Function):
        return function
    name, default = option.names["name"], option.names["default"]
    parameters = tuple(
        parameter._replace(default=default)
        if isinstance(name, Const) and parameter.name == name.value
        else parameter
        for parameter in function.parameters
    )
    return dataclasses.replace(function, parameters=_in_order(parameters))


def _in_order(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """The parameters as a call by name sees them: no default may come before one without."""
    return tuple(p._replace(kind="keyword") if p.kind == "normal" else p for p in parameters)


def _typer(machine: Machine, args: Args, at: Site) -> Value | None:
    return Modelled(_COMMANDS, {"commands": Collection([])})


def _default(machine: Machine, args: Args, at: Site) -> Value | None:
    """`typer.Option(0.5, "--rate")` as a parameter's default: the first argument."""
    value = args.get(0, "default")
    if value is None or (isinstance(value, Const) and value.value is ...):
        return machine.unknown("an option without a default", at)
    return value


def _command(machine: Machine, app: Modelled, args: Args, at: Site) -> Value | None:
    return Modelled(f"{_COMMANDS}.command", app.names)


def _register(machine: Machine, command: Modelled, args: Args, at: Site) -> Value | None:
    listed = command.names["commands"]
    if isinstance(listed, Collection):
        listed.items += args.positional[:1]
    return args.positional[0] if args.positional else None


def _run_commands(machine: Machine, app: Modelled, args: Args, at: Site) -> Value | None:
    """`app()`: one of the commands; each is a way of its own, and all have been written to be run."""
    listed = app.names["commands"]
    for command in listed.items if isinstance(listed, Collection) else []:
        run_as_program(machine, command, [], at)
    return NONE


def _run(machine: Machine, args: Args, at: Site) -> Value | None:
    return run_as_program(machine, args.get(0, "function") or args.get(0, "component"), [], at)


FUNCTIONS: dict[str, Model] = {
    "click.argument": _argument,
    "click.option": _option,
    "fire.Fire": _run,
    "typer.Argument": _default,
    "typer.Option": _default,
    "typer.Typer": _typer,
    "typer.run": _run,
}
METHODS: dict[str, Method] = {
    f"{OPTION}.__call__": _decorate,
    f"{_COMMANDS}.__call__": _run_commands,
    f"{_COMMANDS}.command": _command,
    f"{_COMMANDS}.command.__call__": _register,
}
