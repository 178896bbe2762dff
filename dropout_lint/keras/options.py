"""Flags that the program's options decide: each value is looked at in a run of its own.

`trainable = not args.frozen` says as much as `if args.frozen: ... else: ...`.
"""

from __future__ import annotations

from dropout_lint.interpreter.values.keys import Attribute, Constant, Item, Key, Not, Option, ParameterOf
from dropout_lint.interpreter.values.kinds import Const, Presumed, Site, Unknown, Value
from dropout_lint.keras.simulation import Simulation

# Tells the choice of a flag apart from others that are asked at the same place.
_FLAG = -2


def as_training(sim: Simulation, value: Value | None, at: Site) -> Value | None:
    """A `training` argument as this run takes it."""
    if isinstance(value, Presumed) and isinstance(value.value, bool):
        return Const(sim.way.decide(value.key, at, prefer=value.value, part=_FLAG))
    return value


def as_trainable(sim: Simulation, value: Value, at: Site) -> Value:
    """What `trainable` is set to, as this run takes it: also where an argument of a function says it."""
    if isinstance(value, Presumed) and not isinstance(value.value, str):
        return Const(sim.way.decide(value.key, at, prefer=bool(value.value), part=_FLAG))
    if isinstance(value, Unknown) and _is_option(value.key):
        return Const(sim.way.decide(value.key, at, prefer=False, part=_FLAG))
    return value


def _is_option(key: Key) -> bool:
    """Whether a value is an argument, or is read from one by a name; or the opposite of that."""
    while True:
        match key:
            case Not(inner):
                key = inner
            case Attribute(inner, name) if name != "trainable":
                key = inner
            case Item(inner, Constant(str())):
                key = inner
            case ParameterOf() | Option():
                return True
            case _:
                return False
