"""Breaks of how flags travel and how calls, graphs and runs are executed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from dropout_lint.interpreter.exploration import settled
from dropout_lint.interpreter.syntax import exceptions
from dropout_lint.interpreter.values.kinds import Args, Const, Value
from dropout_lint.keras import (
    arming,
    attributes,
    calling,
    cloning,
    creation,
    flags,
    functions,
    graph,
    methods,
    options,
    outputs,
    rows,
    runs,
    simulation,
    trace,
    unseen_code,
)
from dropout_lint.keras.behaviour import Behaviour
from dropout_lint.keras.contents import symbolic
from dropout_lint.keras.objects import Layer, Model, Tensor
from dropout_lint.keras.simulation import Context, Handed, Simulation
from dropout_lint.keras.trace import Flag, Frame, Run
from tests.mutation.patching import attribute, broken, everywhere

# --- flags


@broken
def written_flag_ignored() -> Iterator[None]:
    """`layer(x, training=False)` is as good as `layer(x)`."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        return original(sim, context, frame, None, injected)

    with everywhere(original, resolve):
        yield


@broken
def surrounding_flag_wins() -> Iterator[None]:
    """A flag in force around a call beats the one written at it."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        return original(sim, context, frame, written if context.flag.value is None else None, injected)

    with everywhere(original, resolve):
        yield


@broken
def handed_flag_is_written() -> Iterator[None]:
    """A flag that Keras handed to call() and the program passes on is the program's own word."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        if isinstance(written, Handed):
            written = Const(written.value)
        return original(sim, context, frame, written, injected)

    with everywhere(original, resolve):
        yield


@broken
def handed_flag_dropped() -> Iterator[None]:
    """A flag that Keras handed to call() and the program passes on has no effect."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        return original(sim, context, frame, None if isinstance(written, Handed) else written, injected)

    with everywhere(original, resolve):
        yield


@broken
def nothing_handed_to_call() -> Iterator[None]:
    """A user's call(self, x, training=None) always receives its default."""
    original = calling._run_user_call

    def run(sim: Simulation, machine: Any, layer: Layer, method: Any, args: Args, flag: Flag) -> Value:
        return original(sim, machine, layer, method, args, Flag(None, True, "none"))

    with attribute(calling, "_run_user_call", run):
        yield


@broken
def forced_flag_stays_local() -> Iterator[None]:
    """The flag that a graph forces on a call is not in force for what is called inside."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        before = context.flag
        flag = original(sim, context, frame, written, injected)
        if injected is not None:
            context.flag = before
        return flag

    with everywhere(original, resolve):
        yield


@broken
def defaults_ignored() -> Iterator[None]:
    """The default of a `training` parameter decides nothing."""
    with everywhere(flags.default_training, lambda layer: None):
        yield


@broken
def own_default_ignored() -> Iterator[None]:
    """The default that a user's call() gives to `training` decides nothing."""
    original = flags.default_training
    with everywhere(original, lambda layer: None if flags.user_call(layer) else original(layer)):
        yield


@broken
def every_call_takes_training() -> Iterator[None]:
    """A user's call() without a `training` parameter receives the flag all the same."""
    with everywhere(flags.takes_training, lambda sim, layer: True):
        yield


@broken
def models_take_no_training() -> Iterator[None]:
    """A Functional or Sequential takes no training flag."""
    original = flags.takes_training

    def takes(sim: Simulation, layer: Layer) -> bool:
        return original(sim, layer) and not (isinstance(layer, Model) and layer.instance is None)

    with everywhere(original, takes):
        yield


@broken
def no_flag_by_position() -> Iterator[None]:
    """Keras 2 does not take `training` by position."""
    with attribute(flags, "_training_position", lambda sim, layer: None):
        yield


@broken
def nothing_leaks() -> Iterator[None]:
    """No flag is ever in force after the call that brought it has returned."""
    with attribute(rows, "leaked", lambda sim, flag: False):
        yield


@broken
def everything_leaks() -> Iterator[None]:
    """Every flag counts as one that has leaked out of a call."""
    with attribute(rows, "leaked", lambda sim, flag: True):
        yield


@broken
def reset_has_no_cause() -> Iterator[None]:
    """A default that applies after `training=None` is not due to it."""
    with everywhere(trace.cause, lambda flag: flag):
        yield


