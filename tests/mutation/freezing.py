"""Breaks of freezing: what an assignment reaches, what is frozen, what trains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropout_lint.interpreter.values.kinds import Const, Unknown, Value
from dropout_lint.keras import attributes, calling, frozen
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Layer, Model, TrainableAssignment, Weights
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.trace import Frame
from dropout_lint.rules import causes
from tests.mutation.patching import attribute, broken, everywhere


@broken
def trainable_stays_here() -> Iterator[None]:
    """Assigning trainable reaches the layer alone, none of its children."""

    def propagate(
        layer: Layer, value: bool | None, no_op: bool, reached: list[Layer], sim: Simulation
    ) -> None:
        layer.trainable = value
        reached.append(layer)

    with attribute(frozen, "_propagate", propagate):
        yield


@broken
def trainable_reaches_one_level() -> Iterator[None]:
    """Assigning trainable reaches the children, not what is below them."""

    def propagate(
        layer: Layer, value: bool | None, no_op: bool, reached: list[Layer], sim: Simulation
    ) -> None:
        for part in (layer, *layer.children()):
            part.trainable = value
            reached.append(part)

    with attribute(frozen, "_propagate", propagate):
        yield


@broken
def no_op_at_top_only() -> Iterator[None]:
    """Only the assignment itself is a no-op for an equal value, not what is handed to the children."""
    original = frozen._propagate

    def propagate(
        layer: Layer, value: bool | None, no_op: bool, reached: list[Layer], sim: Simulation
    ) -> None:
        original(layer, value, no_op and not reached, reached, sim)

    with attribute(frozen, "_propagate", propagate):
        yield


@broken
def any_value_can_be_no_op() -> Iterator[None]:
    """An assignment of 0 or 1 is a no-op too, as one of False or True is."""

    def assign(sim: Simulation, layer: Layer, value: Value, at: Any) -> None:
        known = frozen._truth(value)
        reached: list[Layer] = []
        frozen._propagate(layer, known, sim.fact(Fact.SAME_TRAINABLE_IS_NO_OP), reached, sim)
        if reached:
            frozen.write_down(sim, TrainableAssignment(at, known, layer, tuple(reached), sim.tick()))

    with attribute(frozen, "assign", assign):
        yield


@broken
def constructor_keyword_ignored() -> Iterator[None]:
    """`Layer(trainable=False)` does nothing."""
    with attribute(frozen, "constructed", lambda *args: None):
        yield


@broken
def constructor_keyword_reaches_children() -> Iterator[None]:
    """`Model(..., trainable=False)` freezes the model's layers as well."""

    def constructed(sim: Simulation, layer: Layer, value: Value | None, at: Any) -> None:
        if value is not None:
            frozen.assign(sim, layer, value, at)

    with attribute(frozen, "constructed", constructed):
        yield


@broken
def false_string_is_false() -> Iterator[None]:
    """`trainable = "False"` freezes."""
    original = frozen._truth

    def truth(value: Value) -> bool | None:
        if isinstance(value, Const) and value.value == "False":
            return False
        return original(value)

    with attribute(frozen, "_truth", truth):
        yield


@broken
def unknown_value_freezes() -> Iterator[None]:
    """`trainable = unknown` freezes."""
    original = frozen._truth

    def truth(value: Value) -> bool | None:
        return False if isinstance(value, Unknown) else original(value)

    with attribute(frozen, "_truth", truth):
        yield


@broken
def direct_calls_gate() -> Iterator[None]:
    """`base.call(x)` counts as a frozen parent around its layers, as `base(x)` does."""

    def is_frozen(sim: Simulation, layer: Layer) -> bool | None:
        flags = [frozen.own_trainable(sim, layer)]
        if sim.fact(Fact.PARENT_GATES_CHILDREN):
            flags += [frozen.own_trainable(sim, frame.layer) for frame in sim.frames]
        else:
            flags.append(frozen._thawed_by_its_part(sim, layer))
        if any(flag is False for flag in flags):
            return True
        return None if any(flag is None for flag in flags) else False

    with attribute(frozen, "is_frozen", is_frozen):
        yield


@broken
def flags_of_the_moment() -> Iterator[None]:
    """A run sees the flags as they are now, not as they were at compile()."""
    with attribute(frozen, "_compiled_flags", lambda sim, run: None):
        yield


@broken
def no_snapshot() -> Iterator[None]:
    """compile() does not remember which layers were trainable."""
    with attribute(frozen, "snapshot", lambda sim, model: None):
        yield


@broken
def flags_of_compile_for_predict() -> Iterator[None]:
    """evaluate() and predict() see the flags of compile() too."""

    def compiled(sim: Simulation, run: Any) -> Any:
        if run is None or run.model is None:
            return None
        return run.model.compilation.flags if run.model.compilation is not None else None

    with attribute(frozen, "_compiled_flags", compiled):
        yield


@broken
def frozen_model_trains() -> Iterator[None]:
    """fit() of a frozen model trains those of its layers that are thawed."""
    original = frozen.trained_layers

    def trained(sim: Simulation, model: Layer) -> Any:
        saved, model.trainable = model.trainable, True
        try:
            return original(sim, model)
        finally:
            model.trainable = saved

    with attribute(frozen, "trained_layers", trained):
        yield


