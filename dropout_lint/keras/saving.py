"""Models that a program saves and loads again: `model.save(path)`, then `load_model(path)`.

What is loaded is a new model with the configuration, weights and compilation of the saved one, as it was
then. Source of the facts: measured with tf_keras 2.21 and keras 3.15.1, for functional models, Sequentials
and one within the other, in each format:

- `.h5` and `.keras` hold configurations, as nested models are cloned by (`keras.cloning`): the layers keep
  their flags, and in Keras 3 functional models keep their own.
- the SavedModel folder of Keras 2 holds every flag.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import libcst as cst

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.models.data_files import path_of
from dropout_lint.interpreter.syntax.walk import dotted_text
from dropout_lint.interpreter.values.keys import Constant, Key, Operation
from dropout_lint.interpreter.values.kinds import Args, Class, Collection, Const, Dict, Site, Value
from dropout_lint.keras import cloning, refusals, runs, stored_models
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.keys import FileName
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Checkpoint, Layer, Model, TrainableAssignment
from dropout_lint.keras.refusals import CHECKPOINT_IS_WHOLE
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.structures import Structure
from dropout_lint.screening.saved_elsewhere import is_written_as, programs_that_save

_GIVES_TEXT = frozenset({"str()", "os.fspath()"})
_JOINS = frozenset({"os.path.join()", "/", "pathlib.Path()"})
_WRITES = re.compile(r"save|write|dump|export|train|fit|copy|move", re.IGNORECASE)


class _State(NamedTuple):
    """What of a layer may change after it was saved."""

    layer: Layer
    trainable: bool | None
    freeze: TrainableAssignment | None
    attributes: dict[str, Value]
    structure: Structure | None


@dataclass(slots=True, eq=False)
class Saved:
    """A file or folder that holds a model.

    Args:
        model: what was saved.
        states: how it and its parts were then.
        compile_args: of its compilation; None: it was not compiled, or that was not saved.
        ending: of the file's name; "" for a folder, None where it cannot be known.
        beside: another program saves it: that it was run before, and not changed since, is supposed.
    """

    model: Model
    states: list[_State]
    compile_args: Args | None
    ending: str | None
    beside: bool = False


# --- saving


def save(sim: Simulation, machine: Machine, model: Layer | None, args: Args, at: Site) -> None:
    """`model.save(path, ...)`, and `save_model(model, path, ...)` without its first argument."""
    path = args.get(0, "filepath")
    if path is None or not isinstance(model, Model):
        return
    name = _name(machine.keys.of(path))
    given = args.keywords.get("save_format")
    ending = _ending(name)
    if given is not None and not (isinstance(given, Const) and given.value is None):
        kinds = {"tf": "", "h5": ".h5", "keras": ".keras"}
        ending = kinds.get(given.value) if isinstance(given, Const) else None
    if ending == "" and not sim.fact(Fact.IS_KERAS_2):
        return  # ValueError: the name has to end in .keras or .h5
    layers = model.tree()
    machine.budget.step(len(layers))
    compiled = model.compilation if _is_true(args.keywords.get("include_optimizer")) else None
    compile_args = compiled.args if compiled is not None else None
    sim.saved[name] = Saved(model, [_state(layer) for layer in layers], compile_args, ending)


def written_elsewhere(sim: Simulation, machine: Machine, values: Sequence[Value], callee: str) -> None:
    """Code that cannot be seen, and is called as if it saved something, gets these values: paths, perhaps."""
    if _WRITES.search(callee):
        for value in values:
            if sim.saved:
                sim.saved.pop(_name(machine.keys.of(value)), None)
            if (path := path_of(machine, value)) is not None and path.endswith(stored_models.ENDINGS):
                machine.written.add(path)


def save_checkpoints(sim: Simulation, machine: Machine, model: Model, args: Args, at: Site) -> None:
    """What the ModelCheckpoints of a fit() with these arguments have written when it ends."""
    given = args.keywords.get("callbacks")
    listed = given.items if isinstance(given, Collection) else [given]
    for callback in listed:
        if not isinstance(callback, Checkpoint):
            continue
        only = callback.args.get(CHECKPOINT_IS_WHOLE, "save_weights_only")
        path = callback.args.get(0, "filepath")
        if path is not None and (only is None or (isinstance(only, Const) and not only.value)):
            save(sim, machine, model, Args([path]), at)


def _state(layer: Layer) -> _State:
    structure = layer.structure.snapshot() if isinstance(layer, Model) else None
    return _State(layer, layer.trainable, layer.freeze, dict(layer.attributes), structure)


def _put(state: _State) -> None:
    layer = state.layer
    layer.trainable, layer.freeze = state.trainable, state.freeze
    if isinstance(layer, Model) and state.structure is not None:
        layer.structure = state.structure.snapshot()
    if layer.attributes != state.attributes:
        layer.attributes.clear()  # of an instance they are the very dict of that one
        layer.attributes.update(state.attributes)


@contextmanager
def _as_saved(saved: Saved) -> Iterator[None]:
    """The model is what it was when it was saved, for as long as it is copied."""
    now = [_state(state.layer) for state in saved.states]
    try:
        for state in saved.states:
            _put(state)
        yield
    finally:
        for state in now:
            _put(state)


# --- loading


def load(sim: Simulation, machine: Machine, args: Args, at: Site) -> Model | None:
    """`load_model(path, ...)`: the model that the program itself saved there, or another one of the project;
    None if there is none."""
    path = args.get(0, "filepath")
    if path is None or not args.complete:
        return None
    name = _name(machine.keys.of(path))
    saved = _find(sim, name) or _saved_beside(sim, machine, name, at)
    if saved is None:
        compiles = _is_true(args.get(2, "compile"))
        custom = args.get(1, "custom_objects")
        return stored_models.load(sim, machine, path, custom, at, compiled=compiles)
    compiled = saved.compile_args if _is_true(args.get(2, "compile")) else None
    loss = compiled.get(1, "loss") if compiled is not None and saved.ending == ".h5" else None
    if isinstance(loss, Const) and refusals.of_loaded(
        sim, machine, loss.value, args.get(1, "custom_objects"), at
    ):
        return None
    with _as_saved(saved):
        unseen = _hidden(saved.model, args, machine)
        if unseen is not None:
            machine.note(f"whether load_model() knows {unseen} cannot be known", at)
            return None
        copy = cloning.by_configuration(sim, machine, saved.model, at)
        if copy is None:
            machine.note("a model that cannot be made anew from its configuration is loaded", at)
            return None
        if saved.ending in ("", None) and sim.fact(Fact.IS_KERAS_2):
            _take_flags(saved.model, copy, certain=saved.ending == "")
    assumed = saved.beside or any(state.layer.assumed for state in saved.states)
    for layer in copy.tree():
        layer.has_run = True
        layer.assumed |= assumed
        if saved.beside and layer.trainable is not True:
            # What the other program froze, and whether it did so before it saved, is not said here: only
            # what this one sets counts.
            layer.trainable, layer.freeze = None, None
    if compiled is not None:
        runs.compile_model(sim, copy, compiled, at)
    return copy


def _find(sim: Simulation, name: FileName) -> Saved | None:
    """What was saved under a name, or what checkpoints of one model wrote there in some epoch."""
    if name in sim.saved:
        return sim.saved[name]
    found = [saved for written, saved in sim.saved.items() if _is_written_as(written, name)]
    return found[-1] if len({id(saved.model) for saved in found}) == 1 else None


def _is_written_as(written: FileName, name: FileName) -> bool:
    """Whether a checkpoint's name may become another one; see `screening.saved_elsewhere`."""
    return len(written) == len(name) and all(
        one == other or (isinstance(one, str) and isinstance(other, str) and is_written_as(one, other))
        for one, other in zip(written, name, strict=True)
    )


