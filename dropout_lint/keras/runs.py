"""Entries into a model: fit, train_on_batch, GradientTape, predict ... each writes a `Run`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from dropout_lint.interpreter.budget import BudgetExceeded
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Const, Dict, Function, Site, Value
from dropout_lint.keras import frozen
from dropout_lint.keras.arming import armed
from dropout_lint.keras.calling import execute, run_call
from dropout_lint.keras.compilation import AT_COMPILE, OF_OPTIMIZER, Compilation, Steps
from dropout_lint.keras.contents import reachable
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.flags import takes_training, user_call
from dropout_lint.keras.layer_classes import WITH_TRAINED_WEIGHTS
from dropout_lint.keras.objects import Layer, Model, Tape, Tensor, Weights
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.trace import GRADIENT_TAPE, Flag, Frame, NotKnown, Run

TRAINING = frozenset({"fit", "fit_generator", "train_on_batch"})
INFERENCE = frozenset({
    "evaluate", "evaluate_generator", "predict", "predict_generator", "predict_on_batch", "test_on_batch"
})  # fmt: skip
STEPS = {"train_step": True, "test_step": False, "predict_step": False}


def compile_model(sim: Simulation, model: Model, args: Args, at: Site) -> None:
    """`model.compile(...)`: forgets the traced steps; Keras 2 fixes what trains."""
    flags, moving = frozen.snapshot(sim, model), frozen.trained_layers(sim, model)
    model.compilation = Compilation(model, at, args, flags, sim.tick(), moving)
    model.steps = Steps()
    sim.trace.compiles.append(model.compilation)
    if sim.fact(Fact.TRAINABLE_READ_AT_COMPILE):
        model.steps.trained[AT_COMPILE] = moving


def enter(sim: Simulation, machine: Machine, model: Model, kind: str, at: Site) -> Run | None:
    """The program calls `fit`, `predict` or the like on a model.

    Returns:
        the run written; None when it happens inside another run.
    """
    if sim.run is not None or not sim.recording:
        return None
    training = kind in TRAINING
    if _refused(sim, machine, model, kind, at):
        return None
    layers = tuple(model.tree())
    # What rules ask of a run, they ask of its layers, and of the runs before it.
    machine.budget.step(len(sim.trace.runs) + len(layers))
    run = _begin(sim, kind, at, model, training)
    run.caller = machine.caller
    run.decided = len(machine.choices.decisions)
    step = _step_name(sim, kind)
    earlier = model.steps.traced_in.get(step)
    run.same_data = earlier is None or _same_data(sim.trace.runs[earlier], run)
    run.trained = _trained(sim, model, step, run) if training else frozenset()
    run.layers = layers
    if training:
        compiled = model.compilation
        run.compiled = compiled.moving if compiled is not None else None
        run.wanted = frozen.trained_layers(sim, model)
        run.undecided = frozen.undecided_layers(sim, model)
        flags = compiled.flags if compiled is not None else None
        own = (flags or {}).get(model, model.trainable)
        run.learns_nothing = own is False and run.trained == frozenset()
    if earlier is not None and not runs_eagerly(sim, model):
        run.traced_in = earlier
        _repeat(sim, sim.trace.runs[earlier], run)
    else:
        model.steps.traced_in[step] = run.index
        before = frozenset(model.tree())
        _perform(sim, machine, model, run, at)
        _learn_new_layers(sim, model, step, run, before)
    if training or (kind == "evaluate" and not sim.fact(Fact.TRAINING_ALONE_MAKES_OPTIMIZER)):
        # After the run: the first one may make layers.
        model.steps.trained.setdefault(OF_OPTIMIZER, frozen.trained_layers(sim, model))
    return run


def _refused(sim: Simulation, machine: Machine, model: Model, kind: str, at: Site) -> bool:
    """Whether Keras answers with an exception: what is to train is not what its optimizer was built for.

    Raises:
        Raised: the program catches the exception.
    """
    if kind not in TRAINING or not sim.fact(Fact.LATE_THAW_RAISES):
        return False
    now, before = frozen.trained_layers(sim, model), model.steps.trained.get(OF_OPTIMIZER)
    if now is None or before is None:
        return False
    changed = sim.fact(Fact.LATE_CHANGE_RAISES) and _have_weights(now ^ before)
    if not changed and not (_looks_anew(sim, model, kind) and _is_foreign(machine, model, now - before)):
        return False
    machine.failed("ValueError", "trainable was changed, and compile() not called again", at)
    return True


def _is_foreign(machine: Machine, model: Model, thawed: frozenset[Layer]) -> bool:
    """Whether weights that are trained now are certainly none of those that the model's optimizer knows.

    A step of the program's own may have other optimizers, and one that is not made in the call of compile()
    may have been built for more.
    """
    if model.instance is not None and machine.find_method(model.instance, "train_step") is not None:
        return False
    compiled = model.compilation
    call = compiled.site.node if compiled is not None else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return False
    if call.func.attr.value != "compile" or "optimizer" in model.attributes:
        return False  # load_model() compiles too, with an optimizer that knows what it was saved with
    given = [argument.value for argument in call.args[:1] if argument.keyword is None and not argument.star]
    given = [argument.value for argument in call.args if _keyword(argument) == "optimizer"] or given
    if not given or not isinstance(given[0], (cst.Call, cst.SimpleString)):
        return False
    return _have_weights(thawed)


def _have_weights(layers: frozenset[Layer]) -> bool:
    """Whether one of them certainly has weights that training moves."""
    return any(layer.instance is None and layer.class_name in WITH_TRAINED_WEIGHTS for layer in layers)


def _keyword(argument: cst.Arg) -> str | None:
    return argument.keyword.value if argument.keyword is not None else None


def _looks_anew(sim: Simulation, model: Model, kind: str) -> bool:
    """Whether the next step of this kind goes by the flags of now: it is traced, or runs as it stands."""
    return runs_eagerly(sim, model) or _step_name(sim, kind) not in model.steps.traced_in


def _begin(sim: Simulation, kind: str, at: Site, model: Model | None, training: bool) -> Run:
    run = Run(len(sim.trace.runs), kind, at, model, training, None, sim.tick())
    run.learning_phase = sim.phase_site
    if model is not None:
        run.compilation = model.compilation
    sim.trace.runs.append(run)
    return run


def _step_name(sim: Simulation, kind: str) -> str:
    """Entries that share one traced step share its name."""
    if kind in TRAINING and sim.fact(Fact.ENTRIES_SHARE_STEP):
        return "train"
    return kind


def _same_data(first: Run, second: Run) -> bool:
    """Whether two entries are written with the same first argument.

    A step that train_on_batch() traced for its batch does not serve fit(), whose batches may have
    any size; the other way round it does.
    """
    if first.kind == "train_on_batch" != second.kind:
        return False
    one, other = first.site.node, second.site.node
    if not isinstance(one, cst.Call) or not isinstance(other, cst.Call) or not one.args or not other.args:
        return False
    return one is other or one.args[0].value.deep_equals(other.args[0].value)


def _trained(sim: Simulation, model: Model, step: str, run: Run) -> frozenset[Layer] | None:
    """Which layers' weights move: Keras 2 asks at compile, Keras 3 when a step is first traced.

    None: the step may have been traced anew for other data, with other flags.
    """
    trained = model.steps.trained
    if sim.fact(Fact.TRAINABLE_READ_AT_COMPILE):
        return trained[AT_COMPILE] if AT_COMPILE in trained else frozen.trained_layers(sim, model)
    if step not in trained or runs_eagerly(sim, model):
        trained[step] = frozen.trained_layers(sim, model)
    if not run.same_data and trained[step] != frozen.trained_layers(sim, model):
        return None
    return trained[step]


def _learn_new_layers(sim: Simulation, model: Model, step: str, run: Run, before: frozenset[Layer]) -> None:
    """Layers that the run itself makes, in a `build()`, are trained by it (Keras 2 and 3)."""
    made = frozenset(model.tree()) - before
    if not run.training or not made or run.trained is None:
        return
    now = frozen.trained_layers(sim, model)
    run.trained = run.wanted = None if now is None else run.trained | (now & made)
    for name in (step, AT_COMPILE):
        if name in model.steps.trained:
            model.steps.trained[name] = run.trained
    compiled = model.compilation
    if compiled is not None and compiled.moving is not None:
        compiled.moving = run.compiled = None if now is None else compiled.moving | (now & made)
    saved, sim.frames, sim.run = sim.frames, [], run
    for row in run.activities:  # whether a part learns something was asked before it had its layers
        sim.frames = list(row.frames)
        row.frozen = frozen.is_frozen(sim, row.layer)
        row.states = frozen.states(sim, sim.frames) if row.frozen else ()
    sim.frames, sim.run = saved, None


def runs_eagerly(sim: Simulation, model: Model) -> bool:
    """Whether no step of the model is ever traced: it was compiled so, or the backend never does."""
    if sim.fact(Fact.NOTHING_IS_TRACED):
        return True
    compiled = model.compilation
    value = compiled.args.keywords.get("run_eagerly") if compiled is not None else None
    return isinstance(value, Const) and value.value is True


def _repeat(sim: Simulation, earlier: Run, run: Run) -> None:
    """A second run reuses the traced step: flags and rates are those of the first."""
    sim.run = run
    run.unknown = list(earlier.unknown)
    saved = sim.frames
    for row in earlier.activities:
        sim.frames = list(row.frames)
        is_frozen = frozen.is_frozen(sim, row.layer)
        states = frozen.states(sim, sim.frames) if is_frozen else ()
        again = replace(row, run=run.index, frozen=is_frozen, states=states, time=sim.tick())
        by_rate = row.random and row.layer.draws_always is None  # not by what its own `call` draws
        if not run.same_data and by_rate and armed(sim, row.layer) is not row.armed:
            again.active = again.armed = None  # traced anew or not: the rate is the new or the old one
        run.activities.append(again)
    sim.frames = saved
    sim.run = None


def _perform(sim: Simulation, machine: Machine, model: Model, run: Run, at: Site) -> None:
    sim.run = run
    saved = sim.context, sim.frames
    sim.context, sim.frames = None, []
    step = "train_step" if run.training else ("predict_step" if "predict" in run.kind else "test_step")
    try:
        method = machine.find_method(model.instance, step) if model.instance is not None else None
        if method is not None:
            machine.invoke(method, Args([Tensor()]), at)
        else:
            default_step(sim, machine, model, training=run.training, at=at)
    except BudgetExceeded as exceeded:
        run.unknown.append(NotKnown(f"it was given up: {exceeded}", at))
        raise
    finally:
        sim.run = None
        sim.context, sim.frames = saved


def default_step(
    sim: Simulation, machine: Machine, model: Model, *, training: bool, at: Site, site: Site | None = None
) -> Value:
    """Keras' own train_step / test_step / predict_step: the model, then its loss.

    Args:
        at: the entry, for user code that is run on the way.
        site: the program's call of the step (`super().train_step(data)`), if it made one.
    """
    flag = None
    if takes_training(sim, model) or not sim.fact(Fact.FIT_NEEDS_TRAINING_PARAMETER):
        flag = Flag(training, True, "entry")
    frame, data = Frame(model, site, site), Args([Tensor()])
    if user_call(model) is not None and sim.context is None and sim.fact(Fact.STEPS_OPEN_NO_CONTEXT):
        prediction = run_call(sim, machine, frame, data, flag)
    else:
        prediction = execute(sim, machine, frame, data, None, flag)
    for function in _losses(machine, model):
        arguments = [Tensor(), prediction]
        if function[1]:
            arguments.insert(0, Tensor())
            arguments.append(NONE)
        machine.invoke(function[0], Args(arguments), at)
    return Dict({}, complete=False)


def _losses(machine: Machine, model: Model) -> list[tuple[Value, bool]]:
    """User-written losses, as (function, takes x too): `compute_loss`, or those given to compile."""
    if model.instance is not None:
        method = machine.find_method(model.instance, "compute_loss")
        if method is not None:
            return [(method, True)]
    given = model.compilation.loss if model.compilation is not None else None
    values = [given] if given is not None else []
    if isinstance(given, Collection):
        values = list(given.items)
    elif isinstance(given, Dict):
        values = list(given.items.values())
    return [(value, False) for value in values if isinstance(value, Function)]


def assume_training(sim: Simulation, machine: Machine, leaving: Sequence[Value]) -> None:
    """Trains each compiled model that other code can get hold of, where nothing here trains it.

    A model compiled with an optimizer is meant to be trained. Such runs are marked `assumed`; they
    stand for the fit() of another file.
    """
    if any(run.training for run in sim.trace.runs):
        return
    used = {run.model for run in sim.trace.runs}  # evaluated here: compiled for that
    for layer in reachable(leaving):
        compiled = layer.compilation if isinstance(layer, Model) else None
        if not isinstance(layer, Model) or compiled is None or layer in used:
            continue
        if compiled.site is layer.site:
            continue  # compiled by load_model(), which says nothing of what it is loaded for
        if compiled.optimizer is not None:
            run = enter(sim, machine, layer, "fit", compiled.site)
            if run is not None:
                run.assumed, run.certain = True, False


# --- gradient tapes


def enter_tape(sim: Simulation, tape: Tape, at: Site) -> None:
    """`with tf.GradientTape() as tape:` begins; inside another run it is part of that one."""
    run = begin_step(sim, at)
    if run is not None:
        tape.run = run.index


def begin_step(sim: Simulation, at: Site, by: str = GRADIENT_TAPE) -> Run | None:
    """A step that the program writes by hand begins; None inside another run, of which it is a part.

    Args:
        sim: what is known.
        at: where.
        by: what differentiates.
    """
    if sim.run is not None or not sim.recording:
        return None
    run = _begin(sim, "tape", at, None, training=False)
    run.trained, run.by = frozenset(), by
    sim.run = run
    return run


def exit_tape(sim: Simulation, tape: Tape) -> None:
    """The `with` block of a tape ends."""
    if sim.run is not None and tape.run == sim.run.index:
        sim.run = None


def gradient(sim: Simulation, tape: Tape, variables: Value | None) -> None:
    """`tape.gradient(loss, variables)`: differentiating weights is what makes a tape train.

    Unknown variables are no evidence: saliency maps and attacks differentiate inputs.
    """
    run = sim.trace.runs[tape.run] if tape.run is not None else sim.run
    if run is None:
        return
    if isinstance(variables, Weights):
        sim.stepping = run
        run.stepped |= frozenset(variables.layers)
        if tape.run is not None:
            run.training = True
            run.trained = (run.trained or frozenset()) | frozenset(variables.layers)
    elif isinstance(variables, Collection):
        for item in variables.items:
            gradient(sim, tape, item)


def apply(sim: Simulation) -> None:
    """`optimizer.apply_gradients(...)`: the step whose gradients were taken last moves weights."""
    if sim.stepping is not None:
        sim.stepping.applied = True
