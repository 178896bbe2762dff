"""KFD102 inference-flag-overridden."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.rules.causes import Cause, active_parts
from dropout_lint.rules.frozen_parts import draft, or_rate
from dropout_lint.rules.rates import rates_set_to_zero
from dropout_lint.rules.rule import Diagnostic, History, Rule
from dropout_lint.rules.wording import entry_name


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each flag that a training run overrides on a frozen part."""
    for found in active_parts(history, Cause.OVERRIDDEN):
        dropout = found.row.layer
        name, ready = dropout.class_name, dropout.ready_made
        whose = f"the {name} inside {ready.class_name}" if ready is not None else f"its {name}"
        message = (
            f"training=False is overridden by {entry_name(found.run)} (",
            found.run.site,
            f"), which runs the graph with training=True: frozen '{found.part.name}' keeps {whose} (",
            dropout.site,
            ") active",
        )
        cure = f"call it inside the call() of a Layer{or_rate(dropout)}"
        yield draft("KFD102", found, message, cure, rates_set_to_zero(history, found))


RULE = Rule(
    code="KFD102",
    name="inference-flag-overridden",
    summary="training=False is written, but fit() overrides it in the graph",
    kerases="3.0–3.15",
    why="""\
In Keras 3.0 to 3.15 a flag given while a functional graph is built is overwritten when the graph runs:
fit() hands training=True to every node. The official recipe `base(x, training=False)` is silently void
(keras issue 20285; repaired by keras pull request 23364, released with 3.16).
""",
    evidence="""\
The wrong example and every fixture marked KFD102 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 3.15 the frozen Dropout receives training=True although the
call says False; in Keras 2 and 3.16 it receives False.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
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
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


class Frozen(layers.Layer):
    '''Runs a frozen model in inference mode, whatever the model around it does.'''

    def __init__(self, model):
        super().__init__()
        self.model = model

    def call(self, inputs):
        return self.model(inputs, training=False)


inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
hidden = layers.Dropout(0.5)(hidden)
base = keras.Model(inputs, layers.Dense(4)(hidden))
base.trainable = False

new_inputs = keras.Input((8,))
features = Frozen(base)(new_inputs)
model = keras.Model(new_inputs, layers.Dense(1)(features))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Put the call into the `call()` of a Layer (inside `call()` the flag holds), set the rate of the frozen
Dropouts to 0 before compile(), or use Keras 3.16.
""",
    limits="""\
Only what a training run shows: a model that is only used for prediction is not reported.
""",
    check=check,
)