@broken
def learning_phase_ignored() -> Iterator[None]:
    """`set_learning_phase(0)` does nothing."""
    original = functions._learning_phase

    def phase(sim: Simulation, machine: Any, name: str, args: Args, at: Any) -> Value:
        result = original(sim, machine, name, args, at)
        sim.learning_phase = sim.phase_site = None
        return result

    with attribute(functions, "_learning_phase", phase):
        yield


@broken
def learning_phase_reaches_fit() -> Iterator[None]:
    """`set_learning_phase(0)` switches Dropout off in fit() too."""
    original = flags.resolve

    def resolve(sim: Simulation, context: Context, frame: Frame, written: Any, injected: Any) -> Flag:
        if sim.learning_phase is not None and written is None:
            return Flag(sim.learning_phase, True, "default", frame=frame, displaced=context.flag)
        return original(sim, context, frame, written, injected)

    with everywhere(original, resolve):
        yield


@broken
def batch_norm_ignores_trainable() -> Iterator[None]:
    """A frozen BatchNormalization goes on normalising by the batch."""
    original = rows.record

    def record(sim: Simulation, layer: Layer, flag: Flag) -> None:
        before = len(sim.run.activities) if sim.run is not None else 0
        original(sim, layer, flag)
        if sim.run is not None and layer.kind.batch_norm:
            for row in sim.run.activities[before:]:
                row.active = bool(flag.value) if flag.known else None

    with attribute(rows, "record", record):
        yield


# --- calls and graphs


@broken
def graph_runs_backwards() -> Iterator[None]:
    """A graph runs its nodes from the outputs to the inputs."""
    original = graph.build

    def build(inputs: Any, outputs: Any) -> graph.Graph:
        found = original(inputs, outputs)
        return graph.Graph(found.nodes[::-1], found.layers, found.connected)

    with attribute(graph, "build", build):
        yield


@broken
def graph_runs_as_written() -> Iterator[None]:
    """A graph runs its nodes in the order the walk leaves them, not by depth."""
    original = graph.build

    def build(inputs: Any, outputs: Any) -> graph.Graph:
        found = original(inputs, outputs)
        walked, _ = graph._walk(inputs, outputs)
        return graph.Graph([node for node in walked if node in found.nodes], found.layers, found.connected)

    with attribute(graph, "build", build):
        yield


@broken
def layers_listed_backwards() -> Iterator[None]:
    """`model.layers` of a Functional begins with its output."""
    original = graph.build

    def build(inputs: Any, outputs: Any) -> graph.Graph:
        found = original(inputs, outputs)
        return graph.Graph(found.nodes, found.layers[::-1], found.connected)

    with attribute(graph, "build", build):
        yield


@broken
def inputs_not_listed() -> Iterator[None]:
    """`model.layers` of a Functional leaves its InputLayer out."""
    original = graph.build

    def build(inputs: Any, outputs: Any) -> graph.Graph:
        found = original(inputs, outputs)
        listed = [la for la in found.layers if la.kind.role != "input"]
        return graph.Graph(found.nodes, listed, found.connected)

    with attribute(graph, "build", build):
        yield


@broken
def shared_layer_runs_once() -> Iterator[None]:
    """A layer that is called twice in a graph is executed once."""
    original = graph.build

    def build(inputs: Any, outputs: Any) -> graph.Graph:
        found = original(inputs, outputs)
        last = {id(node.layer): node for node in found.nodes}
        once = [node for node in found.nodes if last[id(node.layer)] is node]
        return graph.Graph(once, found.layers, found.connected)

    with attribute(graph, "build", build):
        yield


@broken
def overriding_not_noticed() -> Iterator[None]:
    """A written flag that a graph overrides does not count as overridden."""
    with attribute(Frame, "overridden", property(lambda self: False, lambda self, value: None)):
        yield


@broken
def sequential_keeps_flag_to_itself() -> Iterator[None]:
    """A Sequential does not force its flag on its members."""
    original = calling._run_model

    def run(sim: Simulation, machine: Any, model: Model, flag: Flag) -> None:
        if model.wiring != "sequential":
            original(sim, machine, model, flag)
            return
        for member in model.members:
            frame = Frame(member.layer, member.call, member.site, graph=True)
            calling.execute(sim, machine, frame, Args([Tensor()]), Const(None), None)

    with attribute(calling, "_run_model", run):
        yield


