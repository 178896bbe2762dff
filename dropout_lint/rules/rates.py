"""The cure that works in any wiring: the rate of a frozen part's Dropouts set to 0 after the freeze.

It changes the part itself, so it is offered only where no later run wants its Dropout, and graded
unsafe: other code may train the part.
"""

from __future__ import annotations

import re

import libcst as cst

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import AddLines, Repair, Replace
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.objects import Freeze, Layer, Model
from dropout_lint.keras.trace import Activity, Run, Trace
from dropout_lint.rules.cures import has_rate
from dropout_lint.rules.frozen_parts import ActivePart
from dropout_lint.rules.rule import History
from dropout_lint.rules.syntax import is_name
from dropout_lint.rules.wording import source_of

_LOOP_NAMES = ("layer", "frozen_layer", "part")


def rates_set_to_zero(history: History, found: ActivePart) -> Repair | None:
    """Set the rates to 0 right after the statement that froze the part."""
    if found.freeze is None:
        return None
    site = found.freeze.site
    target = _frozen_by(site.node)
    pairs = _reached(history, site)
    if target is None or not pairs or not _in_time(history, site, {layer for _, layer in pairs}):
        return None
    if all(freeze.via is layer and has_rate(layer) for freeze, layer in pairs):
        lines: tuple[str, ...] = (f'if hasattr({target}, "rate"):', f"\t{target}.rate = 0")
    elif _are_members(pairs):
        name = next((n for n in _LOOP_NAMES if not re.search(rf"\b{n}\b", site.file.text)), None)
        if name is None:
            return None
        # What a helper or a loop freezes may be any layer.
        always = "." in target or _is_top_level(site)
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
    node = site.node
    literal = isinstance(node, cst.Assign) and is_name(node.value, "False")
    if not plain or not literal or not _in_time(history, site, layers):
        return None
    assert isinstance(node, cst.Assign)
    target = node.targets[0].target
    if len(node.targets) != 1 or not isinstance(target, cst.Attribute):
        return None
    changes = (Replace(Site(site.file, target.attr), "rate"), Replace(Site(site.file, node.value), "0"))
    return Repair("Set its rate to 0 instead", Applicability.UNSAFE, changes)


def _is_top_level(site: Site) -> bool:
    lines = (line for line in site.file.module.body if isinstance(line, cst.SimpleStatementLine))
    return any(line.body[0] is site.node for line in lines if len(line.body) == 1)


def _frozen_by(node: cst.CSTNode) -> str | None:
    """`base` of the statement `base.trainable = False`."""
    if not isinstance(node, cst.Assign) or len(node.targets) != 1:
        return None
    target, value = node.targets[0].target, node.value
    named = isinstance(target, cst.Attribute) and isinstance(target.value, (cst.Name, cst.Attribute))
    if not named or not is_name(value, "False"):
        return None
    assert isinstance(target, cst.Attribute)
    return source_of(target.value)


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
