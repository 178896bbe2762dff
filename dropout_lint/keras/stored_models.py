"""Models in `.keras` and `.h5` files of the project that `load_model()` reads.

The file is what the program is run with today: what is in it is presumed. Of the flags that were stored only
`trainable=True` counts, as with models that another program saves (`keras.saving`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.models.data_files import contents, path_of
from dropout_lint.interpreter.values.kinds import NONE, Args, Const, Site, Value
from dropout_lint.keras import creation, ready_made, refusals, runs
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import BY_NAME, kind_of
from dropout_lint.keras.objects import Layer, Model, as_layer
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.structures import Sequential
from dropout_lint.source.model_files import ModelFile

ENDINGS = (".keras", ".h5", ".hdf5")
_MAX_LAYERS = 2_000
_MAX_DEPTH = 20
_GRAPHS = ("Functional", "Model")


class _UnknownError(Exception):
    """Something in the file is not of Keras, or not simple enough to be sure of it."""


def load(
    sim: Simulation, machine: Machine, path: Value, custom: Value | None, at: Site, *, compiled: bool
) -> Model | None:
    """The model in a file of the project; None if there is none that can be seen whole.

    Args:
        sim: what is known.
        machine: of the program.
        path: the name of the file.
        custom: `custom_objects`, if it is given.
        at: the call.
        compiled: whether it is to be compiled as it was when it was saved.
    """
    name = path_of(machine, path)
    if name is None or not name.endswith(ENDINGS):
        return None
    found = contents(machine, name, "model", at)
    if not isinstance(found, ModelFile):
        return None
    if compiled and found.compiled and refusals.of_loaded(sim, machine, found.loss, custom, at):
        return None
    try:
        model = _Reader(sim, machine, at).made(found.config)
    except _UnknownError:
        machine.note(f"{name} holds something that is not of Keras", at)
        return None
    if not isinstance(model, Model):
        return None
    for layer in model.tree():
        layer.has_run = layer.assumed = True
        if layer.trainable is not True:
            layer.trainable = None
    if compiled and found.compiled:
        runs.compile_model(sim, model, Args(complete=False), at)
    return model


class _Reader:
    """Makes layers from configurations."""

    def __init__(self, sim: Simulation, machine: Machine, at: Site) -> None:
        self.sim, self.machine, self.at = sim, machine, at
        self._left, self._depth = _MAX_LAYERS, 0

    def made(self, config: object) -> Layer:
        """The layer of a configuration: its class and what that was made with.

        Raises:
            _UnknownError: it cannot be known.
        """
        self._left -= 1
        if not isinstance(config, Mapping) or self._left < 0:
            raise _UnknownError
        name, inner = config.get("class_name"), config.get("config")
        if name == "Sequential" and isinstance(inner, list):
            inner = {"layers": inner}  # as Keras wrote it in its first years
        ours = str(config.get("module", "keras")).partition(".")[0] in ("keras", "tf_keras")
        if not ours or not isinstance(name, str) or not isinstance(inner, Mapping):
            raise _UnknownError
        if config.get("registered_name") not in (None, name):
            raise _UnknownError
        self.machine.budget.step()
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _UnknownError
        layer = self._model(name, inner) if "layers" in inner else self._layer(name, inner)
        self._depth -= 1
        if isinstance(inner.get("name"), str):
            layer.name = Const(inner["name"])
        layer.trainable = inner.get("trainable", True) is True
        return layer

    def _layer(self, name: str, config: Mapping[str, object]) -> Layer:
        parts = [value for value in config.values() if isinstance(value, Mapping)]
        if name not in BY_NAME or any(part.get("class_name") in BY_NAME for part in parts):
            raise _UnknownError  # one of the program's own, or around another one
        plain = {key: Const(value) for key, value in config.items() if isinstance(value, (str, int, float))}
        layer = Layer(kind_of(name), name, NONE, self.at, 0, Args([], dict(plain)))
        self.sim.register(layer)
        return layer

    def _model(self, name: str, config: Mapping[str, object]) -> Model:
        listed = config["layers"]
        if not isinstance(listed, list):
            raise _UnknownError
        if name == "Sequential":
            made = as_layer(creation.construct(self.sim, self.machine, name, Args(), self.at))
            assert isinstance(made, Model)
            assert isinstance(made.structure, Sequential)
            for one in listed:
                creation.add_member(self.machine, made.structure, self.made(one).as_value(), self.at, self.at)
            return made
        if name not in _GRAPHS:
            raise _UnknownError
        layers = [self.made(one) for one in listed]
        told = [(layer, flag) for layer, one in zip(layers, listed, strict=True) for flag in _flags(one)]
        if any(not self._is_default(layer, flag) for layer, flag in told):
            raise _UnknownError  # `base(x, training=False)` of the stored graph: the chain has no such calls
        model = ready_made.chain("Functional", layers, self.at)
        for layer, _ in told:
            for node in layer.nodes:
                node.stored_default = Const(False)
        self.sim.register(model)
        return model

    def _is_default(self, layer: Layer, flag: object) -> bool:
        """Whether a flag is what Keras stores of a call without one (`Dropout.call(training=False)`)."""
        stores = not isinstance(layer, Model) and self.sim.fact(Fact.GRAPH_STORES_DEFAULT)
        return stores and flag is False


def _flags(config: object) -> Iterator[object]:
    """The training flags with which the graph calls a layer, by what its configuration says of the calls."""
    pending = [config.get("inbound_nodes") if isinstance(config, Mapping) else None]
    while pending:
        part = pending.pop()
        if isinstance(part, Mapping):
            if part.get("training") is not None:
                yield part["training"]
            pending += part.values()
        elif isinstance(part, list):
            pending += part
