"""KFD302 freeze-without-effect."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import Repair, Replace
from dropout_lint.keras import written
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.frozen import owns_weights
from dropout_lint.keras.objects import Model, TrainableAssignment
from dropout_lint.keras.trace import Doubtful, Run, Trace
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Message, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites
from dropout_lint.source.text import SourceFile


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each assignment of a layer that Keras takes no notice of."""
    seen: set[int] = set()
    for trace in history.traces:
        for doubtful in trace.doubtful:
            if id(doubtful.site.node) in seen or _is_read(doubtful, trace):
                continue
            seen.add(id(doubtful.site.node))
            message, cure = _words(doubtful, history.behaviour.fact(Fact.GRAPH_OVERRIDES_FLAG))
            level = confidence(trace, None, [], 0)
            related = sites(("created", doubtful.layer.site))
            repair, evidence = _repair(doubtful), Evidence(trace, doubtful=doubtful)
            yield Diagnostic("KFD302", doubtful.site, message, cure, level, related, repair, evidence)
        if not history.behaviour.fact(Fact.PARENT_GATES_CHILDREN):
            yield from _constructors(trace, seen)


def _constructors(trace: Trace, seen: set[int]) -> Iterator[Diagnostic]:
    """Models made with trainable=False that train as parts of another: it reaches none of their layers."""
    for run in trace.runs:
        if run.model is None or not run.trained:
            continue
        for part in run.layers:
            freeze = part.freeze
            if not isinstance(part, Model) or part is run.model or not part.structure.is_declared:
                continue
            if (
                freeze is None
                or freeze.via is not part
                or freeze.value is not False
                or freeze.time > run.time
            ):
                continue
            owners = {layer for layer in part.tree() if owns_weights(layer)}
            by_itself = any(layer.freeze is not None for layer in owners)
            made = freeze.site.node is part.site.node and not by_itself
            if made and owners and owners <= run.trained and id(freeze.site.node) not in seen:
                seen.add(id(freeze.site.node))
                yield _draft_constructor(trace, run, part, freeze)


def _draft_constructor(trace: Trace, run: Run, part: Model, freeze: TrainableAssignment) -> Diagnostic:
    message = (
        f"{part.class_name}(..., trainable=False) freezes none of its layers: {entry_name(run)} (",
        run.site,
        ") trains them as a part of another model",
    )
    cure = "leave the keyword out and assign trainable = False afterwards"
    level = confidence(trace, run, [part], 0)
    related = sites(("trained", run.site))
    evidence = Evidence(trace, run, freeze=freeze, part=part)
    return Diagnostic("KFD302", freeze.site, message, cure, level, related, evidence=evidence)


def _repair(doubtful: Doubtful) -> Repair | None:
    """What was meant, written so that Keras takes notice."""
    if doubtful.kind == "compared":
        text = written.instead_of_comparing(doubtful.site)
        if text is None:
            return None
        # unsafe: in a notebook it may be there to be seen
        return Repair("Assign instead of comparing", Applicability.UNSAFE, (Replace(doubtful.site, text),))
    meant = written.assignment(doubtful.site)
    if meant is None or not meant.alone:
        return None
    if doubtful.kind == "misspelled":
        return Repair("Write trainable", Applicability.SAFE, (Replace(meant.name, "trainable"),))
    if doubtful.kind == "string" and meant.literal == "string":
        return Repair("Write False", Applicability.SAFE, (Replace(meant.value, "False"),))
    return None


def _is_read(doubtful: Doubtful, trace: Trace) -> bool:
    """Whether the program reads an attribute of that name anywhere: then it is its own."""
    if doubtful.kind in ("string", "compared"):
        return False
    return written.is_read(_files(doubtful, trace), doubtful.name)


def _files(doubtful: Doubtful, trace: Trace) -> set[SourceFile]:
    """The files whose code took part: of the assignment, the layers, their classes and the runs."""
    found = {doubtful.site.file, *(run.site.file for run in trace.runs)}
    for layer in trace.layers:
        found.add(layer.site.file)
        if layer.instance is not None:
            found |= {cls.file for cls in layer.instance.cls.mro()}
    return found


def _words(doubtful: Doubtful, overridden: bool) -> tuple[Message, str]:
    what = doubtful.layer.class_name
    if doubtful.kind == "misspelled":
        done = "thawed" if doubtful.thaws else "frozen"
        return (f"'{doubtful.name}' is no attribute of {what}: nothing is {done}",), "write trainable"
    if doubtful.kind == "compared":
        return ("this compares trainable and throws the result away: nothing is set",), "write ="
    if doubtful.kind == "string":
        return ("trainable is set to a string, which counts as true: nothing is frozen",), "write False"
    cure = f"pass training=False at the call{', inside the call() of a Layer' if overridden else ''}"
    return (f"Keras never reads '{doubtful.name}' of {what}: nothing is switched off",), cure


RULE = Rule(
    code="KFD302",
    name="freeze-without-effect",
    claim=Claim.NO_FREEZE,
    summary="an assignment or a constructor that looks like a freeze and does nothing",
    kerases="all",
    why="""\
Keras objects take any attribute: `base.trainble = False` stores a new one, `base.trainable == False` only
compares, `base.trainable = 'False'` is true, and `base.training = False` is never read. Nothing warns. In
Keras 3 `keras.Model(inputs, outputs, trainable=False)` and `keras.Sequential(layers, trainable=False)` set
the model's own flag and none of its layers': inside another model they train. (In Keras 2 the first freezes,
the second raises an error.)
""",
    evidence="""\
The wrong example and every fixture marked KFD302 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
the weights of the layer that looks frozen move in fit(), under every Keras.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8,))
base = keras.Model(inputs, layers.Dense(4)(layers.Dense(16)(inputs)))
base.trainble = False

new_inputs = keras.Input((8,))
model = keras.Model(new_inputs, layers.Dense(1)(base(new_inputs)))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((8,))
base = keras.Model(inputs, layers.Dense(4)(layers.Dense(16)(inputs)))
base.trainable = False

new_inputs = keras.Input((8,))
model = keras.Model(new_inputs, layers.Dense(1)(base(new_inputs)))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Write `base.trainable = False`, after the model is made; without the keyword, since Keras 3 takes no notice of
an assignment that changes nothing. To switch Dropout off, see KFD101.
""",
    limits="""\
An attribute that the program reads somewhere is a name of its own and is not reported.
""",
    check=check,
)
