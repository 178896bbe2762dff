"""KFD102 inference-flag-overridden."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.keras import written
from dropout_lint.keras.trace import Activity, Frame, Run, Trace
from dropout_lint.rules.causes import Cause, active_parts
from dropout_lint.rules.choosing import graph_part_switched_off
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.cures import around, by_rate
from dropout_lint.rules.frozen_parts import draft
from dropout_lint.rules.kfd304_batch_norm_thawed import thaw_of
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each flag that a training run overrides: on frozen parts, then on others."""
    frozen: set[int] = set()
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
        other = by_rate(dropout, found.run, alone=found.part.layer is dropout)
        cure = f"call it inside the call() of a {around(history, found)}{f', or {other}' if other else ''}"
        frozen.add(id(found.part.site.node))
        frozen |= {id(frame.report.node) for frame in found.row.frames if frame.report is not None}
        yield draft("KFD102", found, message, cure, graph_part_switched_off(history, found))
    yield from _trained_parts(history, frozen)


def _trained_parts(history: History, seen: set[int]) -> Iterator[Diagnostic]:
    """Parts that are not frozen and were told to run in inference mode: fine-tuning with thawed layers.

    Args:
        history: the tables.
        seen: the calls that are reported already.
    """
    for trace in history.traces:
        for run in trace.runs:
            # Where no weight is trained, nothing suffers.
            if not run.training or frozenset() in (run.trained, run.wanted):
                continue
            for row in run.activities:
                frame = _overridden(trace, run, row)
                site = frame.report if frame is not None else None
                if frame is not None and site is not None and id(site.node) not in seen:
                    seen.add(id(site.node))
                    yield _draft(trace, run, row, frame)


def _overridden(trace: Trace, run: Run, row: Activity) -> Frame | None:
    """The call whose False was overwritten, if a layer that is not frozen is active because of that."""
    if row.active is not True or row.frozen is not False:
        return None
    told = next((frame for frame in reversed(row.frames) if frame.written is not None), None)
    if told is None or not told.overridden or told.written is not False:
        return None
    return told if row.random or thaw_of(trace, run, row) is None else None


def _draft(trace: Trace, run: Run, row: Activity, frame: Frame) -> Diagnostic:
    name, itself = written.name_of(frame), frame.layer is row.layer
    whose = "stays active" if itself else f"keeps its {row.layer.class_name} ("
    message = (
        f"training=False is overridden by {entry_name(run)} (",
        run.site,
        f"), which runs the graph with training=True: '{name}' {whose}",
        *(() if itself else (row.layer.site, ") active")),
    )
    related = sites(("created", row.layer.site), ("called", frame.report), ("trained", run.site))
    level = confidence(trace, run, [f.layer for f in row.frames], 0)
    cure = "call it inside the call() of a Layer"
    assert frame.report is not None
    evidence = Evidence(trace, run, row, part=frame.layer, wire=row.frames.index(frame))
    return Diagnostic("KFD102", frame.report, message, cure, level, related, evidence=evidence)


RULE = Rule(
    code="KFD102",
    name="inference-flag-overridden",
    claim=Claim.FALSE_OVERRIDDEN,
    summary="training=False is written, but fit() overrides it in the graph",
    kerases="3.0–3.15",
    why="""\
In Keras 3.0 to 3.15 a flag given while a functional graph is built is overwritten when the graph runs:
fit() hands training=True to every node. The official recipe `base(x, training=False)` is silently void,
for a base that is thawed for fine-tuning as for a frozen one, for BatchNormalization as for Dropout (keras
issue 20285; repaired by keras pull request 23364, released with 3.16).
""",
    evidence="""\
The wrong example and every fixture marked KFD102 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 3.15 the Dropout, frozen or not, receives training=True although the
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


@keras.utils.register_keras_serializable()
class Frozen(layers.Wrapper):
    '''Runs a layer in inference mode, whatever the model around it does.'''

    def call(self, inputs):
        return self.layer(inputs, training=False)


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
Put the call into the `call()` of a Layer (inside `call()` the flag holds; of a keras.Model if the part was
compiled itself, see KFD101), set the rate of the frozen Dropouts to 0 before compile(), or use Keras 3.16.
""",
    limits="""\
Only what a training run shows: a model that is only used for prediction is not reported. A BatchNormalization
that was frozen and thawed again is KFD304's business.
""",
    check=check,
)