@broken
def sequential_stores_no_default() -> Iterator[None]:
    """A Sequential does not keep the defaults of its members' calls, as a graph of Keras 3.0-3.15 does."""
    original = calling._stored_default

    def stored(sim: Simulation, layer: Layer) -> Value | None:
        model = sim.frames[-1].layer if sim.frames else None
        inside = isinstance(model, Model) and model.wiring == "sequential"
        return None if inside else original(sim, layer)

    with attribute(calling, "_stored_default", stored):
        yield


@broken
def sequential_runs_backwards() -> Iterator[None]:
    """A Sequential runs its last member first."""
    original = calling._run_model

    def run(sim: Simulation, machine: Any, model: Model, flag: Flag) -> None:
        members, model.members = model.members, model.members[::-1]
        try:
            original(sim, machine, model, flag)
        finally:
            model.members = members

    with attribute(calling, "_run_model", run):
        yield


@broken
def shape_inference_is_a_run() -> Iterator[None]:
    """A user's call() is not run to infer shapes while a graph is built."""
    with attribute(calling, "_infer_output", lambda sim, machine, layer, args, written: Tensor()):
        yield


@broken
def time_distributed_calls() -> Iterator[None]:
    """TimeDistributed calls the layer inside like any layer, in Keras 3 too."""

    def run(sim: Simulation, machine: Any, layer: Layer, inner: Layer, flag: Flag) -> None:
        calling.execute(sim, machine, Frame(inner, None, None), Args([Tensor()]), None)

    with attribute(calling, "_run_wrapped", run):
        yield


@broken
def wrapped_layer_never_runs() -> Iterator[None]:
    """TimeDistributed and SpectralNormalization do not run the layer inside."""
    with attribute(calling, "_run_wrapped", lambda *args: None):
        yield


@broken
def lambda_body_never_runs() -> Iterator[None]:
    """The function of a Lambda layer is not executed."""
    original = calling._body

    def body(sim: Simulation, machine: Any, layer: Layer, args: Args, flag: Flag) -> Value:
        return Tensor() if layer.kind.role == "lambda" else original(sim, machine, layer, args, flag)

    with attribute(calling, "_body", body):
        yield


@broken
def build_never_runs() -> Iterator[None]:
    """The user's build() is not run before the first call."""
    with attribute(calling, "build_user_layer", lambda machine, layer: None):
        yield


@broken
def direct_call_is_a_call() -> Iterator[None]:
    """`base.call(x)` is the same as `base(x)`."""
    with attribute(calling, "call_directly", calling.call):
        yield


@broken
def direct_call_stays_one_node() -> Iterator[None]:
    """`base.call(x)` in a graph makes one node, like `base(x)`."""

    def inline(sim: Simulation, machine: Any, model: Model, args: Args, written: Any, at: Any) -> Value:
        return calling.call_symbolically(sim, machine, model, args, written, at, at)

    with attribute(calling, "_inline", inline):
        yield


@broken
def swallowed_flag_unnoticed() -> Iterator[None]:
    """A flag that is dropped while a graph is built leaves no mark."""
    with attribute(Frame, "swallowed", property(lambda self: None, lambda self, value: None)):
        yield


@broken
def one_state_returned() -> Iterator[None]:
    """LSTM(return_state=True) returns two tensors."""
    with ExitStack() as stack:
        original = dict(outputs.RETURN_STATE_OUTPUTS)
        outputs.RETURN_STATE_OUTPUTS.update(dict.fromkeys(original, 2))
        stack.callback(outputs.RETURN_STATE_OUTPUTS.update, original)
        yield


# --- runs


@broken
def every_run_is_traced() -> Iterator[None]:
    """A second fit() without compile() looks at rates and flags again."""
    original = runs.enter

    def enter(sim: Simulation, machine: Any, model: Model, kind: str, at: Any) -> Run | None:
        model.traces.clear()
        return original(sim, machine, model, kind, at)

    with everywhere(original, enter):
        yield


@broken
def compile_keeps_traces() -> Iterator[None]:
    """compile() keeps the traced steps."""
    original = runs.compile_model

    def compile_model(sim: Simulation, model: Model, args: Args, at: Any) -> None:
        traces = dict(model.traces)
        original(sim, model, args, at)
        model.traces.update(traces)

    with everywhere(original, compile_model):
        yield


