"""What a Lambda layer hands to its function, besides what it is called with."""

from __future__ import annotations

from dropout_lint.interpreter.arguments import spread
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import Args, BoundMethod, Const, Function, Value
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.simulation import Handed
from dropout_lint.keras.trace import Flag


def arguments_of(machine: Machine, layer: Layer, args: Args, flag: Flag) -> Args:
    """`arguments=` of its constructor, and the training flag where the function has a parameter for it.

    A function that has a `training` parameter always gets it, also None: its own default never holds.
    """
    given = Args(list(args.positional), dict(args.keywords), args.complete)
    more = layer.args.get(3, "arguments")
    if more is not None and machine.known_truth(more) is not False:
        spread(given, more)
    if _expects(layer.function, "mask"):
        given.keywords["mask"] = machine.unknown("mask", layer.site)
    if _expects(layer.function, "training"):
        given.keywords["training"] = Handed(flag) if flag.known else flag.raw or Const(None)
    return given


def _expects(function: Value | None, name: str) -> bool:
    """Whether a function has such a parameter that can be given by its place, as Keras counts it."""
    function = function.function if isinstance(function, BoundMethod) else function
    parameters = function.parameters if isinstance(function, Function) else ()
    return any(p.name == name and p.kind in ("positional", "normal") for p in parameters)
