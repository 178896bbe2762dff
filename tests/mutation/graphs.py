"""Breaks of how calls and graphs are executed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from dropout_lint.interpreter.values.kinds import Args, Const, Value
from dropout_lint.keras import (
    calling,
    graph,
    outputs,
)
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Layer, Model, Tensor
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.structures import Sequential
from dropout_lint.keras.trace import Flag, Frame
from tests.mutation.patching import attribute, broken


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
        listed = [la for la in found.layers if la.kind.role is not Role.INPUT]
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
        if not isinstance(model.structure, Sequential):
            original(sim, machine, model, flag)
            return
        for member in model.structure.members:
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
        inside = isinstance(model, Model) and isinstance(model.structure, Sequential)
        return None if inside else original(sim, layer)

    with attribute(calling, "_stored_default", stored):
        yield


@broken
def sequential_runs_backwards() -> Iterator[None]:
    """A Sequential runs its last member first."""
    original = calling._run_model

    def run(sim: Simulation, machine: Any, model: Model, flag: Flag) -> None:
        whole = model.structure
        if isinstance(whole, Sequential):
            model.structure = Sequential(whole.members[::-1])
        try:
            original(sim, machine, model, flag)
        finally:
            model.structure = whole

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
        return Tensor() if layer.kind.role is Role.LAMBDA else original(sim, machine, layer, args, flag)

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