@broken
def the_last_compile_counts() -> Iterator[None]:
    """A run goes by the last compile() of the program, also by one after it."""
    original = runs.compile_model

    def compile_model(sim: Simulation, model: Model, args: Args, at: Any) -> None:
        original(sim, model, args, at)
        for run in sim.trace.runs:
            if run.model is model:
                run.compile_site, run.compile_time = model.compiled, model.compile_time

    with everywhere(original, compile_model):
        yield


@broken
def compile_keeps_trained() -> Iterator[None]:
    """compile() does not look anew at which weights train."""
    original = runs.compile_model

    def compile_model(sim: Simulation, model: Model, args: Args, at: Any) -> None:
        trained = dict(model.trained)
        original(sim, model, args, at)
        model.trained.update(trained)

    with everywhere(original, compile_model):
        yield


@broken
def any_data_is_the_same() -> Iterator[None]:
    """A traced step serves any later data."""
    with attribute(runs, "_same_data", lambda first, second: True):
        yield


@broken
def no_data_is_the_same() -> Iterator[None]:
    """Later data may always have another shape, so that the step is traced anew."""
    with attribute(runs, "_same_data", lambda first, second: False):
        yield


@broken
def run_eagerly_ignored() -> Iterator[None]:
    """compile(run_eagerly=True) traces like any other."""
    with everywhere(runs.runs_eagerly, lambda model: False):
        yield


@broken
def fit_passes_false() -> Iterator[None]:
    """fit() enters the model with training=False."""
    original = runs.default_step

    def step(
        sim: Simulation, machine: Any, model: Model, *, training: bool, at: Any, site: Any = None
    ) -> Any:
        return original(sim, machine, model, training=False, at=at, site=site)

    with everywhere(original, step):
        yield


@broken
def predict_passes_true() -> Iterator[None]:
    """predict() enters the model with training=True."""
    original = runs.default_step

    def step(
        sim: Simulation, machine: Any, model: Model, *, training: bool, at: Any, site: Any = None
    ) -> Any:
        return original(sim, machine, model, training=True, at=at, site=site)

    with everywhere(original, step):
        yield


@broken
def train_on_batch_is_no_training() -> Iterator[None]:
    """train_on_batch() does not train."""
    with everywhere(runs.TRAINING, runs.TRAINING - {"train_on_batch"}):
        yield


@broken
def fit_generator_is_no_training() -> Iterator[None]:
    """fit_generator() does not train."""
    with everywhere(runs.TRAINING, runs.TRAINING - {"fit_generator"}):
        yield


@broken
def evaluate_trains() -> Iterator[None]:
    """evaluate() trains."""
    with everywhere(runs.TRAINING, runs.TRAINING | {"evaluate"}):
        yield


@broken
def own_train_step_ignored() -> Iterator[None]:
    """A user's train_step() is not used."""

    def perform(sim: Simulation, machine: Any, model: Model, run: Run, at: Any) -> None:
        sim.run = run
        saved = sim.context, sim.frames
        sim.context, sim.frames = None, []
        try:
            runs.default_step(sim, machine, model, training=run.training, at=at)
        finally:
            sim.run = None
            sim.context, sim.frames = saved

    with attribute(runs, "_perform", perform):
        yield


@broken
def own_loss_ignored() -> Iterator[None]:
    """A loss function of the program is not executed."""
    with attribute(runs, "_losses", lambda machine, model: []):
        yield


@broken
def nothing_assumed() -> Iterator[None]:
    """A compiled model that leaves the module is not trained elsewhere."""
    with attribute(runs, "assume_training", lambda sim, machine, leaving: None):
        yield


@broken
def tapes_are_no_runs() -> Iterator[None]:
    """What happens under a GradientTape is not looked at."""
    with attribute(runs, "enter_tape", lambda sim, tape, at: None):
        yield


@broken
def tapes_never_train() -> Iterator[None]:
    """tape.gradient() of weights does not show that a tape trains."""
    with attribute(runs, "gradient", lambda sim, tape, variables: None):
        yield


# --- making, cloning, reading