@broken
def everything_trains() -> Iterator[None]:
    """A frozen layer's weights move like any other's."""

    def trained(sim: Simulation, model: Layer) -> Any:
        return frozenset(layer for layer in model.tree() if frozen.owns_weights(layer))

    with attribute(frozen, "trained_layers", trained):
        yield


@broken
def born_frozen_anywhere() -> Iterator[None]:
    """A layer whose weights are made while it is frozen never trains, made inside a call() or not."""

    def make(sim: Simulation, layer: Layer) -> None:
        if not layer.has_run and layer.trainable is False and sim.fact(Fact.BORN_FROZEN_STAYS_FROZEN):
            layer.born_frozen = True
        layer.has_run = True

    with attribute(calling, "_make_weights", make):
        yield


@broken
def hidden_models_are_known() -> Iterator[None]:
    """What trains in a loaded model is known."""
    with attribute(frozen, "_is_hidden", lambda layer: False):
        yield


@broken
def ready_made_models_own_nothing() -> Iterator[None]:
    """A ready-made model whose layers are not listed owns no weights."""
    with attribute(frozen, "_is_known_to_own", lambda layer: False):
        yield


@broken
def borders_are_exact() -> Iterator[None]:
    """Where a slice of a ready-made model's layers ends is the same in every version of Keras."""
    with attribute(frozen, "is_border", lambda layer: False):
        yield


@broken
def wrappers_own_weights() -> Iterator[None]:
    """TimeDistributed and the like own weights beside those of what they wrap."""
    original = frozen.owns_weights

    def owns(layer: Layer) -> bool:
        return layer.kind.role is Role.WRAPPER or original(layer)

    with everywhere(original, owns):
        yield


@broken
def models_own_weights() -> Iterator[None]:
    """A model owns weights beside those of its layers."""
    original = frozen.owns_weights
    with everywhere(original, lambda layer: isinstance(layer, Model) or original(layer)):
        yield


@broken
def frames_never_frozen() -> Iterator[None]:
    """No layer around a frozen layer is frozen itself."""
    original = frozen.states

    def states(sim: Simulation, frames: list[Frame]) -> Any:
        return tuple(state._replace(frozen=False) for state in original(sim, frames))

    with attribute(frozen, "states", states):
        yield


@broken
def frames_never_still() -> Iterator[None]:
    """A model with only frozen layers does not count as frozen as a whole."""
    with attribute(frozen, "_learns_nothing", lambda layer: False):
        yield


@broken
def trainable_reads_true() -> Iterator[None]:
    """Reading `layer.trainable` gives True."""
    with attribute(attributes, "_flag", lambda machine, layer, at: Const(True)):
        yield


@broken
def weight_lists_hold_all() -> Iterator[None]:
    """`trainable_weights` holds the frozen weights too."""
    original = attributes.get

    def get(sim: Simulation, machine: Any, layer: Layer, name: str, at: Any) -> Value | None:
        if name in ("trainable_weights", "trainable_variables"):
            return Weights(tuple(la for la in layer.tree() if frozen.owns_weights(la)))
        return original(sim, machine, layer, name, at)

    with attribute(attributes, "get", get):
        yield


@broken
def only_news_counts() -> Iterator[None]:
    """The freeze of a model says nothing of the layers in it that were frozen before."""

    def reach_no_weights(freezes: list[TrainableAssignment]) -> bool:
        said = all(freeze.value is False for freeze in freezes)
        reached = [layer for freeze in freezes for layer in freeze.reached]
        return said and bool(reached) and not any(causes._may_hold_weights(layer) for layer in reached)

    with attribute(causes, "_reach_no_weights", reach_no_weights):
        yield


@broken
def misspellings_freeze() -> Iterator[None]:
    """`layer.trainble = False` freezes."""
    original = attributes.set_

    def set_(sim: Simulation, layer: Layer, name: str, value: Value, at: Any) -> bool:
        return original(sim, layer, "trainable" if name.startswith("trainb") else name, value, at)

    with attribute(attributes, "set_", set_):
        yield


@broken
def training_attribute_works() -> Iterator[None]:
    """`layer.training = False` is nothing to doubt."""
    original = attributes._doubt

    def doubt(layer: Layer, name: str, value: Value) -> Any:
        return None if name == "training" else original(layer, name, value)

    with attribute(attributes, "_doubt", doubt):
        yield


@broken
def comparisons_are_fine() -> Iterator[None]:
    """`layer.trainable == False` as a statement is nothing to doubt."""
    with attribute(attributes, "_is_compared", lambda machine, at: False):
        yield


@broken
def own_flag_of_weightless_layers_counts() -> Iterator[None]:
    """In Keras 3 a Dropout in a frozen part that learns nothing is frozen only if its own flag is False."""
    with attribute(frozen, "_thawed_by_its_part", lambda sim, layer: True):
        yield


@broken
def learning_parts_freeze_too() -> Iterator[None]:
    """A Dropout in a frozen part counts as frozen even where weights of the part move."""
    with attribute(frozen, "_learns", lambda sim, part: False):
        yield


@broken
def hooks_change_no_compiled_flag() -> Iterator[None]:
    """What a callback sets before the first step gives way to the flags of compile() (Keras 2)."""
    with attribute(frozen, "set_by_hooks", lambda *args, **kwargs: None):
        yield
