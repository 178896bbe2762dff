"""The cure that works in any wiring: the rate of a frozen part's Dropouts set to 0 after the freeze.

It changes the part itself, so it is offered only where no later run wants its Dropout, and graded
unsafe: other code may train the part.
"""

from __future__ import annotations

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import AddLines, Repair, Replace
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras import written
from dropout_lint.keras.layer_classes import BASES
from dropout_lint.keras.objects import Layer, Model, TrainableAssignment
from dropout_lint.keras.spelling import spelled
from dropout_lint.keras.trace import Activity, Run, Trace
from dropout_lint.rules.cures import has_rate
from dropout_lint.rules.frozen_parts import ActivePart
from dropout_lint.rules.rule import History

_LOOP_NAMES = ("layer", "frozen_layer", "part")
_INNER_NAMES = ("inner", "inner_layer", "inner_part")


def rates_set_to_zero(history: History, found: ActivePart) -> Repair | None:
    """Set the rates to 0 right after the statement that froze the part."""
    if found.freeze is None:
        return None
    site = found.freeze.site
    target = _frozen_by(site)
    pairs = _reached(history, site)
    if target is None or not pairs or not _in_time(history, site, {layer for _, layer in pairs}):
        return None
    lines = _lines(site, target, pairs)
    if lines is None:
        return None
    alone = found.part.layer is found.row.layer
    title = f"Set the rate of {'the Dropout' if alone else f'the Dropouts in {found.part.name}'} to 0"
    return Repair(title, Applicability.UNSAFE, (AddLines(site, lines, "after"),))


def _lines(site: Site, target: str, pairs: list[tuple[TrainableAssignment, Layer]]) -> tuple[str, ...] | None:
    """The statement that reaches each of these layers from what the program froze."""
    depths = {_depth(freeze.via, layer) for freeze, layer in pairs}
    if None in depths or not all(has_rate(layer) for _, layer in pairs):
        return None
    held, heads = target, []
    if depths != {0}:
        held = _unused(site, _LOOP_NAMES)
        # What a helper or a loop freezes may be any layer.
        always = 0 not in depths and ("." in target or written.is_line_of_module(site))
        other = f"[{target}]" if 0 in depths else "[]"
        listed = f"{target}.layers" if always else f'getattr({target}, "layers", {other})'
        heads.append(f"for {held} in {listed}:")
    if 2 in depths:
        outer, held = held, held and _unused(site, _INNER_NAMES)
        heads.append(f'for {held} in getattr({outer}, "layers", [{outer}]):')
    if not held:
        return None
    heads += [f"if {_is_dropout(site, held, pairs)}:", f"{held}.rate = 0"]
    return tuple("\t" * level + line for level, line in enumerate(heads))


def _depth(top: Layer, layer: Layer) -> int | None:
    """0 for the layer itself, 1 for a member of it as a model, 2 for one of a model in that."""
    if layer is top:
        return 0
    if layer in _listed(top):
        return 1
    return 2 if any(layer in _listed(model) for model in _listed(top)) else None


def _listed(model: Layer) -> list[Layer]:
    """What the attribute `layers` of a model lists; nothing where it cannot be known."""
    known = isinstance(model, Model) and model.structure.knows_all_layers
    return model.children() if known else []


def _unused(site: Site, names: tuple[str, ...]) -> str:
    """The first of these names that stands nowhere in the file; "" if all do."""
    return next((name for name in names if not written.has_word(site.file, name)), "")


def _is_dropout(site: Site, name: str, pairs: list[tuple[TrainableAssignment, Layer]]) -> str:
    """How a person asks whether a layer is one of these."""
    classes = {layer.class_name for _, layer in pairs}
    all_dropouts = all(kind == "Dropout" or "Dropout" in BASES.get(kind, ()) for kind in classes)
    dropout = spelled(site.file, "layers.Dropout") if all_dropouts else None
    # Another class, or none that the file can name: whatever has a rate.
    return f"isinstance({name}, {dropout})" if dropout is not None else f'hasattr({name}, "rate")'


def rate_instead_of_freeze(history: History, site: Site) -> Repair | None:
    """`drop.rate = 0` for `drop.trainable = False`, where nothing but Dropouts is frozen there."""
    freezes = [f for trace in history.traces for f in trace.freezes if f.site.node is site.node]
    layers = {layer for freeze in freezes for layer in freeze.reached}
    plain = all(f.via is layer and has_rate(layer) for f in freezes for layer in (f.via, *f.reached))
    freeze = written.assignment(site)
    literal = freeze is not None and freeze.alone and freeze.literal == "False"
    if freeze is None or not plain or not literal or not _in_time(history, site, layers):
        return None
    changes = (Replace(freeze.name, "rate"), Replace(freeze.value, "0"))
    return Repair("Set its rate to 0 instead", Applicability.UNSAFE, changes)


def _frozen_by(site: Site) -> str | None:
    """`base` of the statement `base.trainable = False`."""
    freeze = written.assignment(site)
    if freeze is None or not (freeze.alone and freeze.dotted and freeze.literal == "False"):
        return None
    return freeze.owner


def _reached(history: History, site: Site) -> list[tuple[TrainableAssignment, Layer]]:
    """Each random layer that some training run leaves active, with the freeze by this statement."""
    found: dict[int, tuple[TrainableAssignment, Layer]] = {}
    for trace in history.traces:
        freezes = [(f, set(f.reached)) for f in reversed(trace.freezes) if f.site.node is site.node]
        for row in (row for _, row in _training_rows(trace)):
            freeze = next((f for f, those in freezes if row.layer in those), None)
            if freeze is not None and row.frozen and row.active and row.random:
                found[id(row.layer)] = freeze, row.layer
    return list(found.values())


def _training_rows(trace: Trace) -> list[tuple[Run, Activity]]:
    return [(run, row) for run in trace.runs if run.training for row in run.activities]


def _in_time(history: History, site: Site, layers: set[Layer]) -> bool:
    """Whether each training after the freeze sees the new rate, and none wants the old one."""
    for trace in history.traces:
        times = [freeze.time for freeze in trace.freezes if freeze.site.node is site.node]
        for run, row in _training_rows(trace):
            if row.layer not in layers or not times:
                continue
            late = run.time > times[0]
            stale = run.traced_in is not None and trace.runs[run.traced_in].time < times[-1]
            if late and (stale or row.frozen is not True):
                return False
    return True
