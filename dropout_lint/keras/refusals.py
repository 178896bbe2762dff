"""Calls that this Keras answers with an exception.

Where the program catches it, its handler runs. Where it does not, people run the program on a Keras that
takes the call: what it gives cannot be known, and the analysis goes on.
"""

from __future__ import annotations

import re

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import Args, Collection, Const, Dict, Site, Value
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.flags import is_graph
from dropout_lint.keras.objects import Layer, NoInput
from dropout_lint.keras.simulation import Simulation

CHECKPOINT_IS_WHOLE = 4
"""The place of `save_weights_only` among ModelCheckpoint's arguments."""
_CUSTOM = re.compile(r"custom_?object_?scope|get_custom_objects", re.IGNORECASE)
SHAPES = frozenset({"input_shape", "output_shape"})
_NO_METRICS = frozenset({"mse", "MSE", "mae", "MAE", "mape", "MAPE", "msle", "MSLE", "kld", "KLD"})


def of_constructor(sim: Simulation, machine: Machine, constructor: str, args: Args, at: Site) -> Value | None:
    """What a constructor gives that does not take one of its arguments; None if it takes them all.

    Args:
        constructor: as in `catalogue.signatures`.

    Raises:
        Raised: the program catches the exception.
    """
    for argument in args.keywords:
        exception = sim.behaviour.refusal(constructor, argument)
        if exception is not None:
            name = constructor.rpartition(".")[2]
            reason = f"{name}() takes no argument {argument!r} in Keras {sim.behaviour.name}"
            return _refused(sim, machine, exception, reason, at)
    return None


def of_method(sim: Simulation, machine: Machine, method: str, args: Args, at: Site) -> None:
    """A call of a model's method with an argument that it does not take (`fit(workers=4)` in Keras 3).

    What the call does is what it does in the Keras that takes it.

    Raises:
        Raised: the program catches the exception.
    """
    of_constructor(sim, machine, f"Model.{method}", args, at)


def of_old_ends(sim: Simulation, machine: Machine, args: Args, at: Site) -> Value | None:
    """What `Model(input=x, output=y)` gives where it is refused; None where it is a model.

    The package keras took these names from its first version to 2.3.1 (keras/legacy/interfaces.py,
    `legacy_model_constructor_support`; read), tf.keras, and what came after, never.

    Raises:
        Raised: the program catches the exception.
    """
    old = next((name for name in ("input", "output") if name in args.keywords), None)
    if old is None:
        return None
    keras_2 = sim.fact(Fact.IS_KERAS_2)
    if keras_2 and sim.packages == {"keras"}:
        return None
    reason = f"Model() takes no argument {old!r} in Keras {sim.behaviour.name}"
    return _refused(sim, machine, "TypeError" if keras_2 else "ValueError", reason, at)


def of_no_inputs(sim: Simulation, machine: Machine, args: Args, at: Site) -> Value | None:
    """What `Model(base.layers[0].input, y)` gives where that is []: Keras 3 raises. None where it is a model.

    Raises:
        Raised: the program catches the exception.
    """
    given = args.get(0, "inputs")
    if type(given) is Collection and given.complete and len(given.items) == 1:
        given = given.items[0]
    if not isinstance(given, NoInput):
        return None  # of another empty list, that of an option's default say, it is not known what it will be
    reason = f"Model() takes no empty list of inputs in Keras {sim.behaviour.name}"
    return _refused(sim, machine, "ValueError", reason, at)


def of_shape(sim: Simulation, machine: Machine, name: str, at: Site) -> Value | None:
    """What `layer.output_shape` gives where a layer has no such attribute; None for other attributes.

    That it is read does not make the program one for another Keras: most of them only print it, often where
    they have asked which Keras it is, and such branches are not looked at one by one.

    Raises:
        Raised: the program catches the exception.
    """
    if name not in SHAPES:
        return None
    reason = f"layers have no {name!r} in Keras {sim.behaviour.name}"
    return machine.failed("AttributeError", reason, at)


def of_positional_flag(sim: Simulation, machine: Machine, layer: Layer, args: Args, at: Site) -> Value | None:
    """What `base(x, False)` gives: Keras 3 takes nothing but tensors by position. None if it is no such call.

    Raises:
        Raised: the program catches the exception.
    """
    flags = [
        value for value in args.positional[1:] if isinstance(value, Const) and isinstance(value.value, bool)
    ]
    if not flags or layer.kind.augmentation or sim.fact(Fact.TRAINING_BY_POSITION):
        return None
    exception = "TypeError" if is_graph(layer) else "ValueError"
    reason = f"Keras {sim.behaviour.name} takes only tensors by position"
    return _refused(sim, machine, exception, reason, at)


def of_checkpoint(sim: Simulation, machine: Machine, args: Args, at: Site) -> Value | None:
    """What `ModelCheckpoint(path, ...)` gives where Keras 3 refuses the name; None where it is a callback.

    Measured with keras 3.15.1: whole models go to ".keras" or ".h5", weights alone to ".weights.h5".

    Raises:
        Raised: the program catches the exception.
    """
    path = args.get(0, "filepath")
    if sim.fact(Fact.IS_KERAS_2) or not isinstance(path, Const) or not isinstance(path.value, str):
        return None
    only = args.get(CHECKPOINT_IS_WHOLE, "save_weights_only")
    if only is not None and not isinstance(only, Const):
        return None
    endings = (".weights.h5",) if only is not None and only.value else (".keras", ".h5")
    if path.value.endswith(endings):
        return None
    reason = f"ModelCheckpoint() takes no such name of a file in Keras {sim.behaviour.name}"
    return _refused(sim, machine, "ValueError", reason, at)


def of_loaded(sim: Simulation, machine: Machine, loss: object, custom: Value | None, at: Site) -> bool:
    """Whether Keras 3 cannot load a .h5 file, as it compiles the model with this loss.

    Args:
        custom: `custom_objects`, which may say what the name means; a scope around it may too.

    It reads these names as those of metrics, which it does not know (measured with 3.15.1: a ValueError).

    Raises:
        Raised: the program catches the exception.
    """
    if sim.fact(Fact.IS_KERAS_2) or loss not in _NO_METRICS:
        return False
    named = custom is not None and not (isinstance(custom, Const) and custom.value is None)
    if isinstance(custom, Dict) and custom.complete:
        named = loss in custom.items
    if named or _CUSTOM.search(at.file.text):
        return False
    reason = "Keras 3 cannot load a .h5 file with this loss, unless compile=False"
    _refused(sim, machine, "ValueError", reason, at)
    return True


def _refused(sim: Simulation, machine: Machine, exception: str, reason: str, at: Site) -> Value:
    given = machine.failed(exception, reason, at)
    sim.trace.refused.append((reason, at))
    return given
