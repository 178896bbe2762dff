"""KFD208 noise-off-in-map."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.keras.trace import Activity
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Rule
from dropout_lint.rules.wording import confidence, sites


def check(history: History) -> Iterator[Diagnostic]:
    """One finding for each call of a noise layer in the function of a `map` that leaves it off."""
    seen: set[int] = set()
    for trace in history.traces:
        for run in trace.mapped:
            for row in run.activities:
                site = row.frames[0].site
                if site is None or id(site.node) in seen or not _is_off(row):
                    continue
                seen.add(id(site.node))
                message = (
                    f"{row.layer.class_name} (",
                    row.layer.site,
                    ") is called in a map() (",
                    run.site,
                    ") without training=True: it changes nothing",
                )
                level = confidence(trace, None, [frame.layer for frame in row.frames], 0)
                related = sites(("created", row.layer.site))
                evidence = Evidence(trace, run, row)
                cure = "pass training=True"
                yield Diagnostic("KFD208", site, message, cure, level, related, evidence=evidence)


def _is_off(row: Activity) -> bool:
    off = row.random and row.active is False and row.armed is True
    told = any(frame.written is not None for frame in row.frames)
    return off and not told and row.flag.kind in ("none", "default")


RULE = Rule(
    code="KFD208",
    name="noise-off-in-map",
    claim=Claim.NOISE_OFF,
    summary="Dropout or noise called bare inside Dataset.map is off",
    kerases="all",
    why="""\
The functions of a data pipeline run outside of fit(): nothing tells a layer there that a model is being
trained. A Dropout or GaussianNoise called without `training=True` hands its data on as it is.
""",
    evidence="""\
The wrong example is executed under each Keras (tests/test_rule_pages.py). In Keras 2, 3.15 and 3.16 Dropout
and GaussianNoise change nothing in a map(), and do with training=True; RandomFlip flips either way.
""",
    wrong="""\
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

corrupt = layers.GaussianNoise(0.1)
x, y = np.random.rand(16, 8).astype("float32"), np.random.rand(16, 1)
data = tf.data.Dataset.from_tensor_slices((x, y)).map(lambda a, b: (corrupt(a), b)).batch(8)
model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(data, verbose=0)
""",
    right="""\
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

corrupt = layers.GaussianNoise(0.1)
x, y = np.random.rand(16, 8).astype("float32"), np.random.rand(16, 1)
data = tf.data.Dataset.from_tensor_slices((x, y)).map(lambda a, b: (corrupt(a, training=True), b)).batch(8)
model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(data, verbose=0)
""",
    cure="""\
Write `layer(x, training=True)` in the function, or put the layer into the model.
""",
    limits="""\
Opt-in: a pipeline for evaluation may share the function. Augmentation layers (Random...) are on by default
and are not reported.
""",
    check=check,
    default=False,
)
