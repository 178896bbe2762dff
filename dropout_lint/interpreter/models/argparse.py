"""`argparse` (and `optparse`): what the options of a command line are when nobody gives any.

A parser holds, by name, the default of each option; parsing gives a namespace with these. They are
*presumed*: who runs the program may give others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.models.argparse_words import given
from dropout_lint.interpreter.models.namespaces import namespace
from dropout_lint.interpreter.values.keys import Option
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    Builtin,
    Collection,
    Const,
    Dict,
    ExternalName,
    Modelled,
    Partial,
    Presumed,
    Site,
    Value,
    boolean,
    plain,
)
from dropout_lint.interpreter.values.subscripts import chosen

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function, Method

PARSER = "argparse.ArgumentParser"
_COMMANDS = "argparse.commands"
_OPTPARSE = "optparse.OptionParser"
# What sub-parsers set to different values (`set_defaults(func=train)`): the table to choose from.
_CHOICE = "*"
# The options themselves, as they were added.
_OPTIONS = "**"


def _parser(machine: Machine, args: Args, at: Site) -> Value | None:
    made = Modelled(PARSER)
    _inherit(machine, made, args, at)
    return made


def _inherit(machine: Machine, parser: Modelled, args: Args, at: Site) -> None:
    """`ArgumentParser(parents=[common])`."""
    parents = args.get(None, "parents")
    for parent in (machine.iterate(parents, at) if parents is not None else []) or []:
        if isinstance(parent, Modelled):
            options = [*_options(parser), *_options(parent)]
            parser.names.update({**parent.names, _OPTIONS: Collection(options)})


def _options(parser: Modelled) -> list[Value]:
    listed = parser.names.setdefault(_OPTIONS, Collection([]))
    return listed.items if isinstance(listed, Collection) else []


def _option_parser(machine: Machine, args: Args, at: Site) -> Value | None:
    return Modelled(_OPTPARSE)


def _namespace(machine: Machine, args: Args, at: Site) -> Value | None:
    return namespace(dict(args.keywords), args.complete)


def _add_argument(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    """`add_argument("-r", "--rate", type=float, default=0.5)`."""
    _options(parser).append(Partial(Builtin("add_argument"), args))
    flags = [value.value for value in args.positional if isinstance(value, Const)]
    dest = _destination([flag for flag in flags if isinstance(flag, str)], args)
    if dest is None:
        parser.complete = False
        return NONE
    default = _default(machine, args, flags[:1] != [dest], at)
    if default is not None:
        parser.names[dest] = supposed(machine, dest, default)
    elif "default" not in args.keywords:
        parser.names[dest] = machine.unknown(f"option {dest!r}", at, Option(dest))
    return machine.unknown("an option", at)


def _destination(flags: list[str], args: Args) -> str | None:
    """The attribute that an option is stored in."""
    named = args.get(None, "dest")
    if named is not None:
        return named.value if isinstance(named, Const) and isinstance(named.value, str) else None
    long = [flag for flag in flags if flag.startswith("--")] or flags
    return long[0].lstrip("-").replace("-", "_") if long else None


def _default(machine: Machine, args: Args, optional: bool, at: Site) -> Value | None:
    """What an option is when it is not given; None when it has to be given, or nobody knows."""
    default = args.get(None, "default")
    action = args.get(None, "action")
    if default is not None:
        text = isinstance(default, Const) and isinstance(default.value, str)
        kind = args.get(None, "type")
        if text and kind is not None:  # argparse converts a default that is a string
            return plain(machine.invoke(kind, Args([plain(default)]), at))
        return None if isinstance(default, ExternalName) else default
    if isinstance(action, Const) and action.value in ("store_true", "store_false"):
        return boolean(action.value == "store_false")
    required = args.get(None, "required")
    nargs = args.get(None, "nargs")
    if not optional and not (isinstance(nargs, Const) and nargs.value in ("?", "*")):
        return None
    return None if required is not None and machine.known_truth(required) is not False else NONE


def supposed(machine: Machine, name: str, default: Value) -> Value:
    """The default of the option of this name."""
    return Presumed(default.value, Option(name)) if isinstance(default, Const) else default


def _set_defaults(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    for name, value in args.keywords.items():
        table = parser.names.get(_CHOICE + name)
        if isinstance(value, Const):
            parser.names[name] = supposed(machine, name, value)
        elif isinstance(table, Dict):
            table.items[len(table.items)] = value
        else:
            parser.names[_CHOICE + name] = Dict({0: value})
    return NONE


def _group(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    return parser


def _add_subparsers(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    _options(parser).append(NONE)  # what follows a command is for another parser
    dest = args.get(None, "dest")
    if isinstance(dest, Const) and isinstance(dest.value, str):
        parser.names[dest.value] = machine.unknown("the command", at, Option(dest.value))
    return Modelled(_COMMANDS, parser.names)


def _add_parser(machine: Machine, commands: Modelled, args: Args, at: Site) -> Value | None:
    """All commands fill the same namespace."""
    made = Modelled(PARSER, commands.names)
    _inherit(machine, made, args, at)
    return made


def _parse(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    """`parse_args()`; that of words that are written there is certain: nobody can give an option."""
    words = args.get(0, "args")
    listed = machine.iterate(words, at) if words is not None else None
    names = {name: value for name, value in parser.names.items() if not name.startswith(_CHOICE)}
    for name, table in parser.names.items():
        if name.startswith(_CHOICE) and isinstance(table, Dict):
            command = machine.unknown("the command", at, Option(name))
            value = chosen(machine, table, command, at, last=max(table.items))  # type: ignore[type-var]
            names[name[1:]] = value if value is not None else machine.unknown("the command", at)
    written = None if listed is None else _written(machine, parser, listed, at)
    if written is not None:
        names = {name: plain(value) for name, value in names.items()} | written
    return namespace(names, parser.complete)


def _written(machine: Machine, parser: Modelled, words: list[Value], at: Site) -> dict[str, Value] | None:
    """The options that the words of a command line give; None if that cannot be known."""
    if not words:
        return {}
    listed = _options(parser)
    options = [option.args for option in listed if isinstance(option, Partial)]
    known = parser.kind == PARSER and len(options) == len(listed)
    return given(machine, options, words, at) if known else None


def _parse_known(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    rest = Collection([], complete=False)
    return Collection([_parse(machine, parser, args, at) or NONE, rest], "tuple")


def _get_default(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    name = args.get(0, "dest")
    return parser.names.get(name.value) if isinstance(name, Const) else None


def _nothing(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    return NONE


FUNCTIONS: dict[str, Function] = {
    "argparse.ArgumentParser": _parser,
    "argparse.Namespace": _namespace,
    "configargparse.ArgParser": _parser,
    "configargparse.ArgumentParser": _parser,
    "optparse.OptionParser": _option_parser,
}
_SHARED: dict[str, Method] = {
    "error": _nothing,
    "exit": _nothing,
    "print_help": _nothing,
    "print_usage": _nothing,
    "set_defaults": _set_defaults,
    "get_default": _get_default,
}
METHODS: dict[str, Method] = {
    **{f"{kind}.{name}": method for kind in (PARSER, _OPTPARSE) for name, method in _SHARED.items()},
    f"{PARSER}.add_argument": _add_argument,
    f"{PARSER}.add_argument_group": _group,
    f"{PARSER}.add_mutually_exclusive_group": _group,
    f"{PARSER}.add_subparsers": _add_subparsers,
    f"{PARSER}.parse_args": _parse,
    f"{PARSER}.parse_known_args": _parse_known,
    f"{_COMMANDS}.add_parser": _add_parser,
    f"{_OPTPARSE}.add_option": _add_argument,
    f"{_OPTPARSE}.add_option_group": _group,
    f"{_OPTPARSE}.parse_args": _parse_known,
}
