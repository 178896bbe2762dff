"""How Keras finds the training flag of a layer call.

The order is that of `Layer.__call__` (keras/src/layers/layer.py `_resolve_and_populate_arg`;
tf_keras/src/engine/base_layer.py `_set_training_mode`): the flag written at the call, else the
one in force around it, else the parameter's default. Where versions differ, `dropout_lint.keras.facts`
decides.
"""

from __future__ import annotations

from dropout_lint.interpreter.values import classes
from dropout_lint.interpreter.values.kinds import Args, Const, Function, Value
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.simulation import Context, Handed, Simulation, flag_value
from dropout_lint.keras.structures import Functional
from dropout_lint.keras.trace import Flag, FlagKind, Frame


def resolve(
    sim: Simulation, context: Context, frame: Frame, written: Value | None, injected: Flag | None
) -> Flag:
    """The flag a layer receives; brings it into force for what is called below (and after).

    Args:
        written: the `training` argument of this call, None if it has none.
        injected: the flag that a graph forces on this call, if it does.
    """
    if injected is not None:
        context.flag = injected
        return injected
    if isinstance(written, Handed):
        context.flag = written.flag
        return context.flag
    literal_none = isinstance(written, Const) and written.value is None
    if written is not None and (not literal_none or _none_resets(sim, frame.layer)):
        value, known = flag_value(written)
        kind: FlagKind = "reset" if literal_none else "written"
        flag = Flag(value, known, kind, frame.site, frame, context.flag, written)
        context.flag = flag
        return flag
    if context.flag.value is not None or not context.flag.known:
        return context.flag
    if sim.learning_phase is not None:
        return Flag(sim.learning_phase, True, "default", frame=frame, displaced=context.flag)
    default = default_training(frame.layer)
    if default is None:
        return context.flag
    value, known = flag_value(default)
    flag = Flag(value, known, "default", frame=frame, displaced=context.flag, raw=default)
    if sim.fact(Fact.DEFAULT_ENTERS_CONTEXT):
        context.flag = flag
    return flag


def _none_resets(sim: Simulation, layer: Layer) -> bool:
    """Whether a literal `training=None` for this layer resets the flag in force."""
    if sim.fact(Fact.NONE_RESETS_FLAG):
        return True
    return not takes_training(sim, layer) and sim.fact(Fact.NONE_RESETS_INSIDE)


def user_call(layer: Layer) -> Function | None:
    """The `call` that the user wrote for a layer, if any."""
    if layer.instance is None:
        return None
    found = classes.lookup(layer.instance.cls.order, "call")
    return found if isinstance(found, Function) else None


def is_graph(layer: Layer) -> bool:
    """Whether a model is called by the `call` of Keras' functional models."""
    return isinstance(layer, Model) and isinstance(layer.structure, Functional) and user_call(layer) is None


def takes_training(sim: Simulation, layer: Layer) -> bool:
    """Whether the layer's `call` has a `training` parameter, as this Keras counts it."""
    function = user_call(layer)
    if function is None:
        return layer.kind.takes_training or isinstance(layer, Model)
    if function.takes("training"):
        return True
    return any(p.kind == "kwargs" for p in function.parameters) and sim.fact(Fact.KWARGS_TAKE_TRAINING)


def default_training(layer: Layer) -> Value | None:
    """The default of the layer's `training` parameter; None when it is None or absent."""
    function = user_call(layer)
    if function is None:
        default = layer.kind.default_training
        return None if default is None else Const(default)
    for parameter in function.parameters:
        if parameter.name == "training":
            literal_none = isinstance(parameter.default, Const) and parameter.default.value is None
            return None if literal_none else parameter.default
    return None


def take_training(sim: Simulation, layer: Layer, args: Args) -> tuple[Args, Value | None]:
    """Splits the training flag off the arguments of a call.

    Keras 2 also takes it by position; Keras 3 raises a TypeError there, so it says nothing.
    """
    keywords = dict(args.keywords)
    written = keywords.pop("training", None)
    positional = list(args.positional)
    index = _training_position(sim, layer)
    if written is None and index is not None and index < len(positional):
        written = positional[index]
        del positional[index:]
    return Args(positional, keywords, args.complete), written


def take_training_of_body(layer: Layer, args: Args) -> tuple[Args, Value | None]:
    """As `take_training`, for `super().call(x, training)`: a call of a plain function, also by position."""
    keywords = dict(args.keywords)
    positional = list(args.positional)
    written = keywords.pop("training", None)
    if written is None and len(positional) == 2 and (layer.kind.has_row or isinstance(layer, Model)):
        written = positional.pop()
    return Args(positional, keywords, args.complete), written


def _training_position(sim: Simulation, layer: Layer) -> int | None:
    function = user_call(layer)
    if function is not None:
        names = [p.name for p in function.parameters[1:] if p.kind in ("positional", "normal")]
        return names.index("training") if "training" in names else None
    if isinstance(layer, Model) and sim.fact(Fact.TRAINING_BY_POSITION):
        return 1
    return 1 if layer.kind.has_row and sim.fact(Fact.TRAINING_BY_POSITION) else None
