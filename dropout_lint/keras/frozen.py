"""`trainable`: assigning it, and what Keras takes for frozen in a run."""

from __future__ import annotations

import re

from dropout_lint.interpreter.values.keys import Element
from dropout_lint.interpreter.values.kinds import Const, Site, Unknown, Value
from dropout_lint.keras import options
from dropout_lint.keras.arming import armed
from dropout_lint.keras.compilation import AT_COMPILE
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.keys import LayerAttribute, LayersOf
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Layer, Model, TrainableAssignment
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.structures import Opaque
from dropout_lint.keras.trace import Frame, FrameState, Owners, Run

# Attributes of a model that hold no layer.
NO_PARTS = frozenset({"optimizer", "loss", "losses", "metrics", "dtype_policy", "history"})


def assign(sim: Simulation, layer: Layer, value: Value, at: Site) -> None:
    """`layer.trainable = value`: reaches the sub-layers that are present."""
    value = options.as_trainable(sim, value, at)
    known = _truth(value)
    singleton = isinstance(value, Const) and isinstance(value.value, bool)
    no_op = singleton and sim.fact(Fact.SAME_TRAINABLE_IS_NO_OP)
    reached: dict[Layer, None] = {}
    _propagate(layer, known, no_op, reached, sim)
    write_down(sim, TrainableAssignment(at, known, layer, tuple(reached), sim.tick()))


_SETS = re.compile(r"\.(?:trainable|rate)\s*=(?!=)|\bsetattr\b|set_trainable")


def assign_unseen(sim: Simulation, one: Unknown, value: Value, at: Site) -> None:
    """`layer.trainable = False` of a layer in a model that cannot be seen through: of which, nobody can tell.

    A thaw says nothing new, for it is mostly that of the last few layers of a part that stays frozen; but
    where it goes through all layers, and the part's own flag does not keep them frozen.
    """
    known = _truth(options.as_trainable(sim, value, at))
    if known is None:
        return
    if known:
        match one.key:
            case Element(LayersOf(order)):
                model = sim.trace.layers[order]
                gated = model.trainable is False and sim.fact(Fact.PARENT_GATES_CHILDREN)
                for layer in () if gated else model.tree():
                    if layer.trainable is False:
                        layer.trainable = None
        return
    for model in sim.trace.layers:
        if isinstance(model, Model) and model.handed_out:
            doubt(model)


def hand_out(model: Model, text: str) -> None:
    """The program takes layers of a model that cannot be seen through.

    Where it sets flags or rates, those that the model's constructor froze may be among them.

    Args:
        text: of the program.
    """
    model.handed_out = True
    if _SETS.search(text):
        for layer in model.tree():
            if layer is not model and layer.freeze is not None and layer.freeze.site.node is model.site.node:
                layer.trainable = None


def assign_unseen_part(sim: Simulation, part: LayerAttribute, value: Value, at: Site) -> None:
    """`task.backbone.trainable = False` of a part that is not known: any layer may be in it."""
    if part.name in NO_PARTS:
        return
    known = _truth(options.as_trainable(sim, value, at))
    model = sim.trace.layers[part.order]
    for layer in model.tree():
        if layer.trainable is not known and layer is not model:
            layer.trainable = None


def lora_unseen(sim: Simulation) -> None:
    """`task.backbone.enable_lora(4)` of an unknown backbone: parts of a ready-made model are frozen."""
    for model in sim.trace.layers:
        if isinstance(model, Model) and model.is_ready_made and not model.structure.knows_all_layers:
            doubt(model)


def doubt(model: Model) -> None:
    """Any layer of a model may have been frozen."""
    for layer in model.tree():
        if layer.trainable:
            layer.trainable = None


def _propagate(
    layer: Layer, value: bool | None, no_op: bool, reached: dict[Layer, None], sim: Simulation
) -> None:
    if no_op and layer.trainable is value:
        return  # TensorFlow's tracking returns early when an attribute gets the value it has
    if layer in reached:
        return
    layer.trainable = value
    reached[layer] = None
    for child in layer.children():
        # Keras 3 hands bool(value) on, which is compared with the child's own flag again.
        _propagate(child, value, sim.fact(Fact.SAME_TRAINABLE_IS_NO_OP), reached, sim)


