"""KFD204 monte-carlo-overridden."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.keras.trace import Activity, Frame, Trace
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each `training=True` in a graph that inference overrides."""
    seen: set[int] = set()
    forced = frozenset().union(*map(_forced, history.traces))
    for trace in history.traces:
        for run in (run for run in trace.runs if not run.training and run.kind != "tape"):
            for row in run.activities:
                frame = _overridden(row)
                site = frame.report if frame is not None else None
                if site is None or id(site.node) in seen or id(site.node) in forced:
                    continue
                seen.add(id(site.node))
                message = (
                    f"training=True is overridden by {entry_name(run)} (",
                    run.site,
                    f"): {row.layer.class_name} (",
                    row.layer.site,
                    ") is off there",
                )
                cure = "call model(x, training=True), or put it into the call() of a Layer"
                level = confidence(trace, run, [row.layer], 0)
                related = sites(("created", row.layer.site), ("run", run.site))
                evidence = Evidence(trace, run, row, wire=row.frames.index(frame) if frame else None)
                yield Diagnostic("KFD204", site, message, cure, level, related, evidence=evidence)


def _forced(trace: Trace) -> set[int]:
    """The calls whose True keeps a frozen part active in training: KFD106 speaks of those."""
    rows = [row for run in trace.runs if run.training for row in run.activities if row.frozen and row.active]
    told = [frame for row in rows for frame in row.frames[:-1] if frame.written is True]
    return {id(frame.report.node) for frame in told if frame.report is not None}


def _overridden(row: Activity) -> Frame | None:
    """The call whose True was overwritten, if a random layer that it runs is off because of that.

    The innermost flag decides: a training=False written further in keeps the layer off by itself.
    """
    if not row.random or row.active is not False or row.armed is not True:
        return None
    told = next((frame for frame in reversed(row.frames) if frame.written is not None), None)
    return told if told is not None and told.overridden and told.written is True else None


RULE = Rule(
    code="KFD204",
    name="monte-carlo-overridden",
    claim=Claim.TRUE_OVERRIDDEN,
    summary="training=True at a Dropout or a model, in a graph, is overridden by predict() or evaluate()",
    kerases="3.0–3.15",
    why="""\
Monte Carlo Dropout in a functional graph is written `Dropout(r)(x, training=True)`, or for a model that is
trained already `keras.Model(x, trained(x, training=True))`. In Keras 3.0–3.15 predict() runs the graph with
training=False and overwrites the flag: every sample is the same.
""",
    evidence="""\
The wrong example and every fixture marked KFD204 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 3.15 the Dropout receives training=False in predict(); in Keras 2 and 3.16 True.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
hidden = layers.Dropout(0.5)(hidden, training=True)
model = keras.Model(inputs, layers.Dense(1)(hidden))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
samples = [model.predict(np.random.rand(4, 8), verbose=0) for _ in range(3)]
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
hidden = layers.Dropout(0.5)(hidden)
model = keras.Model(inputs, layers.Dense(1)(hidden))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
samples = [model(np.random.rand(4, 8), training=True) for _ in range(3)]
""",
    cure="""\
Call the model itself, `model(x, training=True)`, or put the Dropout into the `call()` of a Layer that passes
training=True.
""",
    limits="""\
Only with a predict() or evaluate() in sight.
""",
    check=check,
)
