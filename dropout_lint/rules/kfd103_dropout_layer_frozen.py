"""KFD103 dropout-layer-frozen."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.keras.objects import Layer, TrainableAssignment
from dropout_lint.keras.trace import Activity, Run, Trace
from dropout_lint.rules.causes import Cause, active_parts, pointless_freezes
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.cures import has_rate
from dropout_lint.rules.rates import rate_instead_of_freeze
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Message, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each freeze that reaches weightless layers only and switches none of them off."""
    seen: set[int] = set()
    for trace, freeze, layer, run, row in (*_active(history), *_unseen(history)):
        if id(freeze.site.node) not in seen:
            seen.add(id(freeze.site.node))
            level = confidence(trace, run, [layer] if run is not None else [], freeze.time)
            trained = run.site if run is not None else None
            related = sites(("created", layer.site), ("frozen", freeze.site), ("trained", trained))
            cure = f"set rate = 0, or {_CURE}" if has_rate(layer) else _CURE
            repair = rate_instead_of_freeze(history, freeze.site)
            message = _message(freeze, layer, run)
            evidence = Evidence(trace, run, row, freeze, part=layer)
            yield Diagnostic("KFD103", freeze.site, message, cure, level, related, repair, evidence)


_CURE = "call it with training=False inside a call()"
_Reached = tuple[Trace, TrainableAssignment, Layer, "Run | None", "Activity | None"]


def _active(history: History) -> Iterator[_Reached]:
    """The freezes of layers that a training run shows active."""
    for found in active_parts(history, Cause.POINTLESS):
        assert found.freeze is not None
        yield found.trace, found.freeze, found.row.layer, found.run, found.row


def _unseen(history: History) -> Iterator[_Reached]:
    """Those of layers of which no training run shows whether they are active.

    A layer that is off in training is so on purpose: by its rate, or by a flag.
    """
    pointless = history.once(pointless_freezes)
    known: set[Layer] = set()
    made_off: dict[int, bool] = {}  # by where they are made: another run makes other objects there
    for trace in history.traces:
        for row in (row for run in trace.runs if run.training for row in run.activities):
            if row.active is not None:
                known.add(row.layer)
                made = id(row.layer.site.node)
                made_off[made] = made_off.get(made, True) and not row.active
    for trace in history.traces:
        for freeze in trace.freezes:
            if freeze.value is False and freeze.random and id(freeze.site.node) in pointless:
                dependent = [layer for layer in freeze.reached if layer.kind.mode_dependent]
                off = any(made_off.get(id(layer.site.node), False) for layer in dependent)
                if dependent and not off and known.isdisjoint(dependent):
                    yield trace, freeze, dependent[0], None, None


def _message(freeze: TrainableAssignment, layer: Layer, run: Run | None) -> Message:
    start: Message = (f"freezing {layer.class_name} (", layer.site, ") has no effect: it has no weights")
    if freeze.site.node is layer.site.node:
        start = (f"trainable=False has no effect on {layer.class_name}: it has no weights",)
    if run is None:
        return (*start, ", and freezing it does not switch it off")
    return (*start, f", and stays active in {entry_name(run)} (", run.site, ")")


RULE = Rule(
    code="KFD103",
    name="dropout-layer-frozen",
    claim=Claim.NOTHING_TO_FREEZE,
    summary="all that this freeze reaches is weightless random layers: nothing changes",
    kerases="all",
    why="""\
A Dropout layer has no weights, so there is nothing for `trainable = False` to stop: the layer drops
exactly as before. Who writes this wants Dropout to be off.
""",
    evidence="""\
tests/test_starting_point.py shows it under each Keras: a frozen Dropout(0.5) on ones gives 0s and 2s with
training=True, and ones with training=False. Every fixture marked KFD103 is executed as well: a training run
leaves the layer active.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(1), layers.Dropout(0.5)])
model.layers[-1].trainable = False
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(1), layers.Dropout(0.5)])
model.layers[-1].rate = 0.0
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Set the layer's `rate` to 0 before compile(), leave the layer out, or call it with training=False inside a
`call()`.
""",
    limits="""\
A freeze whose value or targets are not all known is not reported, nor one of a layer that is off in every
training run.
""",
    check=check,
)
