"""The programs of the findings that are about weights: what moves in a run, and what does not.

Each function gives the program of a finding and the same after the cure.
"""

from __future__ import annotations

from dropout_lint.keras.flags import user_call
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.structures import Functional, Sequential
from dropout_lint.reproducing.layers import made
from dropout_lint.reproducing.plan import RUN, SUBJECT, CannotBuild, Program, finished
from dropout_lint.rules.rule import Evidence

Both = tuple[Program, Program]

_IMPORTS = ["import numpy as np", "from tensorflow import keras", "from tensorflow.keras import layers", ""]
_DATA = ["", "x, y = np.random.rand(8, 8), np.random.rand(8, 1)"]
_COMPILE = ['model.compile("sgd", "mse")']
_CLASS = [
    "",
    "class {name}(keras.Model):",
    "    def __init__(self, units):",
    "        super().__init__()",
    "        self.dense = layers.Dense(units)" + SUBJECT,
    "",
    "    def call(self, inputs):",
    "        return self.dense(inputs)",
    "",
    "",
]


def too_late(evidence: Evidence) -> Both:
    """`trainable` is set when the model is compiled, or its step is traced."""
    run, freeze = evidence.run, evidence.freeze
    if run is None or run.model is None or freeze is None or freeze.value is None:
        raise CannotBuild("no run is in sight that shows it")
    if evidence.in_callback:
        raise CannotBuild("what a callback changes within one fit() cannot be told apart from outside")
    lines, name = _model_around(run.model, freeze.via)
    fit = _entry(run.kind)
    before = [f"{name}.trainable = False"] if freeze.value else []
    traced = [fit] if run.traced_in is not None else []
    start = [*_IMPORTS, *lines, *before, *_DATA, *_COMPILE, *traced, f"{name}.trainable = {freeze.value}"]
    shown = finished([*start, fit + RUN], "stays" if freeze.value else "moves")
    cured = finished([*start, *_COMPILE, fit + RUN], "moves" if freeze.value else "stays")
    return shown, cured


def nothing_trained(evidence: Evidence) -> Both:
    """The model's own `trainable` is False, or that of a nested model, or no weight is left."""
    run, freeze = evidence.run, evidence.freeze
    if run is None or run.model is None:
        raise CannotBuild("no run is in sight that shows it")
    fit = _entry(run.kind)
    rest = [*_DATA, *_COMPILE, fit + RUN]
    if evidence.thaw is not None:
        lines = [
            "thawed = layers.Dense(8)" + SUBJECT,
            "base = keras.Sequential([keras.Input((8,)), layers.Dense(8), thawed])",
            *_outer(run.model, "base"),
        ]
        gated = ["base.trainable = False", "thawed.trainable = True"]
        single = ["base.layers[0].trainable = False"]
    elif freeze is not None and freeze.via is run.model:
        lines = ["head = layers.Dense(1)" + SUBJECT, "base = layers.Dense(8)", *_stack(run.model)]
        gated, single = ["model.trainable = False"], ["base.trainable = False"]
    else:
        lines = ["head = layers.Dense(1)" + SUBJECT, "base = layers.Dense(8)", *_stack(run.model)]
        gated, single = ["base.trainable = False", "head.trainable = False"], ["base.trainable = False"]
    shown = finished([*_IMPORTS, *lines, *gated, *rest], "stays")
    return shown, finished([*_IMPORTS, *lines, *single, *rest], "moves")


def without_effect(evidence: Evidence) -> Both:
    """A misspelled name, a string, a comparison, or a model's constructor."""
    doubtful = evidence.doubtful
    model = evidence.run.model if evidence.run is not None else None
    part = doubtful.layer if doubtful is not None else evidence.part
    if part is None:
        raise CannotBuild("what is frozen is not in the tables")
    rest = [*_outer(model, "base"), *_DATA, *_COMPILE, "model.fit(x, y, verbose=0)" + RUN]
    if doubtful is None:
        start = ["inputs = keras.Input((8,))", "hidden = layers.Dense(8)(inputs)" + SUBJECT]
        with_keyword = ["base = keras.Model(inputs, hidden, trainable=False)"]
        assigned = ["base = keras.Model(inputs, hidden)", "base.trainable = False"]
        if isinstance(part, Model) and isinstance(part.structure, Sequential):
            start = ["hidden = layers.Dense(8)" + SUBJECT]
            with_keyword = ["base = keras.Sequential([keras.Input((8,)), hidden], trainable=False)"]
            assigned = ["base = keras.Sequential([keras.Input((8,)), hidden])", "base.trainable = False"]
    else:
        start, with_keyword = _part(part, "base"), [_doubtful_text(doubtful.kind, doubtful.name)]
        assigned = ["base.trainable = False"]
    shown = finished([*_IMPORTS, *start, *with_keyword, *rest], "moves")
    return shown, finished([*_IMPORTS, *start, *assigned, *rest], "stays")


def _doubtful_text(kind: str, name: str) -> str:
    texts = {"compared": "base.trainable == False", "string": 'base.trainable = "False"'}
    return texts.get(kind, f"base.{name} = False")


