"""The cure that works in any wiring: the rate of a frozen part's Dropouts set to 0 after the freeze.

It changes the part itself, so it is offered only where no later run wants its Dropout, and graded
unsafe: other code may train the part.
"""

from __future__ import annotations

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import AddLines, Repair, Replace
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras import written
from dropout_lint.keras.objects import Freeze, Layer, Model
from dropout_lint.keras.trace import Activity, Run, Trace
from dropout_lint.rules.cures import has_rate
from dropout_lint.rules.frozen_parts import ActivePart
from dropout_lint.rules.rule import History

_LOOP_NAMES = ("layer", "frozen_layer", "part")


def rates_set_to_zero(history: History, found: ActivePart) -> Repair | None:
    """Set the rates to 0 right after the statement that froze the part."""
    if found.freeze is None:
        return None
    site = found.freeze.site
    target = _frozen_by(site)
    pairs = _reached(history, site)
    if target is None or not pairs or not _in_time(history, site, {layer for _, layer in pairs}):
        return None
    if all(freeze.via is layer and has_rate(layer) for freeze, layer in pairs):
        lines: tuple[str, ...] = (f'if hasattr({target}, "rate"):', f"\t{target}.rate = 0")
    elif _are_members(pairs):
        name = next((n for n in _LOOP_NAMES if not written.has_word(site.file, n)), None)
        if name is None:
            return None
        # What a helper or a loop freezes may be any layer.
        always = "." in target or written.is_line_of_module(site)
        parts = f"{target}.layers" if always else f'getattr({target}, "layers", [])'
        lines = (f"for {name} in {parts}:", f'\tif hasattr({name}, "rate"):', f"\t\t{name}.rate = 0")
    else:
        return None
    alone = found.part.layer is found.row.layer
    title = f"Set the rate of {'the Dropout' if alone else f'the Dropouts in {found.part.name}'} to 0"
    return Repair(title, Applicability.UNSAFE, (AddLines(site, lines, "after"),))


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


def _reached(history: History, site: Site) -> list[tuple[Freeze, Layer]]:
    """Each random layer that some training run leaves active, with the freeze by this statement."""
    found: dict[int, tuple[Freeze, Layer]] = {}
    for trace in history.traces:
        freezes = [(f, set(f.reached)) for f in reversed(trace.freezes) if f.site.node is site.node]
        for row in (row for _, row in _training_rows(trace)):
            freeze = next((f for f, those in freezes if row.layer in those), None)
            if freeze is not None and row.frozen and row.active and row.random:
                found[id(row.layer)] = freeze, row.layer
    return list(found.values())


def _training_rows(trace: Trace) -> list[tuple[Run, Activity]]:
    return [(run, row) for run in trace.runs if run.training for row in run.activities]


def _are_members(pairs: list[tuple[Freeze, Layer]]) -> bool:
    """Whether `layers` of the model that each was frozen with lists it, and each has a rate."""
    models = dict.fromkeys(freeze.via for freeze, _ in pairs)
    listed = {model: set(model.children()) for model in models if _lists_its_layers(model)}
    return all(has_rate(layer) and layer in listed.get(freeze.via, ()) for freeze, layer in pairs)


def _lists_its_layers(model: Layer) -> bool:
    return isinstance(model, Model) and model.wiring != "opaque" and model.members_known


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
