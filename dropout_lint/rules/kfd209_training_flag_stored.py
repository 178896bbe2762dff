"""KFD209 training-flag-stored."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.keras import written
from dropout_lint.keras.trace import Activity, Frame, Run
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each call whose flag is an attribute that only `__init__` sets."""
    seen: set[int] = set()
    for trace in history.traces:
        for run in trace.runs:
            for row in run.activities:
                frame = _stored(run, row)
                if frame is None or frame.site is None or id(frame.site.node) in seen:
                    continue
                seen.add(id(frame.site.node))
                state = "stays off" if run.training else "stays active"
                message = (
                    f"training= is what __init__ stored: {row.layer.class_name} (",
                    row.layer.site,
                    f") {state} in {entry_name(run)} (",
                    run.site,
                    ")",
                )
                cure = "take training in call() and pass training=training"
                level = confidence(trace, run, [f.layer for f in row.frames], 0)
                related = sites(("created", row.layer.site), ("run", run.site))
                evidence = Evidence(trace, run, row, wire=row.frames.index(frame))
                yield Diagnostic("KFD209", frame.site, message, cure, level, related, evidence=evidence)


def _stored(run: Run, row: Activity) -> Frame | None:
    """The call with a stored flag, if that is why a layer does not do what the run asks for."""
    if not row.random or row.armed is not True or row.frozen is not False or row.active is run.training:
        return None
    told = [i for i, frame in enumerate(row.frames) if frame.written is not None]
    if not told or not told[-1] or row.frames[told[-1]].written is run.training:
        return None
    frame, owner = row.frames[told[-1]], row.frames[told[-1] - 1].layer
    name = written.flag_attribute(frame.site) if frame.site is not None else None
    if name is None or owner.instance is None:
        return None
    return frame if written.only_init_assigns(owner.instance.cls, name) else None


RULE = Rule(
    code="KFD209",
    name="training-flag-stored",
    claim=Claim.FLAG_STORED,
    summary="a training flag stored in __init__, which fit() and predict() cannot change",
    kerases="all",
    why="""\
fit() and predict() hand their flag to `call(..., training=None)`. A flag that `__init__` keeps in an
attribute is the same in both: the Dropout is off in training, or on in prediction.
""",
    evidence="""\
The wrong example is executed under each Keras (tests/test_rule_pages.py): the Dropout receives the stored
False in fit().
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


class Block(layers.Layer):
    def __init__(self, training=False):
        super().__init__()
        self.training = training
        self.drop = layers.Dropout(0.5)

    def call(self, inputs):
        return self.drop(inputs, training=self.training)


model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), Block(), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.drop = layers.Dropout(0.5)

    def call(self, inputs, training=None):
        return self.drop(inputs, training=training)


model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), Block(), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Give `call()` a parameter `training=None` and pass it on.
""",
    limits="""\
Opt-in: a part that is to stay in one mode may be written so. Silent where anything but `__init__` sets the
attribute, and for frozen parts.
""",
    check=check,
    default=False,
)