def constructed(sim: Simulation, layer: Layer, value: Value | None, at: Site) -> None:
    """`Layer(..., trainable=value)`: the layer's own flag only, also for a model (every Keras)."""
    if value is None:
        return
    layer.trainable = _truth(options.as_trainable(sim, value, at))
    if layer.trainable is not True:
        write_down(sim, TrainableAssignment(at, layer.trainable, layer, (layer,), sim.tick()))


def write_down(sim: Simulation, freeze: TrainableAssignment) -> None:
    """Adds a freeze (or thaw) to the trace and to the layers it reached."""
    dependent = [layer for layer in freeze.reached if layer.kind.mode_dependent]
    random = any(armed(sim, layer) is not False for layer in dependent)
    freeze = freeze._replace(random=random, caller=sim.caller)
    sim.trace.freezes.append(freeze)
    for layer in freeze.reached:
        layer.freeze = freeze


def _truth(value: Value) -> bool | None:
    # Keras 3 stores bool(value), Keras 2 tests the truth of what was stored: "False" is true.
    return bool(value.value) if isinstance(value, Const) else (None if isinstance(value, Unknown) else True)


def own_trainable(sim: Simulation, layer: Layer) -> bool | None:
    """The layer's own flag as the run in progress sees it."""
    compiled = _compiled_flags(sim, sim.run)
    if compiled is None or layer in sim.set_by_hooks:
        return layer.trainable
    return compiled.get(layer, layer.trainable)


def is_frozen(sim: Simulation, layer: Layer) -> bool | None:
    """Whether the layer counts as frozen in the run, on the route that is being executed."""
    flags = [own_trainable(sim, layer)]
    if sim.fact(Fact.PARENT_GATES_CHILDREN):
        flags += [own_trainable(sim, frame.layer) for frame in sim.frames if not frame.direct]
    else:
        flags.append(_thawed_by_its_part(sim, layer))
    if any(flag is False for flag in flags):
        return True
    return None if any(flag is None for flag in flags) else False


def _thawed_by_its_part(sim: Simulation, layer: Layer) -> bool | None:
    """False for a weightless layer in a part that is frozen and learns nothing in the run.

    With no weights of its own, it is frozen if what it belongs to is: its own flag says nothing
    (`stack.trainable = False`, and then `stack.add(Dropout(0.5))`).
    """
    if not layer.kind.weightless or layer.children():
        return True
    around = [frame for frame in sim.frames if not frame.direct and frame.layer is not layer]
    learning = [_learns(sim, frame) for frame in around if frame.layer.trainable is False]
    if False in learning:
        return False
    return None if None in learning else True


def _learns(sim: Simulation, frame: Frame) -> bool | None:
    """Whether the run moves a weight of a part; outside of training, whether the flags would let it."""
    owners, run = _owners(sim, frame), sim.run
    if run is not None and run.training and run.model is not None:
        return None if run.trained is None else not run.trained.isdisjoint(owners.layers)
    return owners.trainable


def states(sim: Simulation, frames: list[Frame]) -> tuple[FrameState, ...]:
    """For each call on the way: whether its layer is frozen now, as a whole, and by what."""
    return tuple(
        FrameState(own_trainable(sim, frame.layer) is False, _learns_nothing(sim, frame), frame.layer.freeze)
        for frame in frames
    )


def is_border(layer: Layer) -> bool:
    """Whether a layer of a ready-made model has a neighbour within two places with another flag.

    Where a slice or a count ends so near, the next version of Keras may shift it past the layer.
    """
    if layer.ready_made is None or layer not in layer.ready_made.structure.listed:
        return False
    listed = layer.ready_made.structure.listed
    index = listed.index(layer)
    return any(other.trainable != layer.trainable for other in listed[max(0, index - 2) : index + 3])


def _learns_nothing(sim: Simulation, frame: Frame) -> bool:
    """Whether a layer has weights and none is trainable."""
    owners = _owners(sim, frame)
    return bool(owners.layers) and owners.trainable is False


def _owners(sim: Simulation, frame: Frame) -> Owners:
    """Which layers of a part hold weights, and whether one of them is trainable.

    A model of a thousand layers is asked for each of them: while it runs, only an assignment to
    `trainable` or a new layer can change the answer.
    """
    now = len(sim.trace.freezes), len(sim.trace.layers)
    if frame.owners is None or frame.owners.when != now:
        layers = frozenset(layer for layer in frame.layer.tree() if owns_weights(layer))
        flags = {layer.trainable for layer in layers}
        frame.owners = Owners(now, layers, True if True in flags else None if None in flags else False)
    return frame.owners


