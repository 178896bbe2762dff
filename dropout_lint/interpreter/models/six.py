"""`six`, and the names by which Python 2 programs called what Python 3 has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.kinds import Args, Builtin, Collection, ExternalName, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function, Make

RENAMED = {"basestring": "str", "long": "int", "raw_input": "input", "unicode": "str", "xrange": "range"}
"""Builtins of Python 2 by another name: a program that has them ran there."""

_SAME = ("filter", "input", "map", "range", "zip")
_BUILTINS = ("dict", "int", "list", "object", "open", "print", "round", "str", "super", "bytes", "chr")


def _method(name: str) -> Function:
    """`six.iteritems(d)`: the method of the dict."""

    def function(machine: Machine, args: Args, at: Site) -> Value | None:
        if len(args.positional) != 1:
            return None
        return machine.invoke(machine.get_attribute(args.positional[0], name, at), Args(), at)

    return function


def _with_metaclass(machine: Machine, args: Args, at: Site) -> Value | None:
    """`six.with_metaclass(ABCMeta, Base)`: as a base, the class itself."""
    bases = args.positional[1:]
    if len(bases) > 1 or not args.complete:
        return None
    return bases[0] if bases else Builtin("object")


def _as(value: Value) -> Make:
    return lambda machine: value


_METHODS = {"iteritems": "items", "iterkeys": "keys", "itervalues": "values", "viewitems": "items"}
FUNCTIONS: dict[str, Function] = {
    "future.utils.with_metaclass": _with_metaclass,
    "six.with_metaclass": _with_metaclass,
    **{f"six.{name}": _method(method) for name, method in _METHODS.items()},
    **{f"future.utils.{name}": _method(method) for name, method in _METHODS.items()},
}
OBJECTS: dict[str, Make] = {
    **{f"six.moves.{name}": _as(Builtin(name)) for name in _SAME},
    **{f"six.moves.{name}": _as(Builtin(renamed)) for name, renamed in RENAMED.items()},
    **{f"builtins.{name}": _as(Builtin(name)) for name in (*_SAME, *_BUILTINS)},
    **{f"past.builtins.{name}": _as(Builtin(renamed)) for name, renamed in RENAMED.items()},
    "six.integer_types": _as(Collection([Builtin("int")], "tuple")),
    "six.moves.reduce": _as(ExternalName("functools.reduce")),
    "six.string_types": _as(Collection([Builtin("str")], "tuple")),
}
