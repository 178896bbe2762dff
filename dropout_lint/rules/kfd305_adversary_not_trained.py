"""KFD305 adversary-not-trained."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.finding import Confidence
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.objects import Layer, TrainableAssignment
from dropout_lint.keras.trace import Run, Trace
from dropout_lint.rules.adversaries import alternates, is_snapshot, partner
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Message, Rule
from dropout_lint.rules.wording import confidence, entry_name, sites, through


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each late assignment that changes what an alternating step trains."""
    if history.behaviour.fact(Fact.TRAINABLE_READ_AT_COMPILE):
        return
    seen: set[int] = set()
    for trace in history.traces:
        for run in trace.runs:
            for freeze in _changed(trace, run):
                if id(freeze.site.node) not in seen:
                    seen.add(id(freeze.site.node))
                    yield _draft(trace, run, freeze)


def _changed(trace: Trace, run: Run) -> list[TrainableAssignment]:
    """The assignments after compile() because of which the run does not train what it compiled."""
    if run.model is None or run.trained is None or run.compiled is None:
        return []
    differing = run.trained ^ run.compiled
    if not differing:
        return []
    late = [f for f in trace.freezes if run.compile_time < f.time < run.time]
    last = {layer: f for f in late for layer in f.reached if layer in differing}
    found = sorted(set(last.values()), key=lambda f: f.time)
    if alternates(trace, run):
        return [f for f in found if not _is_meant(trace, run, f, differing)]
    return [f for f in found if is_snapshot(trace, run, differing.intersection(f.reached), f.time)]


def _is_meant(trace: Trace, run: Run, freeze: TrainableAssignment, layers: frozenset[Layer]) -> bool:
    """Whether the assignment was made for this run: it freezes a part of the model, and no other one was
    compiled since that holds it."""
    part = freeze.value is False and freeze.via is not run.model
    # Where nothing is left to train, all of the model was frozen, if layer by layer.
    obeyed = bool(run.trained) and run.trained == run.wanted
    return part and obeyed and not is_snapshot(trace, run, layers.intersection(freeze.reached), freeze.time)


def _draft(trace: Trace, run: Run, freeze: TrainableAssignment) -> Diagnostic:
    assert run.model is not None
    assert run.trained is not None
    assert run.compiled is not None
    thawed = (run.trained - run.compiled).intersection(freeze.reached)
    effect = "also trains what was frozen when it was compiled"
    other = partner(trace, run)
    turn: Message = () if other is None else (f", in turn with {entry_name(other)} (", other.site, "),")
    message = (
        f"trainable = {freeze.value}",
        *through(freeze, run),
        f" after compile(): {entry_name(run)} (",
        run.site,
        ")",
        *turn,
        f" {effect if thawed else 'no longer trains what it did under Keras 2'}",
    )
    level = min(Confidence.LIKELY, confidence(trace, run, [run.model], 0))
    related = sites(("compiled", run.compile_site), ("trained", run.site))
    cure, evidence = "set trainable before each of the two, every time", Evidence(trace, run, freeze=freeze)
    return Diagnostic("KFD305", freeze.site, message, cure, level, related, evidence=evidence)


RULE = Rule(
    code="KFD305",
    name="adversary-not-trained",
    claim=Claim.ADVERSARY_STANDS,
    summary="two models that share layers no longer learn what they did under Keras 2",
    kerases="3",
    why="""\
The classic recipe compiles the discriminator, freezes it, compiles the combined model, and trains both in
turn. It relies on compile() fixing what trains. Keras 3 looks when a step is first traced: the
discriminator never learns (or, with the freeze the other way round, the combined model moves it). The same
holds of any two models that share a layer and are compiled on either side of an assignment to `trainable`,
as the FAQ of Keras 2 has it.
""",
    evidence="""\
The wrong example and every fixture marked KFD305 are executed under each Keras that the rule claims
(tests/test_rule_pages.py, tests/test_fixtures.py):
in Keras 3.15 and 3.16 no weight of the discriminator moves in its own
train_on_batch(); in Keras 2 they do.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

generator = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(6)])
discriminator = keras.Sequential([
    keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
discriminator.compile("adam", "binary_crossentropy")

noise = keras.Input((4,))
discriminator.trainable = False
gan = keras.Model(noise, discriminator(generator(noise)))
gan.compile("adam", "binary_crossentropy")

for step in range(2):
    fake = generator.predict(np.random.rand(8, 4), verbose=0)
    discriminator.train_on_batch(fake, np.zeros((8, 1)))
    gan.train_on_batch(np.random.rand(8, 4), np.ones((8, 1)))
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

generator = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(6)])
discriminator = keras.Sequential([
    keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
discriminator.compile("adam", "binary_crossentropy")

noise = keras.Input((4,))
discriminator.trainable = False
gan = keras.Model(noise, discriminator(generator(noise)))
gan.compile("adam", "binary_crossentropy")

for step in range(2):
    fake = generator.predict(np.random.rand(8, 4), verbose=0)
    discriminator.trainable = True
    discriminator.train_on_batch(fake, np.zeros((8, 1)))
    discriminator.trainable = False
    gan.train_on_batch(np.random.rand(8, 4), np.ones((8, 1)))
""",
    cure="""\
Set `trainable` before each of the two steps, or write a train_step that picks the variables.
""",
    limits="""\
Likely, not certain. Silent where a part is frozen once all is compiled, which Keras 3 obeys, and where the
file or the project says Keras 2.
""",
    check=check,
)
