"""KFD303 frozen-model-trained."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.keras import supposed
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.frozen import owns_weights
from dropout_lint.keras.objects import TrainableAssignment
from dropout_lint.keras.trace import Run, Trace
from dropout_lint.rules.adversaries import alternates
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.nothing_left import is_left, last_freeze
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each freeze of a model that is then trained itself."""
    seen: set[int] = set()
    for trace in history.traces:
        for run in trace.runs:
            freeze = _own_freeze(trace, run)
            if freeze is not None and id(freeze.site.node) not in seen:
                seen.add(id(freeze.site.node))
                if not supposed.of_each(trace, run, freeze.site):
                    yield _draft(trace, run, freeze)
            elif freeze is None and not is_left(trace, run):
                last = last_freeze(trace, run)
                site = last.site if last is not None else run.site
                if id(site.node) not in seen:
                    seen.add(id(site.node))
                    if last is None or not supposed.of_each(trace, run, site):
                        yield _draft_nothing_left(trace, run, last)
            if history.behaviour.fact(Fact.PARENT_GATES_CHILDREN):
                for parent, thaw in _gated(trace, run):
                    if id(parent.site.node) not in seen:
                        seen.add(id(parent.site.node))
                        yield _draft_gated(trace, run, parent, thaw)


def _own_freeze(trace: Trace, run: Run) -> TrainableAssignment | None:
    """The assignment that keeps the trained model itself frozen in this run."""
    if run.model is None or not run.training or run.trained != frozenset() or run.wanted != frozenset():
        return None
    if alternates(trace, run):
        return None
    own = [f for f in trace.freezes if f.time < run.time and run.model in f.reached]
    return own[-1] if own and own[-1].value is False and own[-1].via is run.model else None


def _gated(trace: Trace, run: Run) -> Iterator[tuple[TrainableAssignment, TrainableAssignment]]:
    """Freezes of nested models that keep a layer thawed after them from training (Keras 2)."""
    if not run.training or not run.trained or alternates(trace, run):
        return
    last = {layer: f for f in trace.freezes if f.time < run.time for layer in f.reached}
    for parent in run.layers:
        freeze = last.get(parent)
        if freeze is None or freeze.value is not False or freeze.via is not parent or parent is run.model:
            continue
        for layer in parent.tree():
            thaw = last.get(layer)
            later = thaw is not None and thaw.value is True and thaw.time > freeze.time
            if thaw is not None and later and owns_weights(layer) and layer not in run.trained:
                yield freeze, thaw


def _draft_gated(
    trace: Trace, run: Run, parent: TrainableAssignment, thaw: TrainableAssignment
) -> Diagnostic:
    message = (
        "a nested model whose own trainable is False keeps the layers thawed after it (",
        thaw.site,
        f") from training in {entry_name(run)} (",
        run.site,
        ")",
    )
    cure = "freeze its layers one by one instead"
    level = confidence(trace, run, [parent.via], parent.time)
    related = sites(("frozen", parent.site), ("thawed", thaw.site), ("trained", run.site))
    evidence = Evidence(trace, run, freeze=parent, thaw=thaw)
    return Diagnostic("KFD303", parent.site, message, cure, level, related, evidence=evidence)


def _draft(trace: Trace, run: Run, freeze: TrainableAssignment) -> Diagnostic:
    assert run.model is not None
    message = (
        f"the model's own trainable is False, so {entry_name(run)} (",
        run.site,
        ") trains nothing",
    )
    cure = "freeze its layers instead, or set its trainable back to True"
    level = confidence(trace, run, [run.model], freeze.time)
    related = sites(("frozen", freeze.site), ("trained", run.site))
    evidence = Evidence(trace, run, freeze=freeze, part=run.model)
    return Diagnostic("KFD303", freeze.site, message, cure, level, related, evidence=evidence)


def _draft_nothing_left(trace: Trace, run: Run, freeze: TrainableAssignment | None) -> Diagnostic:
    assert run.model is not None
    message = (
        f"no weight is left to train: {entry_name(run)} (",
        run.site,
        ") changes nothing in the model",
    )
    cure = "leave some layer trainable, or call evaluate()"
    level = confidence(trace, run, run.layers, 0)
    related = sites(("frozen", freeze.site if freeze is not None else None), ("trained", run.site))
    site = freeze.site if freeze is not None else run.site
    evidence = Evidence(trace, run, freeze=freeze)
    return Diagnostic("KFD303", site, message, cure, level, related, evidence=evidence)


RULE = Rule(
    code="KFD303",
    name="frozen-model-trained",
    claim=Claim.NOTHING_TRAINED,
    summary="fit() trains nothing: the model's own trainable is False, or no weight is left to move",
    kerases="all",
    why="""\
A model whose own `trainable` is False hands no weight to the optimizer, even if some of its layers were
set back to True afterwards. Nor does one whose layers are all frozen, one by one or as parts of it. fit()
runs, the loss is shown, nothing is learned.
""",
    evidence="""\
The wrong example and every fixture marked KFD303 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
no weight moves in fit(), under every Keras.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
model.trainable = False
model.layers[-1].trainable = True
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
model.layers[0].trainable = False
model.layers[-1].trainable = True
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Freeze the layers one by one, or set the model's own `trainable` back to True first.
""",
    limits="""\
In alternating (GAN) training see KFD305. A model without a weight left is not reported if anything in it may
still move: moving statistics of a BatchNormalization, states, own layers that assign, a loaded part, a
train_step of the user's own. Nor is it where another model trains the same layers later, or the learning rate
is 0: then it is meant.
""",
    check=check,
)
