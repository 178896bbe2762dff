"""KFD207 step-runs-in-inference."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import Repair, SetFlag
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras import written
from dropout_lint.keras.flags import user_call
from dropout_lint.keras.frozen import owns_weights
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.trace import Activity, Run, Trace
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.repairs import flag_position
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each part that a step of the program's own trains in inference mode."""
    seen: set[int] = set()
    for trace in history.traces:
        for run in trace.runs:
            if not run.applied or not run.stepped:
                continue
            parts: set[Layer] = set()
            for row in run.activities:
                site = row.frames[0].site
                if site is None or row.frames[0].layer in parts or id(site.node) in seen:
                    continue
                if _is_left_off(trace, run, row) and not _only_asks(run, site):
                    parts.add(row.frames[0].layer)
                    seen.add(id(site.node))
                    yield _draft(history, trace, run, row, site)


def _only_asks(run: Run, call: Site) -> bool:
    """Whether a step stands in a test: it asks for gradients, and nobody wants what it trains."""
    return run.kind == "tape" and written.is_in_test(call)


def _is_left_off(trace: Trace, run: Run, row: Activity) -> bool:
    """Whether no call of the step tells a layer of a trained part its mode: it is off on all routes."""
    if not _is_untold(row) or not _is_trained(run, row):
        return False
    same = [run] if run.kind != "tape" else [other for other in trace.runs if other.kind == "tape"]
    return all(_is_untold(other) for r in same for other in r.activities if other.layer is row.layer)


def _is_untold(row: Activity) -> bool:
    off = row.active is False and row.armed is True and row.frozen is False
    told = any(frame.written is not None for frame in row.frames)
    return off and not told and row.flag.kind in ("none", "default")


def _is_trained(run: Run, row: Activity) -> bool:
    """Whether the step updates weights of the innermost part around a layer that has any."""
    for frame in reversed(row.frames):
        owners = {layer for layer in frame.layer.tree() if owns_weights(layer)}
        if owners:
            return bool(owners & run.stepped)
    return False


def _draft(history: History, trace: Trace, run: Run, row: Activity, site: Site) -> Diagnostic:
    layer, name = row.layer, written.name_of(row.frames[0])
    where = entry_name(run)
    message = (
        f"the step calls '{name}' without training=True: its {layer.class_name} (",
        layer.site,
        f") never works in {where} (",
        run.site,
        ")",
    )
    related = sites(("created", layer.site), ("trained", run.site))
    level = confidence(trace, run, [frame.layer for frame in row.frames], 0)
    cure = f"call {name}(..., training=True)"
    repair, evidence = _repair(history, site, name), Evidence(trace, run, row)
    return Diagnostic("KFD207", site, message, cure, level, related, repair, evidence)


def _repair(history: History, call: Site, name: str) -> Repair | None:
    """training=True at the call, where nothing is called there that has to stay off."""
    position: int | None = None
    for trace in history.traces:
        if any(unseen.site is not None and unseen.site.node is call.node for unseen in trace.unseen):
            return None
        for run in trace.runs:
            for row in run.activities:
                frame = row.frames[0]
                if frame.site is None or frame.site.node is not call.node:
                    continue
                function = user_call(frame.layer)
                if (
                    not run.applied
                    or not _is_untold(row)
                    or not (function is None or function.takes("training"))
                ):
                    return None
                position = flag_position(frame.layer)
    if position is None:
        return None
    change = SetFlag(call, "True", position)
    return Repair(f"Call {name} with training=True", Applicability.SAFE, (change,))


RULE = Rule(
    code="KFD207",
    name="step-runs-in-inference",
    claim=Claim.STEP_UNTOLD,
    summary="a training step of one's own calls the model without training=True: its Dropout never works",
    kerases="all",
    why="""\
fit() tells the model that it is being trained. A `train_step` or a GradientTape loop of one's own has to do
that itself: `model(x)` runs in inference mode. Dropout never drops, and BatchNormalization neither uses the
batch nor learns its moving statistics. Nothing warns, and the loss goes down all the same.
""",
    evidence="""\
The wrong example and every fixture marked KFD207 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py): the Dropout receives no flag in the step and is off, in
Keras 2 and 3.
""",
    wrong="""\
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


class Own(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self(x)))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


inputs = keras.Input((8,))
hidden = layers.Dropout(0.5)(layers.Dense(16, activation="relu")(inputs))
model = Own(inputs, layers.Dense(1)(hidden))
model.compile("sgd")
model.fit(np.random.rand(16, 8).astype("float32"), np.random.rand(16, 1).astype("float32"), verbose=0)
""",
    right="""\
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


class Own(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self(x, training=True)))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


inputs = keras.Input((8,))
hidden = layers.Dropout(0.5)(layers.Dense(16, activation="relu")(inputs))
model = Own(inputs, layers.Dense(1)(hidden))
model.compile("sgd")
model.fit(np.random.rand(16, 8).astype("float32"), np.random.rand(16, 1).astype("float32"), verbose=0)
""",
    cure="""\
Write `model(x, training=True)` where the step computes its loss.
""",
    limits="""\
Only parts whose own weights the step updates: a teacher, the other network of a GAN, a style network are
meant to be off. Silent where a flag is written anywhere on the way, or another call of the step runs the same
layer in training mode, and where nothing shows that gradients are applied. Silent too for a tape in a test
(`def test_gradients(self)`), which only asks whether there are any.
""",
    check=check,
)