def in_turn(evidence: Evidence) -> Both:
    """Two models share layers, and Keras 3 goes by the flags of the moment."""
    run, freeze = evidence.run, evidence.freeze
    if run is None or run.trained is None or run.compiled is None or freeze is None:
        raise CannotBuild("no run is in sight that shows it")
    thawed = bool((run.trained - run.compiled).intersection(freeze.reached))
    fit = {"fit": "fit(x, y, verbose=0)"}.get(run.kind, "train_on_batch(x, y)")
    start = [
        *_IMPORTS,
        "critic = keras.Sequential([keras.Input((8,)), layers.Dense(1)])" + SUBJECT,
        'critic.compile("sgd", "mse")',
        "critic.trainable = False",
        "both = keras.Sequential([keras.Input((8,)), layers.Dense(8), critic])",
        'both.compile("sgd", "mse")',
        *_DATA,
        "for _ in range(2):",
    ]
    thaw, freeze_again = "    critic.trainable = True", "    critic.trainable = False"
    if thawed:
        steps = [thaw, "    critic.train_on_batch(x, y)", f"    both.{fit}{RUN}"]
        cured = [*steps[:2], freeze_again, steps[2]]
        return finished([*start, *steps], "moves"), finished([*start, *cured], "stays")
    steps = [f"    critic.{fit}{RUN}", "    both.train_on_batch(x, y)"]
    cured = [thaw, steps[0], freeze_again, steps[1]]
    return finished([*start, *steps], "stays"), finished([*start, *cured], "moves")


def in_map(evidence: Evidence) -> Both:
    """Noise in the function of a `map`."""
    if evidence.row is None:
        raise CannotBuild("no run is in sight that shows it")
    layer = made(evidence.row.layer)
    start = [
        "import tensorflow as tf",
        "from tensorflow.keras import layers",
        *layer.lines,
        "",
        f"noise = {layer.text}{SUBJECT}",
        f"data = tf.data.Dataset.from_tensor_slices(tf.ones({(4, *layer.shape)})).batch(2)",
    ]
    off = f"data = data.map(lambda x: noise(x)){RUN}"
    on = f"data = data.map(lambda x: noise(x, training=True)){RUN}"
    return finished([*start, off], "off"), finished([*start, on], "active")


def a_dropout(part: Layer) -> Layer:
    """A random layer in a part.

    Raises:
        CannotBuild: there is none.
    """
    found = next((layer for layer in part.tree() if layer.kind.arming and layer.ready_made is None), None)
    if found is None:
        raise CannotBuild("there is no random layer in what is frozen")
    return found


# --- models


def _entry(kind: str) -> str:
    if kind == "tape":
        raise CannotBuild("a step under a GradientTape reads trainable by itself")
    return "model.train_on_batch(x, y)" if kind == "train_on_batch" else "model.fit(x, y, verbose=0)"


def _model_around(model: Model, part: Layer) -> tuple[list[str], str]:
    """The lines that make a model of the same kinds, and the name of the part in it."""
    if part is not model:
        return [*_part(part, "base"), *_outer(model, "base")], "base"
    if _is_class(model):
        return [*_class("Net"), "model = Net(1)", "model.build((None, 8))"], "model"
    if isinstance(model.structure, Functional):
        inputs = ["inputs = keras.Input((8,))", "outputs = layers.Dense(1)(inputs)" + SUBJECT]
        return [*inputs, "model = keras.Model(inputs, outputs)"], "model"
    return ["model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])" + SUBJECT], "model"


def _part(part: Layer, name: str) -> list[str]:
    """A part with a Dense in it, or a Dense."""
    if _is_class(part):
        return [*_class("Part"), f"{name} = Part(8)"]
    if not isinstance(part, Model):
        return [f"{name} = layers.Dense(8){SUBJECT}"]
    if isinstance(part.structure, Functional):
        inputs = ["inputs = keras.Input((8,))", "hidden = layers.Dense(8)(inputs)" + SUBJECT]
        return [*inputs, f"{name} = keras.Model(inputs, hidden)"]
    return [f"{name} = keras.Sequential([keras.Input((8,)), layers.Dense(8)]){SUBJECT}"]


def _class(name: str) -> list[str]:
    return [line.format(name=name) for line in _CLASS]


def _is_class(layer: Layer) -> bool:
    return layer.instance is not None and user_call(layer) is not None


def _outer(model: Model | None, part: str) -> list[str]:
    """A model with a head behind a part."""
    if model is not None and isinstance(model.structure, Sequential):
        return [f"model = keras.Sequential([keras.Input((8,)), {part}, layers.Dense(1)])"]
    return [
        "outer_inputs = keras.Input((8,))",
        f"model = keras.Model(outer_inputs, layers.Dense(1)({part}(outer_inputs)))",
    ]


def _stack(model: Model) -> list[str]:
    """A model of the layers `base` and `head`."""
    if isinstance(model.structure, Functional):
        return ["inputs = keras.Input((8,))", "model = keras.Model(inputs, head(base(inputs)))"]
    return ["model = keras.Sequential([keras.Input((8,)), base, head])"]
