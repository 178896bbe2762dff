"""KFD301 trainable-after-compile."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import AddLines, Repair
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.objects import Freeze
from dropout_lint.keras.trace import Run, Trace
from dropout_lint.rules.adversaries import alternates
from dropout_lint.rules.rule import Diagnostic, History, Rule
from dropout_lint.rules.syntax import block_of, is_fresh, method_call
from dropout_lint.rules.wording import assigned, confidence, entry_name, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each assignment that comes too late for a training run."""
    seen: set[int] = set()
    for trace in history.traces:
        for run in trace.runs:
            freeze = _too_late(history, trace, run)
            if freeze is not None and id(freeze.site.node) not in seen:
                seen.add(id(freeze.site.node))
                yield _draft(trace, run, freeze)


def _too_late(history: History, trace: Trace, run: Run) -> Freeze | None:
    """The last assignment that this run should have obeyed and did not."""
    if run.model is None or run.trained is None or run.wanted is None or alternates(trace, run):
        return None
    differing = run.trained ^ run.wanted
    if not differing:
        return None
    reused = run.traced_in is not None and run.same_data
    if not history.behaviour.fact("trainable_read_at_compile") and not reused:
        return None
    late = [f for f in trace.freezes if run.compile_time < f.time < run.time]
    return next((f for f in reversed(late) if differing & frozenset(f.reached)), None)


def _repair(trace: Trace, run: Run) -> Repair | None:
    """compile() once more right before the run, where it can be repeated as it is written."""
    compiled = run.compile_site
    if compiled is None or compiled.file is not run.site.file:
        return None
    made, entered = method_call(compiled.node), method_call(run.site.node)
    if made is None or entered is None or not made[0].deep_equals(entered[0]):
        return None
    module, call = compiled.file.module, made[1]
    first, second = block_of(module, call), block_of(module, entered[1])
    if first is None or second is None or first[0] is not second[0]:
        return None
    fresh = all(not arg.star and is_fresh(arg.value) for arg in call.args)
    once = sum(other.site.node is entered[1] for other in trace.runs) == 1
    text = module.code_for_node(call)
    if not (fresh and once) or "\n" in text or "\r" in text:
        return None
    block, place = second
    assert isinstance(block, (cst.Module, cst.IndentedBlock))
    line = AddLines(Site(compiled.file, block.body[place]), (text,), "before")
    return Repair("Compile the model again before it", Applicability.SAFE, (line,))


def _draft(trace: Trace, run: Run, freeze: Freeze) -> Diagnostic:
    assert run.model is not None
    message = (
        f"trainable = {freeze.value} comes too late for {entry_name(run)} (",
        run.site,
        "): the model was compiled before and goes on training the same weights",
    )
    related = sites(("compiled", run.compile_site), (assigned(freeze), freeze.site), ("trained", run.site))
    level = confidence(trace, run, [run.model, freeze.via], 0)
    cure = "compile the model again after it"
    return Diagnostic("KFD301", freeze.site, message, cure, level, related, _repair(trace, run))


RULE = Rule(
    code="KFD301",
    name="trainable-after-compile",
    summary="trainable changed too late for this run, without compiling again",
    kerases="all",
    why="""\
Keras 2 fixes in compile() which weights train; Keras 3 when a training step is first traced. A later
assignment to `trainable` is silently ignored until compile() is called again.
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
Call compile() again after changing `trainable`.
""",
    limits="""\
In Keras 3 a step is traced anew for data of another shape, so only runs on the same data expression count.
Alternating (GAN) training is KFD305's business.
""",
    check=check,
)