def _saved_beside(sim: Simulation, machine: Machine, name: FileName, at: Site) -> Saved | None:
    """What another program of the project saves under this name, where one alone does.

    None unless all of it can be seen: layers of Keras' own.
    """
    files = machine.modules.files
    if files is None or sim.run_beside is None or len(name) != 1 or not isinstance(name[0], str):
        return None
    if name in sim.not_saved:
        return None
    sim.not_saved.add(name)
    programs = programs_that_save(name[0], files.real, files.root)
    others = [sim.run_beside(machine, program, at) for program in programs]
    left = [_find(other, name) for other in others if other is not None]
    found = [one for one in left if one is not None]
    if len(found) != 1 or any(state.layer.instance for state in found[0].states):
        return None
    found[0].beside = True
    sim.saved[name] = found[0]
    return found[0]


def _take_flags(model: Layer, copy: Layer, *, certain: bool) -> None:
    """The flags of the original, which a SavedModel holds; where it may be a .h5 file, those that differ."""
    for old, new in zip(model.tree(), copy.tree(), strict=False):
        if old.trainable is not new.trainable:
            new.trainable = old.trainable if certain else None
            new.freeze = old.freeze


def _hidden(model: Model, args: Args, machine: Machine) -> str | None:
    """The class of a part that load_model() is not certain to find; None if there is no such part."""
    known = args.get(1, "custom_objects")
    for layer in model.tree():
        if layer.kind.role is Role.LAMBDA:
            return "the function of a Lambda"
        cls = layer.instance.cls if layer.instance is not None else None
        if cls is not None and not _is_registered(cls) and not _is_listed(cls, known):
            return cls.name
    return None


def _is_listed(cls: Class, known: Value | None) -> bool:
    return isinstance(known, Dict) and known.items.get(cls.name) is cls


def _is_registered(cls: Class) -> bool:
    """Whether a class stands under `@register_keras_serializable()`."""
    decorators = [item.decorator for item in cls.node.decorators]
    named = [dotted_text(d.func if isinstance(d, cst.Call) else d) or "" for d in decorators]
    return any(name.endswith("register_keras_serializable") for name in named)


def _is_true(value: Value | None) -> bool:
    """Whether an argument is True, as it is where it is not given."""
    return value is None or (isinstance(value, Const) and bool(value.value))


# --- names of files


def _name(key: Key) -> FileName:
    """What a path is made of: texts, and the keys of what cannot be known, side by side.

    `os.path.join(folder, "m.h5")`, `Path(folder) / "m.h5"` and `f"{folder}/m.h5"` are one and the same.
    """
    parts: list[str | Key] = []
    for part in _parts(key):
        if parts and isinstance(part, str) and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    if len(parts) == 1 and isinstance(parts[0], str):
        return (posixpath.normpath(parts[0]),)
    return tuple(parts)


def _parts(key: Key) -> Iterator[str | Key]:
    match key:
        case Constant(str(text)):
            yield text
        case Operation(function, (inner,)) if function in _GIVES_TEXT:
            yield from _parts(inner)
        case Operation(operator, operands) if operator in _JOINS:
            for place, operand in enumerate(operands):
                if place:
                    yield "/"
                yield from _parts(operand)
        case Operation("+" | "format", operands):
            for operand in operands:
                yield from _parts(operand)
        case _:
            yield key


def _ending(name: FileName) -> str | None:
    """The ending that says in what format a model is saved, "" for any other; None: it cannot be known."""
    last = name[-1]
    if not isinstance(last, str):
        return None
    ending = posixpath.splitext(last)[1]
    return {".hdf5": ".h5", ".h5": ".h5", ".keras": ".keras"}.get(ending, "")
