"""KFD103 dropout-layer-frozen."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.objects import Freeze, Layer
from dropout_lint.rules.frozen_parts import has_rate, pointless_freezes
from dropout_lint.rules.rates import rate_instead_of_freeze
from dropout_lint.rules.rule import Diagnostic, History, Rule
from dropout_lint.rules.wording import confidence, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each freeze that reaches weightless random layers only."""
    pointless = pointless_freezes(history)
    seen: set[int] = set()
    for trace in history.traces:
        for freeze in trace.freezes:
            node = id(freeze.site.node)
            random = next((layer for layer in freeze.reached if layer.kind.mode_dependent), None)
            if node in pointless and node not in seen and freeze.value is False and random is not None:
                seen.add(node)
                level = confidence(trace, None, [], 0)
                message, related = _message(freeze, random), _related(freeze, random)
                repair = rate_instead_of_freeze(history, freeze.site)
                cure = f"set rate = 0, or {_CURE}" if has_rate(random) else _CURE
                yield Diagnostic("KFD103", freeze.site, message, cure, level, related, repair)


_CURE = "call it with training=False inside a call()"


def _message(freeze: Freeze, random: Layer) -> tuple[str | Site, ...]:
    if freeze.site.node is random.site.node:
        return (
            f"trainable=False has no effect on {random.class_name}: "
            "it has no weights, and training keeps it active",
        )
    return (
        f"freezing {random.class_name} (",
        random.site,
        ") has no effect: it has no weights, and training keeps it active",
    )


def _related(freeze: Freeze, random: Layer) -> tuple[tuple[str, Site], ...]:
    return sites(("created", random.site), ("frozen", freeze.site))


RULE = Rule(
    code="KFD103",
    name="dropout-layer-frozen",
    summary="all that this freeze reaches is weightless random layers: nothing changes",
    kerases="all",
    why="""\
A Dropout layer has no weights, so there is nothing for `trainable = False` to stop: the layer drops
exactly as before. Who writes this wants Dropout to be off.
""",
    evidence="""\
tests/test_starting_point.py shows it under each Keras: a frozen Dropout(0.5) on ones gives 0s and 2s with
training=True, and ones with training=False. Every fixture marked KFD103 is executed as well.
""",
    wrong="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(1), layers.Dropout(0.5)])
model.layers[-1].trainable = False
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    right="""\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(1), layers.Dropout(0.5)])
model.layers[-1].rate = 0.0
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
""",
    cure="""\
Set the layer's `rate` to 0 before compile(), leave the layer out, or call it with training=False inside a
`call()`.
""",
    limits="""\
A freeze whose value or targets are not all known is not reported.
""",
    check=check,
)
