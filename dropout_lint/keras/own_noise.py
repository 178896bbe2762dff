"""Layers of the program that are random in training by themselves: DropPath, stochastic depth, drop_connect.

Such a `call()` draws random numbers, or calls `tf.nn.dropout`, only when it is told that it trains. Whether
it does is seen by running it a second time with `training=False`: a sampling layer (of a variational
autoencoder, say) draws there too, and is meant to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.signals import Signal
from dropout_lint.interpreter.values.kinds import Args, BoundMethod, Const, Function, Presumed, Site, Value
from dropout_lint.keras import arming
from dropout_lint.keras.names import strip_prefix
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.simulation import Draw, Simulation

_DROPOUTS = frozenset({
    "tensorflow.nn.dropout", "tensorflow.compat.v1.nn.dropout", "tensorflow.nn.experimental.general_dropout",
    "tensorflow.nn.experimental.stateless_dropout",
})  # fmt: skip
_DRAWS = re.compile(
    r"(stateless_|random_)?(uniform|normal|truncated_normal|bernoulli|binomial|categorical|gamma|shuffle|randint)"
)
_RANDOM_MODULES = ("tensorflow.random", "tensorflow.compat.v1.random")
# What people call the number that says how much such a layer drops, and how much it keeps.
_AMOUNT = re.compile(r"drop|rate|prob|std|sigma|noise|surviv|keep", re.IGNORECASE)
_KEPT = re.compile(r"surviv|keep", re.IGNORECASE)


def note_draw(sim: Simulation, dotted: str, args: Args) -> None:
    """A function of this name is called: if it draws random numbers, the layer that runs has drawn."""
    if sim.run is None and not sim.probing:
        return
    if dotted in _DROPOUTS or strip_prefix(dotted) in ("random.dropout", "backend.dropout"):
        kept = args.keywords.get("keep_prob")
        rate = args.get(1, "level" if "level" in args.keywords else "rate")
        sim.draws.append(Draw(arming.is_on(sim, rate) if kept is None else _is_less_than_all(sim, kept)))
    elif _is_draw(dotted):
        sim.draws.append(Draw(None, rated=False))


def _is_draw(dotted: str) -> bool:
    module, _, leaf = dotted.rpartition(".")
    known = module in _RANDOM_MODULES or strip_prefix(module) in ("random", "backend")
    old = module == "tensorflow" and leaf.startswith("random_")
    return (known or old) and _DRAWS.fullmatch(leaf) is not None


def chosen(sim: Simulation, machine: Machine, dotted: str, args: Args, at: Site) -> Value | None:
    """`K.in_train_phase(f, x, training)` and `tf.cond(training, f, g)`: what the function taken gives.

    None where it cannot be known which is taken, or where both are there already.
    """
    if strip_prefix(dotted) == "backend.in_train_phase":
        flag, taken, other = args.get(2, "training"), args.get(0, "x"), args.get(1, "alt")
    elif dotted == "tensorflow.cond" or dotted.endswith(".smart_cond"):
        flag, taken, other = args.get(0, "pred"), args.get(1, "true_fn"), args.get(2, "false_fn")
    else:
        return None
    if not isinstance(flag, Const) or isinstance(flag, Presumed) or taken is None or other is None:
        return None
    result = taken if flag.value else other
    return machine.invoke(result, Args(), at) if isinstance(result, (Function, BoundMethod)) else result


def is_noise(sim: Simulation, layer: Layer, draws: Sequence[Draw], without: Callable[[], object]) -> bool:
    """Whether a layer of the program that has drawn in training is a train-time random one, and switched on.

    Args:
        sim: the simulation.
        layer: the layer.
        draws: what it has drawn.
        without: runs its `call()` with training=False.
    """
    on = any(draw.on if draw.rated else _amounts_are_on(sim, layer) for draw in draws)
    if on and layer.draws_always is None:
        layer.draws_always = _draws_in(sim, without)
    return on and layer.draws_always is False


def _draws_in(sim: Simulation, body: Callable[[], object]) -> bool:
    """Whether a body draws at all; an end by an exception counts as drawing."""
    saved = sim.run, sim.recording, sim.context, sim.frames, sim.draws, sim.probing
    sim.run, sim.recording, sim.context, sim.frames, sim.draws, sim.probing = None, False, None, [], [], True
    try:
        body()
        return any(draw.on is not False for draw in sim.draws)
    except Signal:
        return True
    finally:
        sim.run, sim.recording, sim.context, sim.frames, sim.draws, sim.probing = saved


def _amounts_are_on(sim: Simulation, layer: Layer) -> bool:
    """Whether the numbers by which a layer says how much it drops are other than nothing."""
    given = {name: value for name, value in layer.attributes.items() if _is_amount(name, value)}
    if not given:
        return True
    states = [
        _is_less_than_all(sim, value) if _KEPT.search(name) else arming.is_on(sim, value)
        for name, value in given.items()
    ]
    return True in states


def _is_amount(name: str, value: Value) -> bool:
    numeric = isinstance(value, Const) and isinstance(value.value, (int, float))
    return _AMOUNT.search(name) is not None and (numeric or not isinstance(value, Const))


def _is_less_than_all(sim: Simulation, value: Value) -> bool | None:
    """Whether a share that is kept is less than 1; None when it cannot be known."""
    return value.value != 1 if isinstance(value, Const) else arming.is_on(sim, value)