@broken
def clone_is_frozen_too() -> Iterator[None]:
    """The clone of a frozen model is frozen itself."""
    original = cloning.clone

    def clone(sim: Simulation, machine: Any, layer: Layer, function: Any, at: Any) -> Value:
        result = original(sim, machine, layer, function, at)
        if isinstance(result, Layer):
            result.trainable, result.freeze = layer.trainable, layer.freeze
        return result

    with attribute(cloning, "clone", clone):
        yield


@broken
def clone_layers_are_thawed() -> Iterator[None]:
    """The layers of a clone are trainable whatever the originals are."""
    original = cloning._copy_layer

    def copy(sim: Simulation, machine: Any, layer: Layer, at: Any) -> Layer:
        made = original(sim, machine, layer, at)
        made.trainable, made.freeze = True, None
        return made

    with attribute(cloning, "_copy_layer", copy):
        yield


@broken
def clone_shares_layers() -> Iterator[None]:
    """clone_model() makes no new layers."""
    with attribute(cloning, "_copy_layer", lambda sim, machine, layer, at: layer):
        yield


@broken
def clone_function_ignored() -> Iterator[None]:
    """The clone_function of clone_model() is not called."""
    original = cloning.clone

    def clone(sim: Simulation, machine: Any, layer: Layer, function: Any, at: Any) -> Value:
        return original(sim, machine, layer, None, at)

    with attribute(cloning, "clone", clone):
        yield


@broken
def clone_forgets_rates() -> Iterator[None]:
    """A copy has the rate of the constructor, not one that was assigned later."""
    original = cloning._copy_layer

    def copy(sim: Simulation, machine: Any, layer: Layer, at: Any) -> Layer:
        made = original(sim, machine, layer, at)
        made.attributes = {}
        return made

    with attribute(cloning, "_copy_layer", copy):
        yield


@broken
def config_changes_ignored() -> Iterator[None]:
    """What a program changes in get_config()'s dict does not reach from_config()."""

    def from_config(sim: Simulation, machine: Any, config: Any, at: Any) -> Value:
        return cloning._copy_layer(sim, machine, config.layer, at).as_value()

    with everywhere(cloning.from_config, from_config):
        yield


@broken
def subclass_of_dropout_is_plain() -> Iterator[None]:
    """A user's subclass of Dropout is a plain layer."""
    original = creation.subclass

    def subclass(sim: Simulation, instance: Any, base: str, at: Any) -> Layer:
        return original(sim, instance, base if base in ("Model", "Sequential", "Functional") else "Layer", at)

    with attribute(creation, "subclass", subclass):
        yield


@broken
def sequential_misses_added() -> Iterator[None]:
    """`sequential.add(layer)` adds nothing."""
    original = methods._call_model

    def call(sim: Simulation, machine: Any, model: Model, name: str, args: Args, at: Any) -> Value:
        return Const(None) if name == "add" else original(sim, machine, model, name, args, at)

    with attribute(methods, "_call_model", call):
        yield


@broken
def pop_removes_nothing() -> Iterator[None]:
    """`sequential.pop()` removes nothing."""
    original = methods._call_model

    def call(sim: Simulation, machine: Any, model: Model, name: str, args: Args, at: Any) -> Value:
        return Const(None) if name == "pop" else original(sim, machine, model, name, args, at)

    with attribute(methods, "_call_model", call):
        yield


@broken
def layers_by_name_not_found() -> Iterator[None]:
    """get_layer() finds nothing."""
    with attribute(methods, "_get_layer", lambda machine, model, args, at: machine.unknown("layer", at)):
        yield


@broken
def layers_by_index_not_found() -> Iterator[None]:
    """get_layer(index=2) goes by the name alone."""
    original = methods._get_layer

    def get(machine: Any, model: Model, args: Args, at: Any) -> Value:
        keywords = {name: value for name, value in args.keywords.items() if name != "index"}
        return original(machine, model, Args(args.positional, keywords), at)

    with attribute(methods, "_get_layer", get):
        yield


@broken
def names_count_from_one() -> Iterator[None]:
    """The first unnamed Dropout is called dropout_1."""
    original = Simulation.automatic_name

    def name(self: Simulation, class_name: str) -> Value:
        value = original(self, class_name)
        text = str(value.value) if isinstance(value, Const) else ""
        return value if text[-1:].isdigit() else Const(f"{text}_1")

    with attribute(Simulation, "automatic_name", name):
        yield


