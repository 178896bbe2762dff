"""KFD201 call-loses-training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dropout_lint.interpreter.values.kinds import Function
from dropout_lint.keras import written
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.flags import user_call
from dropout_lint.keras.trace import Activity, Flag, Run, Trace
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.retelling import told_throughout
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each `call()` that loses the flag of a training run."""
    if not history.behaviour.fact(Fact.FIT_NEEDS_TRAINING_PARAMETER):
        return
    inherited = not history.behaviour.fact(Fact.STEPS_OPEN_NO_CONTEXT)
    seen: set[int] = set()
    for trace in history.traces:
        for run in trace.runs:
            function = user_call(run.model) if run.training and run.model is not None else None
            if function is None or id(function.node) in seen or (inherited and function.takes("training")):
                continue
            row = next((row for row in run.activities if _never_told(row)), None)
            if row is not None:
                seen.add(id(function.node))
                draft = _draft(trace, run, row, function)
                takes = function.takes("training")
                repair = None if takes else told_throughout(history, function, frozen_off=True)
                yield replace(draft, repair=repair)


def _never_told(row: Activity) -> bool:
    """A trainable part's random layer that is off because no call on the way has a flag."""
    off = row.active is False and row.armed is True
    return off and row.random and row.frozen is False and _is_untold(row)


def _is_untold(row: Activity) -> bool:
    """No call on the way gave a flag; one that leaked out of another part does not count."""
    flag: Flag | None = row.flag
    if row.leaked and not any(frame.written is False for frame in row.frames):
        while flag is not None and flag.kind in ("written", "reset"):
            flag = flag.displaced
    return flag is not None and flag.kind in ("none", "default")


def _draft(trace: Trace, run: Run, row: Activity, function: Function) -> Diagnostic:
    assert run.model is not None
    takes = function.takes("training")
    kept = "does not pass training on, which JAX needs" if takes else "takes no training"
    message = (
        f"call() of {run.model.class_name} {kept}, so {run.kind}() (",
        run.site,
        f") never switches its {row.layer.class_name} (",
        row.layer.site,
        ") on",
    )
    cure = "pass training=training on"
    if not takes:
        cure = f"write call(self, inputs, training=None) and {cure}"
    site = written.name_in(function)
    related = sites(("created", row.layer.site), ("trained", run.site))
    level = confidence(trace, run, [run.model, row.layer], 0)
    return Diagnostic("KFD201", site, message, cure, level, related, evidence=Evidence(trace, run, row))


RULE = Rule(
    code="KFD201",
    name="call-loses-training",
    claim=Claim.FLAG_NOT_TAKEN,
    summary="the trained model's call() takes no training: fit() never switches its own Dropout on",
    kerases="3",
    why="""\
Keras 3 passes training=True to the model it trains only if that model's `call()` has a parameter of this
name (`**kwargs` does not count). A subclassed model with `def call(self, x)` trains with every Dropout
off. Keras 2 finds the flag without it. With the JAX backend (KERAS_BACKEND set in the program) the parameter
alone is not enough in Keras 3.0–3.15: layers that `call()` does not hand it to inherit nothing there.
""",
    evidence="""\
The wrong example and every fixture marked KFD201 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 3.15 and 3.16 the Dropout receives no flag in fit() and is
off; in Keras 2 it is on.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

base = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(4)])
base.trainable = False


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.dropout = layers.Dropout(0.5)
        self.head = layers.Dense(1)

    def call(self, inputs):
        features = self.base(inputs)
        return self.head(self.dropout(features))


model = Classifier()
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

base = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(4)])
base.trainable = False


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.dropout = layers.Dropout(0.5)
        self.head = layers.Dense(1)

    def call(self, inputs, training=None):
        features = self.base(inputs)
        return self.head(self.dropout(features, training=training))


model = Classifier()
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Write `def call(self, inputs, training=None)` and pass `training=training` on.
""",
    limits="""\
Models with a train_step of their own that passes the flag are not reported.
""",
    check=check,
)
