"""KFD304 batch-norm-thawed."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.finding import Confidence
from dropout_lint.keras.objects import TrainableAssignment
from dropout_lint.keras.trace import Activity, Run, Trace
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each thaw that leaves a BatchNormalization to an overridden flag."""
    seen: set[int] = set()
    for trace in history.traces:
        for run in (run for run in trace.runs if run.training):
            for row in run.activities:
                thaw = thaw_of(trace, run, row)
                if thaw is not None and id(thaw.site.node) not in seen:
                    seen.add(id(thaw.site.node))
                    yield _draft(trace, run, row, thaw)


def thaw_of(trace: Trace, run: Run, row: Activity) -> TrainableAssignment | None:
    """The assignment that thawed a BatchNormalization which relies on the overridden flag."""
    relies = any(frame.overridden and frame.written is False for frame in row.frames)
    if row.random or row.active is not True or not relies:
        return None
    history = [f for f in trace.freezes if f.time < run.time and row.layer in f.reached]
    was_frozen = any(f.value is False for f in history)
    return history[-1] if was_frozen and history[-1].value is True else None


def _draft(trace: Trace, run: Run, row: Activity, thaw: TrainableAssignment) -> Diagnostic:
    call = next(frame.report for frame in row.frames if frame.overridden and frame.written is False)
    message = (
        "thawing BatchNormalization (",
        row.layer.site,
        f") here relies on a training=False that {entry_name(run)} (",
        run.site,
        ") overrides: its moving statistics are rewritten",
    )
    level = min(Confidence.LIKELY, confidence(trace, run, [row.layer], thaw.time))
    related = sites(("created", row.layer.site), ("called", call), ("trained", run.site))
    cure, evidence = "leave BatchNormalization frozen", Evidence(trace, run, row, freeze=thaw)
    return Diagnostic("KFD304", thaw.site, message, cure, level, related, evidence=evidence)


RULE = Rule(
    code="KFD304",
    name="batch-norm-thawed",
    claim=Claim.THAWED_IN_TRAINING,
    summary="a BatchNormalization thawed for fine-tuning relies on a training=False that fit() overrides",
    kerases="3.0–3.15",
    why="""\
The official fine-tuning recipe calls the base with `training=False`, so that its BatchNormalization layers
stay in inference mode when the base is thawed. Keras 3.0–3.15 override that flag in a graph: the moving
statistics are rewritten (keras issue 20285).
""",
    evidence="""\
The wrong example and every fixture marked KFD304 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 3.15 the BatchNormalization receives training=True in the second fit(); in Keras 2 and 3.16 False.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
base = keras.Model(inputs, layers.BatchNormalization()(hidden))
base.trainable = False

new_inputs = keras.Input((8,))
features = base(new_inputs, training=False)
model = keras.Model(new_inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)

base.trainable = True
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
base = keras.Model(inputs, layers.BatchNormalization()(hidden))
base.trainable = False

new_inputs = keras.Input((8,))
features = base(new_inputs, training=False)
model = keras.Model(new_inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)

for layer in base.layers:
    layer.trainable = not isinstance(layer, layers.BatchNormalization)
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Keep the BatchNormalization layers frozen when the base is thawed, or call the base inside the `call()` of a
Layer.
""",
    limits="""\
Likely, not certain: statistics that learn may be what is wanted.
""",
    check=check,
)
