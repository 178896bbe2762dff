"""KFD108 inference-flag-swallowed."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import Repair, Replace
from dropout_lint.keras import written
from dropout_lint.keras.flags import user_call
from dropout_lint.rules.causes import Cause, active_parts
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.frozen_parts import ActivePart, draft, story
from dropout_lint.rules.retelling import told_throughout
from dropout_lint.rules.rule import Diagnostic, History, Rule


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each flag that was lost while a graph was built, on a frozen part."""
    for found in active_parts(history, Cause.SWALLOWED):
        start = "training=False is dropped here: "
        message = (start + str(story(found)[0]), *story(found)[1:])
        name = found.part.name
        if any(frame.via is not None for frame in found.row.frames):
            cure = f"call {name}(...), not {name}.call(...)"
        else:
            cure = f"give call() of {found.part.layer.class_name} a training parameter"
        yield draft("KFD108", found, message, cure, _repair(history, found))


def _repair(history: History, found: ActivePart) -> Repair | None:
    """The object called instead of its `.call`, or a `training` parameter for the callee."""
    frame = next(frame for frame in found.row.frames if frame.swallowed is not None)
    if frame.via is None:
        function = user_call(frame.layer)
        return None if function is None else told_throughout(history, function, frozen_off=False)
    called = written.method_call(frame.via)
    if called is None or called.owner is None:
        return None
    change = Replace(called.method, called.owner)
    return Repair(f"Call {called.owner} itself", Applicability.SAFE, (change,))


RULE = Rule(
    code="KFD108",
    name="inference-flag-swallowed",
    claim=Claim.FALSE_SWALLOWED,
    summary="training=False in a graph is dropped by a callee whose call() takes no training",
    kerases="2; 3.16 for base.call()",
    why="""\
While Keras 2 builds a graph it drops a `training` argument that the callee's `call()` does not take, and
`base.call(x, training=False)` calls the layers without it (in Keras 3.16 too). Nothing warns, and fit()
switches the Dropout inside on.
""",
    evidence="""\
The wrong example and every fixture marked KFD108 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 2 the frozen Dropout receives training=True although the call says False.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


class Encoder(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(16)
        self.dropout = layers.Dropout(0.5)

    def call(self, inputs):
        return self.dropout(self.dense(inputs))


encoder = Encoder()
encoder.trainable = False
inputs = keras.Input((8,))
features = encoder(inputs, training=False)
model = keras.Model(inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


class Encoder(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(16)
        self.dropout = layers.Dropout(0.5)

    def call(self, inputs, training=None):
        return self.dropout(self.dense(inputs), training=training)


encoder = Encoder()
encoder.trainable = False
inputs = keras.Input((8,))
features = encoder(inputs, training=False)
model = keras.Model(inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Give the callee's `call()` a `training` parameter, and call the object, not its `.call`.
""",
    limits="""\
Only Keras 2: inside an outer `call()` the flag is honoured, and Keras 3 has faults of its own (KFD102).
""",
    check=check,
)
