"""KFD306 rate-set-too-late."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.keras.trace import Activity, RateSet, Run, Trace
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each change of a rate that a traced step takes no notice of."""
    seen: set[int] = set()
    for trace in history.traces:
        for run, rate in (*_before_runs(trace), *_in_callbacks(trace)):
            row = _listening(run, rate)
            if row is not None and id(rate.site.node) not in seen:
                seen.add(id(rate.site.node))
                yield _draft(trace, run, rate, row)


def _before_runs(trace: Trace) -> Iterator[tuple[Run, RateSet]]:
    """Runs that go on with a traced step, and the last change of each rate since it was traced."""
    for run in trace.runs:
        if run.traced_in is None or not run.same_data:
            continue
        traced = trace.runs[run.traced_in].time
        late = [rate for rate in trace.rates if traced < rate.time < run.time]
        for layer, name in {(rate.layer, rate.name) for rate in late}:
            mine = [rate for rate in late if rate.layer is layer and rate.name == name]
            if mine[0].before != mine[-1].value:  # else it is as it was when the step was traced
                yield run, mine[-1]


def _in_callbacks(trace: Trace) -> Iterator[tuple[Run, RateSet]]:
    for late in trace.overtaken:
        if late.rate is not None:
            yield trace.runs[late.run], late.rate


def _listening(run: Run, rate: RateSet) -> Activity | None:
    """The row of the layer in a run where its rate counts: it is told to be in training mode."""
    if run.trained is not None and run.training and not run.trained:
        return None
    for row in run.activities:
        if row.layer is rate.layer and row.flag.known and row.flag.value is True and row.active is not None:
            return row
    return None


def _draft(trace: Trace, run: Run, rate: RateSet, row: Activity) -> Diagnostic:
    layer = row.layer
    message = (
        f"{rate.name} = {rate.value} comes too late for {entry_name(run)} (",
        run.site,
        f"): its step is traced and keeps {rate.name} = {rate.before} of {layer.class_name} (",
        layer.site,
        ")",
    )
    related = sites(("created", layer.site), ("compiled", run.compile_site), ("run", run.site))
    level = confidence(trace, run, [layer], 0)
    cure = f"compile the model again after it, or set {rate.name} before the first step"
    evidence = Evidence(trace, run, row, rate=rate)
    return Diagnostic("KFD306", rate.site, message, cure, level, related, evidence=evidence)


RULE = Rule(
    code="KFD306",
    name="rate-set-too-late",
    claim=Claim.RATE_TOO_LATE,
    summary="a rate changed after the step was traced, without compiling again",
    kerases="all",
    why="""\
`rate` is a plain number that goes into the graph when a step is first traced. A later assignment changes what
`layer.rate` shows and nothing else, until compile() makes the model trace a new step. Callbacks that lower a
rate epoch by epoch do nothing at all (keras issue 8826).
""",
    evidence="""\
The wrong example and every fixture marked KFD306 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py): the Dropout is active in the run after the assignment of
0, in Keras 2 and 3.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

dropout = layers.Dropout(0.5)
model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), dropout, layers.Dense(1)])
x, y = np.random.rand(16, 8), np.random.rand(16, 1)
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
dropout.rate = 0.0
model.fit(x, y, verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

dropout = layers.Dropout(0.5)
model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), dropout, layers.Dense(1)])
x, y = np.random.rand(16, 8), np.random.rand(16, 1)
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
dropout.rate = 0.0
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
""",
    cure="""\
Call compile() after the assignment, or `model.make_train_function(force=True)`. In a callback, set the rate
in `on_train_begin`, before the first step; for a rate that changes from epoch to epoch, keep it in a
variable.
""",
    limits="""\
Only rates that are plain numbers before and after. A run on other data may be traced anew and is not
reported; nor are models with `run_eagerly=True` and steps under a GradientTape.
""",
    check=check,
)