def _compiled_flags(sim: Simulation, run: Run | None) -> dict[Layer, bool | None] | None:
    # tf_keras wraps the training step in RespectCompiledTrainableState.
    if run is None or run.model is None or not run.training:
        return None
    compiled = run.model.compilation
    return compiled.flags if compiled is not None else None


def set_by_hooks(sim: Simulation, model: Model, since: int, *, as_compiled: bool | None) -> None:
    """What callbacks set before the first step of fit() is in force in it, whatever compile() saw.

    Keras 2 puts back the flags of compile() only when fit() begins (`RespectCompiledTrainableState`
    in tf_keras).

    Args:
        model: what is trained.
        since: how many assignments there were before the callbacks.
        as_compiled: whether the flags were those of compile() then; None where compile() fixes none.
    """
    reached = [layer for freeze in sim.trace.freezes[since:] for layer in freeze.reached]
    if as_compiled is None or not reached:
        return
    sim.set_by_hooks = frozenset(reached)
    if not model.steps.traced_in.keys() & {"train", "fit"}:
        model.steps.trained[AT_COMPILE] = trained_layers(sim, model) if as_compiled else None


def snapshot(sim: Simulation, model: Model) -> dict[Layer, bool | None] | None:
    """The flags of a model's layers at compile(), where this Keras trains by them."""
    if not sim.fact(Fact.TRAINABLE_READ_AT_COMPILE):
        return None
    return {layer: layer.trainable for layer in model.tree()}


def trained_layers(sim: Simulation, model: Layer) -> frozenset[Layer] | None:
    """The layers with weights that training `model` moves, by the flags as they are now.

    None when a flag that matters is unknown or the model cannot be seen through.
    """
    if _is_hidden(model):
        return None
    if model.trainable is None:
        return None
    if not model.trainable:
        return frozenset()
    gated = sim.fact(Fact.PARENT_GATES_CHILDREN)
    found: dict[Layer, None] = {}
    pending, seen, known = [model], {id(model)}, True
    while pending:
        layer = pending.pop()
        if layer.trainable is None or _is_hidden(layer) or _hides_nodes(layer):
            known = known and layer.trainable is False
        if layer.trainable and not layer.born_frozen and (owns_weights(layer) or _is_known_to_own(layer)):
            found[layer] = None
        if layer.trainable is False and gated:
            continue
        for child in layer.children():
            if id(child) not in seen:
                seen.add(id(child))
                pending.append(child)
    return frozenset(found) if known or found else None


def undecided_layers(sim: Simulation, model: Layer) -> tuple[Layer, ...]:
    """The layers of which it cannot be known whether training `model` moves their weights."""
    gated = sim.fact(Fact.PARENT_GATES_CHILDREN)
    found: list[Layer] = []
    pending, seen = [model], {id(model)}
    while pending:
        layer = pending.pop()
        if layer.trainable is False and (gated or layer is model):
            continue
        may_own = owns_weights(layer) or isinstance(layer, Model)
        if (layer.trainable is None and may_own) or (layer.trainable and _is_hidden(layer)):
            found.append(layer)
        for child in layer.children():
            if id(child) not in seen:
                seen.add(id(child))
                pending.append(child)
    return tuple(found)


def _is_hidden(layer: Layer) -> bool:
    """A model that says nothing: loaded, or built by code that cannot be seen."""
    return isinstance(layer, Model) and isinstance(layer.structure, Opaque) and not layer.is_ready_made


def _hides_nodes(layer: Layer) -> bool:
    """A graph in which something is called that cannot be seen, and may have weights."""
    return isinstance(layer, Model) and any(node.hidden for node in layer.structure.graph)


def _is_known_to_own(layer: Layer) -> bool:
    """A ready-made model whose layers are not listed certainly has weights."""
    return isinstance(layer, Model) and isinstance(layer.structure, Opaque) and layer.is_ready_made


def owns_weights(layer: Layer) -> bool:
    """Whether the layer itself, not only its sub-layers, may hold trainable weights."""
    if isinstance(layer, Model):
        return False
    if layer.instance is not None:
        return not layer.children() and not layer.kind.weightless
    return not layer.kind.weightless and layer.kind.role is not Role.WRAPPER
