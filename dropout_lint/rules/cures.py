"""What a message tells people to do about a frozen part that stays active."""

from __future__ import annotations

import re

from dropout_lint.keras import written
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.structures import Sequential
from dropout_lint.keras.trace import Activity, Run
from dropout_lint.rules.frozen_parts import (
    ActivePart,
    Part,
    is_compiled,
    switched_on_by,
    unseen_caller,
    visible,
)
from dropout_lint.rules.rule import History

_PART_OF = re.compile(r"\.(?:layers\[|get_layer\()")  # what stands before it is the model that is read from
_WRAP = "wrap it in a {} whose call() passes training=False (Keras 3.0–3.15 override the flag in a graph)"


def safe_cure(history: History, found: ActivePart) -> str:
    """What silences the part in the Keras that was simulated."""
    row, part = found.row, found.part
    index = part.index if part.read else visible(row, part.index)
    frame = row.frames[index]
    rates = _by_rate(found)
    if part.layer is row.layer and row.layer.ready_made is not None and has_rate(row.layer):
        return f"set its rate to 0 {_in_time(found.run)}"
    caller = unseen_caller(row, part.index)
    if part.read is None and caller is not None:
        # the ready-made model around it makes the call: nobody can put a flag there
        made = caller if caller.kind.role is Role.PARTS else row.layer.ready_made or caller
        return _made_with(made) or "call the model around it with training=False"
    if (part.read or frame.graph) and history.behaviour.fact(Fact.GRAPH_OVERRIDES_FLAG):
        wrap = _WRAP.format(around(history, found))
        return _either(wrap if part.read in (None, part.name) else _model_of(part) + wrap, rates)
    if part.read is not None:
        if part.read == part.name:
            return f"build on {part.name}(inputs, training=False) instead of {part.name}.output"
        return f"{_model_of(part)}call it with training=False and build on that"
    return _either(_call(found, index) + _while_frozen(history, found), _alternative(found, index, rates))


def around(history: History, found: ActivePart) -> str:
    """The class to derive from for what is to hold the part and to run it in inference mode."""
    return "Model" if is_compiled(history, found.part.layer) else "Layer"


def _call(found: ActivePart, index: int) -> str:
    """The call that a flag is to be written at."""
    row, part = found.row, found.part
    # Where a wrapper of the library calls the part, the flag goes to the wrapper.
    wrapped = index != part.index
    frame = row.frames[index]
    name = written.name_of(frame) if wrapped else part.name
    where = " in a functional model" if _is_stacked(row, index) else ""
    if name == frame.layer.class_name:  # made where it is called: its name would mean the constructor
        return f"call {f'the {name} around it' if wrapped else 'it'} with training=False{where}"
    return f"call {name}(..., training=False){where}"


def _is_stacked(row: Activity, index: int) -> bool:
    around = row.frames[index - 1].layer if index else None
    return isinstance(around, Model) and isinstance(around.structure, Sequential)


def _alternative(found: ActivePart, index: int, rates: str | None) -> str | None:
    """The cure without a flag, where the other asks for more than a word."""
    alone = found.part.layer is found.row.layer and bool(switched_on_by(found.row.layer))
    return rates if _is_stacked(found.row, index) or alone else None


def _model_of(part: Part) -> str:
    """What to make first where a tensor in the middle of a model is built on."""
    read = part.read or ""
    owner = _PART_OF.split(read)[0] if _PART_OF.search(read) else part.name
    return f"make a model of what is read, keras.Model({owner}.input, {read}.output), and "


def _while_frozen(history: History, found: ActivePart) -> str:
    """For a part that other training runs have thawed on this way: there its Dropout is wanted."""
    site = found.part.site.node
    rows = (
        row
        for trace in history.traces
        for run in trace.runs
        if run.training
        for row in run.activities
        if row.frozen is False and row.random
    )
    thawed = any(frame.site is not None and frame.site.node is site for row in rows for frame in row.frames)
    return " while it is frozen" if thawed else ""


def _either(cure: str, other: str | None) -> str:
    return cure if other is None else f"{cure}, or {other}"


def _by_rate(found: ActivePart) -> str | None:
    """The cure that needs no flag, if there is one."""
    return by_rate(found.row.layer, found.run, alone=found.part.layer is found.row.layer)


def by_rate(layer: Layer, run: Run, *, alone: bool) -> str | None:
    """How a layer is made to drop nothing, whatever it is told.

    Args:
        layer: a random layer.
        run: the training run that must see it.
        alone: it is what the message is about, not a layer in it.
    """
    ready = layer.ready_made
    if ready is not None and ready.runs_unseen_code:
        return _made_with(ready)
    if has_rate(layer):
        return f"set rate = 0 {_in_time(run)}"
    zero = ", ".join(f"{name}=0" for name in switched_on_by(layer))
    inner = layer.copied or layer
    named = "it" if alone and inner is layer else f"the {inner.class_name}"
    return f"make {named} with {zero}" if zero else None


def _made_with(ready: Model) -> str | None:
    """The arguments that make a ready-made model without Dropout, if it has any."""
    names = ready.rate_arguments
    return f"make the {ready.class_name} with {', '.join(f'{name}=0.0' for name in names)}" if names else None


def _in_time(run: Run) -> str:
    return "before compile()" if run.compile_site is not None else "before the training"


def has_rate(layer: Layer) -> bool:
    """Whether its attribute `rate` is all that makes a layer random."""
    return layer.instance is None and [switch.name for switch in layer.kind.arming] == ["rate"]
