"""KFD301 trainable-after-compile."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.keras.facts import Fact
from dropout_lint.keras.objects import TrainableAssignment
from dropout_lint.keras.trace import Run, Trace
from dropout_lint.rules.adversaries import alternates, is_snapshot
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.recompiling import compiled_again
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import assigned, confidence, entry_name, sites, through


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each assignment that comes too late for a training run."""
    seen: set[int] = set()
    for trace in history.traces:
        for run in trace.runs:
            freeze = _too_late(history, trace, run)
            if freeze is not None and id(freeze.site.node) not in seen:
                seen.add(id(freeze.site.node))
                yield _draft(trace, run, freeze)
        for late in trace.overtaken:
            if late.freeze is not None and id(late.freeze.site.node) not in seen:
                seen.add(id(late.freeze.site.node))
                yield _draft_in_callback(trace, trace.runs[late.run], late.freeze)


def _too_late(history: History, trace: Trace, run: Run) -> TrainableAssignment | None:
    """The last assignment that this run should have obeyed and did not."""
    if run.model is None or run.trained is None or run.wanted is None or alternates(trace, run):
        return None
    differing = run.trained ^ run.wanted
    if not differing:
        return None
    reused = run.traced_in is not None and run.same_data
    if not history.behaviour.fact(Fact.TRAINABLE_READ_AT_COMPILE) and not reused:
        return None
    late = [f for f in trace.freezes if run.compile_time < f.time < run.time]
    freeze = next((f for f in reversed(late) if differing & frozenset(f.reached)), None)
    if freeze is None or is_snapshot(trace, run, differing & frozenset(freeze.reached), freeze.time):
        return None
    return freeze


def _draft(trace: Trace, run: Run, freeze: TrainableAssignment) -> Diagnostic:
    assert run.model is not None
    message = (
        f"trainable = {freeze.value}",
        *through(freeze, run),
        f" comes too late for {entry_name(run)} (",
        run.site,
        "): the model was compiled before and goes on training the same weights",
    )
    related = sites(("compiled", run.compile_site), (assigned(freeze), freeze.site), ("trained", run.site))
    level = confidence(trace, run, [run.model, freeze.via], 0)
    cure = "compile the model again after it"
    repair, evidence = compiled_again(trace, run), Evidence(trace, run, freeze=freeze)
    return Diagnostic("KFD301", freeze.site, message, cure, level, related, repair, evidence)


def _draft_in_callback(trace: Trace, run: Run, freeze: TrainableAssignment) -> Diagnostic:
    assert run.model is not None
    message = (
        f"trainable = {freeze.value} in a callback comes too late for {entry_name(run)} (",
        run.site,
        "): its step is traced and goes on training the same weights",
    )
    related = sites(("compiled", run.compile_site), (assigned(freeze), freeze.site), ("trained", run.site))
    level = confidence(trace, run, [run.model, freeze.via], 0)
    cure = "stop the training there, compile again and go on with another fit()"
    evidence = Evidence(trace, run, freeze=freeze, in_callback=True)
    return Diagnostic("KFD301", freeze.site, message, cure, level, related, evidence=evidence)


RULE = Rule(
    code="KFD301",
    name="trainable-after-compile",
    claim=Claim.TRAINABLE_TOO_LATE,
    summary="trainable changed too late for this run, without compiling again",
    kerases="all",
    why="""\
Keras 2 fixes in compile() which weights train; Keras 3 when a training step is first traced. A later
assignment to `trainable` is silently ignored until compile() is called again, in a callback too: what
`on_train_begin` sets is in force, and what a later hook sets is not.
""",
    evidence="""\
The wrong example and every fixture marked KFD301 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
the weights of the layers frozen after the first fit() still move in the second, in Keras 2 and 3.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
base = keras.Model(inputs, layers.Dense(4)(hidden))
x, y = np.random.rand(16, 8), np.random.rand(16, 1)

new_inputs = keras.Input((8,))
model = keras.Model(new_inputs, layers.Dense(1)(base(new_inputs)))
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
base.trainable = False
model.fit(x, y, verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8,))
hidden = layers.Dense(16, activation="relu")(inputs)
base = keras.Model(inputs, layers.Dense(4)(hidden))
x, y = np.random.rand(16, 8), np.random.rand(16, 1)

new_inputs = keras.Input((8,))
model = keras.Model(new_inputs, layers.Dense(1)(base(new_inputs)))
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
base.trainable = False
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
""",
    cure="""\
Call compile() again after changing `trainable`. In a callback: set `self.model.stop_training = True` as well,
and after fit() compile and fit again with `initial_epoch=`. compile() inside a hook raises an error at the
next step, unless the hook calls `make_train_function()` after it.
""",
    limits="""\
Silent where another model that holds the same layers was compiled after the assignment: each of the two is
then meant to train by its own compile(). In Keras 3 a step is traced anew for data of another shape, so
only runs on the same data expression count. Nor is a callback reported under `run_eagerly=True`, where a
freeze works at once and a thaw raises an error.
Alternating (GAN) training is KFD305's business.
""",
    check=check,
)
