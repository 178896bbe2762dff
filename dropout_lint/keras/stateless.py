"""Training steps that a program writes by hand for JAX: `jax.value_and_grad` of a function in which
`model.stateless_call(...)` runs.

Measured with keras 3.15.1 and JAX (tests/keras/test_stateless.py): it runs the model's own `call` with the
flag that it is given, and no other; a layer that is called there inherits no flag, and a graph overrides
those that are written in it.
"""

from __future__ import annotations

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import FALSE, Args, Collection, Const, Site, Value
from dropout_lint.keras import frozen, options, runs
from dropout_lint.keras.calling import execute, run_call
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.flags import take_training, user_call
from dropout_lint.keras.objects import Differentiated, Model
from dropout_lint.keras.simulation import UNSET, Simulation, flag_value
from dropout_lint.keras.trace import Flag, Frame

# What comes before the inputs: the values of the weights, and one more argument by its name.
_STATES = ("trainable_variables", "non_trainable_variables")


def places(given: Value | None) -> tuple[int, ...]:
    """The arguments by which jax.grad(..., argnums=given) differentiates; none where that cannot be known."""
    values = [Const(0)] if given is None else given.items if isinstance(given, Collection) else [given]
    numbers = [value.value for value in values if isinstance(value, Const)]
    return tuple(number for number in numbers if isinstance(number, int) and number >= 0)


def differentiate(sim: Simulation, machine: Machine, step: Differentiated, args: Args, at: Site) -> Value:
    """What `jax.value_and_grad(function)` or `jax.grad(function)` gave is called."""
    run = runs.begin_step(sim, at, step.by)
    if run is not None:
        run.differentiated = tuple(args.positional[i] for i in step.places if i < len(args.positional))
    try:
        machine.invoke(step.function, args, at)
    finally:
        if run is not None:
            sim.run = None
    return machine.unknown(f"what {step.by} gives", at)


def call(sim: Simulation, machine: Machine, model: Model, args: Args, at: Site) -> Value:
    """`model.stateless_call(trainable_variables, non_trainable_variables, *args, **kwargs)`.

    Gives its outputs and the values of the other variables.
    """
    run, weights = sim.run, args.get(0, _STATES[0])
    # Saliency maps differentiate the inputs.
    if run is not None and any(value is weights for value in run.differentiated):
        trained = frozen.trained_layers(sim, model)
        run.training, sim.stepping = True, run
        run.trained = None if trained is None or run.trained is None else run.trained | trained
        run.stepped |= trained or frozenset()
    by_position = 2 - sum(name in args.keywords for name in _STATES)
    keywords = {k: v for k, v in args.keywords.items() if k not in (*_STATES, "return_losses")}
    data, written = take_training(sim, model, Args(args.positional[by_position:], keywords, args.complete))
    written = options.as_training(sim, written, at)
    frame = Frame(model, at, at)
    if user_call(model) is None or sim.context is not None or not sim.fact(Fact.STATELESS_OPENS_NO_CONTEXT):
        outputs = execute(sim, machine, frame, data, written)
    else:
        value, known = flag_value(written)
        frame.written = value if known else None
        flag = Flag(value, known, "written", at, frame, UNSET, written) if written is not None else None
        outputs = run_call(sim, machine, frame, data, flag)
    given = [outputs, machine.unknown("variables of stateless_call()", at)]
    losses = args.keywords.get("return_losses", FALSE)
    if not isinstance(losses, Const):
        return machine.unknown("result of stateless_call()", at)
    if losses.value:
        given.append(machine.unknown("losses of stateless_call()", at))
    return Collection(given, "tuple")