@broken
def names_are_split_at_digits() -> Iterator[None]:
    """An unnamed Conv2D is called conv2_d."""
    original = simulation.snake_case
    with attribute(simulation, "snake_case", lambda name: original(name).replace("2d", "2_d")):
        yield


@broken
def merges_make_no_layer() -> Iterator[None]:
    """`layers.concatenate([a, b])` adds no layer to the model."""

    def merge(sim: Simulation, machine: Any, name: str, args: Args, at: Any) -> Value:
        return creation.operation(args, at)

    with attribute(creation, "merge", merge):
        yield


@broken
def later_rates_ignored() -> Iterator[None]:
    """`layer.rate = 0` does nothing."""

    original = arming._switches

    def switches(layer: Layer) -> list[Any]:
        attributes, layer.attributes = layer.attributes, {}
        found = original(layer)
        layer.attributes = attributes
        return found

    with attribute(arming, "_switches", switches):
        yield


@broken
def zero_rates_drop() -> Iterator[None]:
    """Dropout(0) drops."""
    with attribute(arming, "is_on", lambda sim, value: True):
        yield


@broken
def unknown_rates_drop() -> Iterator[None]:
    """A rate computed from unknown data is above zero."""
    original = arming.is_on
    with attribute(arming, "is_on", lambda sim, value: original(sim, value) is not False):
        yield


@broken
def branches_say_nothing_of_rates() -> Iterator[None]:
    """Under `if rate > 0:` an unknown rate is as unknown as elsewhere."""
    with attribute(settled, "_told", lambda condition, answer, key, other: None):
        yield


@broken
def branches_about_rates_say_too_much() -> Iterator[None]:
    """Under `if rate >= 0:` a rate is more than 0."""
    original = settled._told

    def told(condition: Any, answer: bool, key: Any, other: float) -> bool | None:
        known = original(condition, answer, key, other)
        return (
            True
            if known is None and key in (condition[1:] if isinstance(condition, tuple) else ())
            else known
        )

    with attribute(settled, "_told", told):
        yield


@broken
def defaults_are_certain() -> Iterator[None]:
    """`trainable = not args.frozen` is what the default of the option says, and nothing else."""
    with attribute(options, "as_trainable", lambda sim, value, at: value):
        yield


@broken
def cells_never_drop() -> Iterator[None]:
    """RNN(cell) does not drop, whatever its cells do."""
    with attribute(arming, "_any_armed", lambda sim, layers: False):
        yield


@broken
def outputs_are_opaque() -> Iterator[None]:
    """Nothing is known of `model.output`."""
    with attribute(attributes, "_end", lambda sim, machine, layer, name, at: machine.unknown(name, at)):
        yield


@broken
def output_reads_unnoticed() -> Iterator[None]:
    """That a program reads `model.output` leaves no mark."""
    original = attributes._end

    def end(sim: Simulation, machine: Any, layer: Layer, name: str, at: Any) -> Value | None:
        count = len(sim.trace.output_reads)
        value = original(sim, machine, layer, name, at)
        del sim.trace.output_reads[count:]
        return value

    with attribute(attributes, "_end", end):
        yield


@broken
def layer_output_is_the_last() -> Iterator[None]:
    """`layer.output` is the output of the layer's last call, not of its first."""
    original = attributes._node_end

    def end(sim: Simulation, machine: Any, layer: Layer, name: str) -> Value | None:
        nodes, layer.nodes = layer.nodes, layer.nodes[::-1]
        try:
            return original(sim, machine, layer, name)
        finally:
            layer.nodes = nodes

    with attribute(attributes, "_node_end", end):
        yield


@broken
def opaque_steps_unnoticed() -> Iterator[None]:
    """Handing a model to code that cannot be seen leaves no mark."""

    def escape(sim: Simulation, machine: Any, values: Any, callee: str, at: Any, origin: str) -> Value | None:
        args = Args(list(values))
        return creation.operation(args, at) if symbolic(args) else None

    with attribute(unseen_code, "escape", escape):
        yield


@broken
def constructors_take_everything() -> Iterator[None]:
    """No constructor refuses an argument."""
    with attribute(Behaviour, "refusal", lambda self, constructor, argument: None):
        yield


@broken
def nothing_that_fails_is_caught() -> Iterator[None]:
    """What raises by itself is caught by no handler of the program."""
    with attribute(exceptions, "is_caught", lambda machine, exception: False):
        yield
