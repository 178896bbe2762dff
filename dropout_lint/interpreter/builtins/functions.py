"""Python's builtin functions.

A function returns None when its result cannot be known; it is then unknown, and equal to
that of the same call with the same arguments.
"""

from __future__ import annotations

import builtins as python
from typing import TYPE_CHECKING

from dropout_lint.interpreter.builtins import numbers as builtin_numbers
from dropout_lint.interpreter.builtins import objects as builtin_objects
from dropout_lint.interpreter.builtins import sequences as builtin_sequences
from dropout_lint.interpreter.models import registry
from dropout_lint.interpreter.values import containers, strings
from dropout_lint.interpreter.values.attributes import type_name
from dropout_lint.interpreter.values.keys import Thrown
from dropout_lint.interpreter.values.kinds import Args, Builtin, Const, Presumed, Site, Value
from dropout_lint.interpreter.values.operators import presumed, undetermined

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.values.containers import Method

BUILTINS: dict[str, Method] = {
    **builtin_numbers.FUNCTIONS,
    **builtin_objects.FUNCTIONS,
    **builtin_sequences.FUNCTIONS,
    **containers.METHODS,
    **strings.METHODS,
    **registry.METHODS,
}

# `exit` and `quit` are put there by `site`, so the running Python may not have them.
_NAMES = frozenset(name for name in dir(python) if not name.startswith("_")) | {"exit", "quit", "__import__"}

# Their results differ from call to call.
_FRESH = frozenset({"input", "next", "open", "object", "iter", "list.pop", "dict.pop", "__import__"})

# What is called on the class, without an object.
_OF_CLASS = frozenset({"dict.fromkeys", "object.__init__"})


def is_builtin(name: str) -> bool:
    """Whether a name is one of Python's builtins."""
    return name in _NAMES


def call_builtin(machine: Machine, builtin: Builtin, args: Args, at: Site) -> Value:
    """Calls a builtin function, or a method of a constant or container."""
    name, receiver = builtin.name, builtin.receiver
    if receiver is None and "." in name and name not in _OF_CLASS and args.positional:
        # `str.lower(text)`: the method read from its class.
        receiver, args = args.positional[0], Args(args.positional[1:], args.keywords, args.complete)
        if type_name(receiver) != name.partition(".")[0]:
            return machine.unknown(f"result of {name}()", at)
    operands = [*args.values()] if receiver is None else [receiver, *args.values()]
    function = BUILTINS.get(name)
    if function is not None:
        result = function(machine, receiver, args, at)
        if type(result) is Const and any(isinstance(operand, Presumed) for operand in operands):
            return presumed(machine, f"{name}()", operands, result, at)
        if result is not None:
            return result
    elif is_exception(name):
        return machine.unknown(name, at, Thrown(name, machine.keys.fresh()))
    if name in _FRESH or not args.complete:
        return machine.unknown(f"result of {name}()", at)
    return undetermined(machine, f"{name}()", operands, at)


def is_exception(name: str) -> bool:
    """Whether a builtin is an exception class."""
    kind = getattr(python, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)
