"""`parser.parse_args(["--rate", "0.3"])`: the options that words in the program give.

Python's own argparse sorts the words: which of them is an option, an abbreviation of one, or its value. What
the program wrote (types, defaults) is not handed to it, and it opens nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Const, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

# What it is told of an option; the rest is for help texts, or for the program.
_TOLD = ("action", "nargs", "const", "dest")
# Those that build on the default.
_ADDING = ("append", "append_const", "count", "extend")
# argparse writes an option's nargs out as a pattern of that length, and tries every way to share the words
# between positional options that take any number: 30 of these and 27 words take seconds, one more twice that.
_MAX_WORDS = 100
_MAX_OPEN = 3


class _Refused(Exception):
    """The words do not fit the options, or these cannot be known."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Refused(message)


def given(
    machine: Machine, options: Sequence[Args], words: Sequence[Value], at: Site
) -> dict[str, Value] | None:
    """The options that words name, with their values; None if that cannot be known.

    Args:
        options: the arguments of each `add_argument()`.
        words: what stands on the command line.
    """
    texts = [word.value for word in words if isinstance(word, Const) and isinstance(word.value, str)]
    if len(texts) < len(words) or any(text.startswith("@") for text in texts):
        return None
    if sum(map(_is_open, options)) > _MAX_OPEN:
        return None
    parser = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    try:
        kinds = {parser.add_argument(*_flags(option), **_keywords(option)).dest: option for option in options}
        found, _ = parser.parse_known_args(texts)
    except (_Refused, argparse.ArgumentError, TypeError, ValueError):
        return None
    return {
        name: _converted(machine, kinds[name].get(None, "type"), value, at)
        for name, value in vars(found).items()
    }


def _is_open(option: Args) -> bool:
    """Whether it is a positional option that takes any number of words."""
    flag, nargs = option.get(0, ""), option.get(None, "nargs")
    if isinstance(flag, Const) and str(flag.value).startswith("-"):
        return False
    return nargs is not None and not (isinstance(nargs, Const) and isinstance(nargs.value, int))


def _flags(option: Args) -> list[str]:
    flags = [value.value for value in option.positional if isinstance(value, Const)]
    if len(flags) < len(option.positional) or not option.complete:
        raise _Refused("an option whose name cannot be known")
    return [str(flag) for flag in flags]


def _keywords(option: Args) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in _TOLD:
        value = option.keywords.get(name)
        if value is None:
            continue
        if name != "const" and not isinstance(value, Const):
            raise _Refused(f"the {name} of an option that cannot be known")
        # argparse hands a constant on as it is.
        told[name] = value.value if name != "const" and isinstance(value, Const) else value
    if isinstance(told.get("nargs"), int) and told["nargs"] > _MAX_WORDS:
        raise _Refused("an option of very many words")
    if told.get("action") in _ADDING and "default" in option.keywords:
        raise _Refused("an option that adds to its default")
    if told.get("action") in ("help", "version"):
        raise _Refused("an option that ends the program")
    return told


def _converted(machine: Machine, kind: Value | None, value: Any, at: Site) -> Value:
    """A value as the option's type makes it; a constant of an action is what it is."""
    if isinstance(value, list):
        return Collection([_converted(machine, kind, one, at) for one in value])
    if isinstance(value, str) and kind is not None:
        return machine.invoke(kind, Args([Const(value)]), at)
    if isinstance(value, Value):
        return value
    return NONE if value is None else Const(value)
