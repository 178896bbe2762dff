"""KFD203 learning-phase-ignored."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.trace import Activity, Run
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each `set_learning_phase(0)` that a training run takes no notice of."""
    seen: set[int] = set()
    for trace in history.traces:
        for run in (run for run in trace.runs if run.training):
            for row in run.activities:
                site = _phase(run, row)
                if site is not None and id(site.node) not in seen:
                    seen.add(id(site.node))
                    message = (
                        f"set_learning_phase(0) does not reach {entry_name(run)} on TensorFlow 2 (",
                        run.site,
                        f"): {row.layer.class_name} (",
                        row.layer.site,
                        ") is in training mode",
                    )
                    level = confidence(trace, run, [row.layer], 0)
                    related = sites(("created", row.layer.site), ("trained", run.site))
                    cure, evidence = "pass training=False at the call", Evidence(trace, run, row)
                    yield Diagnostic("KFD203", site, message, cure, level, related, evidence=evidence)


def _phase(run: Run, row: Activity) -> Site | None:
    return (run.learning_phase or row.layer.phase) if row.active is True else None


RULE = Rule(
    code="KFD203",
    name="learning-phase-ignored",
    claim=Claim.PHASE_IGNORED,
    summary="K.set_learning_phase(0) does not reach fit()",
    kerases="2",
    why="""\
`K.set_learning_phase(0)` used to build inference graphs. In Keras 2 on TensorFlow 2 fit() passes
training=True to the model all the same, so Dropout and BatchNormalization are in training mode. Keras 3
has no learning phase.
""",
    evidence="""\
The wrong example and every fixture marked KFD203 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 2 the Dropout receives training=True in fit() although the phase is 0.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.keras import layers

K.set_learning_phase(0)
inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
hidden = layers.Dropout(0.5)(hidden)
base = keras.Model(inputs, layers.Dense(4)(hidden))
base.trainable = False

new_inputs = keras.Input((8,))
features = base(new_inputs)
model = keras.Model(new_inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.keras import layers


inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
hidden = layers.Dropout(0.5)(hidden)
base = keras.Model(inputs, layers.Dense(4)(hidden))
base.trainable = False

new_inputs = keras.Input((8,))
features = base(new_inputs, training=False)
model = keras.Model(new_inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Call the part that must not train with `training=False`.
""",
    limits="""\
Only where a training run shows an active layer that was made, or trained, while the phase was 0. Silent where
the requirements name Keras before 2.3 or TensorFlow 1: there a graph keeps the phase that it was built with.
""",
    check=check,
)
