"""Where a fix is not certainly right there is none: each case beside a twin that has one."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.finding import Applicability, Fix

HEAD = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

base = keras.Sequential([keras.Input((8,)), layers.Dense(8), layers.Dropout(0.5), layers.Dense(8)])
base.trainable = False
"""
CLASS = """\

class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.more = more
        self.dropout = layers.Dropout(0.5)
        self.head = layers.Dense(1)

    def call(self, inputs, training=None):
"""
TRAINING = """\

model = Classifier()
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
"""
MORE = "more = keras.Sequential([keras.Input((8,)), layers.Dense(8), layers.Dropout(0.5)])\n"
TAIL = "        return self.head(self.dropout(h))\n"


def _program(body: str, *, more: str = MORE, before: str = "", after: str = "") -> str:
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    return HEAD + more + before + CLASS + lines + TAIL + TRAINING + after


BODIES = {  # name -> (body with a safe fix, body without)
    "another part is called there too": (
        "h = inputs\nfor part in (self.base, self.base):\n    h = part(h)",
        "h = inputs\nfor part in (self.base, self.more):\n    h = part(h)",
    ),
    "a flag of the program's own": (
        "h = self.base(inputs, training=training)",
        "h = self.base(inputs, training=NOISY)",
    ),
    "arguments that cannot be seen": ("h = self.base(inputs)", "h = self.base(*[inputs])"),
    "the flag has another meaning": (
        "noisy = training\nh = self.base(inputs)",
        "training = training and True\nh = self.base(inputs)",
    ),
    "what follows in a list cannot be seen": (
        "h = self.base(inputs)\nfor part in [self.more]:\n    h = part(h)",
        "h = self.base(inputs)\nfor part in self.parts:\n    h = part(h)",
    ),
    "what follows cannot be seen": ("h = self.more(self.base(inputs))", "h = self.unseen(self.base(inputs))"),
}


def _fix(program: str, keras: str, codes: tuple[str, ...] = ("KFD101", "KFD106")) -> Fix | None:
    findings = [f for f in lint_source(program, "p.py", Settings(keras_version=keras)) if f.code in codes]
    assert findings
    return findings[0].fix


def _is_safe(program: str) -> bool:
    fix = _fix(program, "3.15")
    return fix is not None and fix.grade is Applicability.SAFE


@pytest.mark.parametrize(("with_fix", "without"), BODIES.values(), ids=BODIES)
def test_call_bodies(with_fix: str, without: str) -> None:
    assert _is_safe(_program(with_fix))
    program = _program(without, before="NOISY = True\n")
    if "self.unseen" in without:
        program = program.replace("self.more = more", "self.unseen = keras.models.load_model('x')")
    program = program.replace("self.more = more", "self.parts = [more, keras.models.load_model('x')]")
    assert not _is_safe(program)


@pytest.mark.parametrize("then", ["self.dropout", "self.unseen"])
def test_a_method_that_call_uses(then: str) -> None:
    unseen = "self.unseen = keras.models.load_model('x')"
    helper = f"\n    def encode(self, x):\n        return {then}(self.base(x))\n"
    program = _program("h = self.encode(inputs)", after="").replace(TAIL, TAIL + helper)
    program = program.replace("self.more = more", unseen)
    fix = _fix(program, "3.15")
    assert fix is not None
    assert (
        fix.grade is Applicability.UNSAFE
    )  # the dropout in encode() has no flag to get, and is called again
    outside = program.replace(f"{then}(self.base(x))", "self.base(x)").replace(unseen, "self.more = more")
    assert _is_safe(outside)
    if then == "self.unseen":  # what is called before the part is not touched by its flag
        assert _is_safe(program.replace(f"{then}(self.base(x))", "self.unseen(x) + self.base(x)"))
        assert not _is_safe(program.replace(f"{then}(self.base(x))", "self.base(x) + self.unseen(x)"))


def test_a_part_that_trains_later_keeps_its_dropout() -> None:
    body = "h = self.base(inputs)"
    thaw = (
        "base.trainable = True\nmodel.compile('sgd', 'mse')\nmodel.fit(np.ones((16, 8)), np.ones((16, 1)))\n"
    )
    assert _is_safe(_program(body, after="print('done')\n"))
    assert _fix(_program(body, after=thaw), "3.15") is None


GRAPH = (
    HEAD
    + """\
inputs = keras.Input((8,))
outputs = layers.Dense(1)(base(inputs))
model = keras.Model(inputs, outputs)
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
"""
)


@pytest.mark.parametrize(("keras", "title"), [
    ("2", "Call base with training=False"),
    ("3.16", "Call base with training=False"),
    ("3.15", "Set the rate of the Dropouts in base to 0"),
    (">=2,<3.16", "Set the rate of the Dropouts in base to 0"),
])  # fmt: skip
def test_the_cure_in_a_graph_depends_on_the_keras(keras: str, title: str) -> None:
    fix = _fix(GRAPH, keras)
    assert fix is not None
    assert fix.title == title


def test_no_flag_in_a_graph_that_leaks_it() -> None:
    leaking = GRAPH.replace(
        "layers.Dense(1)(base(inputs))", "layers.Dense(1)(layers.Dropout(0.5)(base(inputs)))"
    )
    fix = _fix(leaking, "3.16")
    assert fix is not None
    assert fix.title.startswith("Set the rate")
    before = GRAPH.replace("base(inputs)", "base(layers.Dropout(0.5)(inputs))")
    fix = _fix(before, "3.16")
    assert fix is not None
    assert fix.title.startswith("Call base")


def test_no_rates_of_layers_that_have_other_randomness() -> None:
    deep = "keras.Sequential([keras.Sequential([layers.Dropout(0.5)])])"
    for other in ("layers.GaussianNoise(0.5)", deep):
        fix = _fix(GRAPH.replace("layers.Dropout(0.5)", other), "3.15")
        assert fix is not None
        assert fix.title.startswith("Wrap base")


RATES = {  # part of the program -> (what stands there instead, the fix)
    "layers.Dropout(0.5)": {
        "layers.SpatialDropout1D(0.5)": "isinstance(layer, layers.Dropout)",
        "layers.AlphaDropout(0.5)": 'hasattr(layer, "rate")',
        "keras.Sequential([layers.Dropout(0.5)])": (
            'for inner in getattr(layer, "layers", [layer]):\n        if isinstance(inner, layers.Dropout):'
        ),
    },
    "from tensorflow.keras import layers": {
        "import tensorflow as tf\nlayers = tf.keras.layers": "isinstance(layer, keras.layers.Dropout)",
        "from tensorflow.keras import layers as L\nlayers = L": "isinstance(layer, L.Dropout)",
        "from keras import layers\nfrom keras.layers import Dropout": "isinstance(layer, Dropout)",
        "from keras import layers\nfrom keras.layers import *": "isinstance(layer, layers.Dropout)",
        "from keras import layers\nfrom .own import Dropout": "isinstance(layer, layers.Dropout)",
    },
    "import numpy as np\nfrom tensorflow import keras": {
        "import numpy as np, tensorflow.keras as keras": "isinstance(layer, layers.Dropout)",
        "import numpy as np\nfrom tensorflow import keras\nkeras, layer = keras, 0": (
            "for frozen_layer in base.layers:\n    if isinstance(frozen_layer, layers.Dropout):"
        ),
    },
}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [(old, new, expected) for old, others in RATES.items() for new, expected in others.items()],
)
def test_rates_are_set_as_the_program_would_write_it(old: str, new: str, expected: str) -> None:
    fix = _fix(GRAPH.replace(old, new, 1), "3.15")
    assert fix is not None
    assert expected in fix.edits[0].text


def test_what_a_helper_freezes_may_have_no_layers() -> None:
    helper = "def freeze(part):\n    part.trainable = False\n"
    children = f"{helper}    for child in getattr(part, 'layers', []):\n        freeze(child)\nfreeze(base)\n"
    fix = _fix(GRAPH.replace("base.trainable = False\n", children), "3.15")
    assert fix is not None
    assert 'in getattr(part, "layers", []):' in fix.edits[0].text
    fix = _fix(GRAPH, "3.15")
    assert fix is not None
    assert "in base.layers:" in fix.edits[0].text


@pytest.mark.parametrize(("flag", "offered"), [("training=True", True), ("training=False", False)])
def test_a_leak_that_a_training_owes_its_mode_to_stays(flag: str, offered: bool) -> None:
    step = f"""
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self(x, {flag})))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {{"loss": loss}}
"""
    program = _program("h = self.more(inputs, training=True)", after="model.predict(np.ones((4, 8)))\n")
    program = "import tensorflow as tf\n" + program.replace(TAIL, TAIL + step)
    assert (_fix(program, "3.15", ("KFD206",)) is not None) is offered


LATE = (
    GRAPH.replace("base.trainable = False\n", "")
    .replace("np.random.rand(16, 8), np.random.rand(16, 1), verbose=0", "x, y")
    .replace("inputs =", "x, y = np.random.rand(16, 8), np.random.rand(16, 1)\ninputs =", 1)
    + "base.trainable = False\nmodel.fit(x, y)\n"
)
THAWED = LATE.replace("inputs =", "base.trainable = False\ninputs =", 1).replace(
    "base.trainable = False\nmodel.fit", "base.trainable = True\nmodel.fit"
)


def _recompiled(program: str, old: str = "", new: str = "") -> tuple[str, Applicability] | None:
    fix = _fix(program.replace(old, new) if old else program, "3.15", ("KFD301",))
    return (fix.edits[0].text.strip(), fix.grade) if fix is not None else None


def test_a_second_compile_goes_on_with_the_optimizer_as_it_is() -> None:
    safe, kept = Applicability.SAFE, "model.optimizer"
    anew = "model.optimizer.from_config(model.optimizer.get_config())"
    assert _recompiled(LATE) == (f'model.compile({kept}, "mse")', safe)
    assert _recompiled(THAWED) == (f'model.compile({anew}, "mse")', safe)
    for made in ("sgd", "keras.optimizers.SGD(0.1)"):
        assert _recompiled(LATE, '"sgd"', made) == (f'model.compile({kept}, "mse")', safe)
    named = 'loss="mse", optimizer="sgd"'
    assert _recompiled(THAWED, '"sgd", "mse"', named) == (
        f'model.compile(loss="mse", optimizer={anew})',
        safe,
    )
    assert _recompiled(LATE, '"sgd", "mse"', 'loss="mse"') == (
        f'model.compile(optimizer={kept}, loss="mse")',
        safe,
    )


def test_a_schedule_that_would_begin_anew_is_unsafe() -> None:
    schedule = "keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5))"
    (_, frozen), (_, thawed) = (
        _recompiled(program, '"sgd"', schedule) or ("", None) for program in (LATE, THAWED)
    )
    assert (frozen, thawed) == (Applicability.SAFE, Applicability.UNSAFE)


def test_no_second_compile_that_would_lose_something() -> None:
    own = "sgd = getattr(keras.optimizers, NAME)()"
    assert _recompiled(THAWED.replace("inputs =", f"{own}\ninputs =", 1), '"sgd"', "sgd") is None
    assert _recompiled(LATE, '"mse"', "loss") is None
    by_hand = "model.run_eagerly = True\nbase.trainable = False\nmodel"
    assert _recompiled(LATE, "base.trainable = False\nmodel", by_hand) is None
    looped = "base.trainable = False\nfor _ in range(3):\n    model"
    assert _recompiled(LATE, "base.trainable = False\nmodel", looped) is None


def _changed(program: str, keras: str, code: str = "KFD101") -> list[str]:
    """The lines that the first fix changes, in the order of the program."""
    from dropout_lint.fixes.editing import edited

    fix = _fix(program, keras, (code,))
    assert fix is not None
    lines = edited(program, fix.edits).splitlines()
    return [line.strip() for line in lines if line not in program.splitlines()]


def test_sibling_calls_are_mended_together() -> None:
    twice = "one = self.base(inputs)\nh = one + self.base(inputs * 2)"
    off = ["one = self.base(inputs, training=False)", "h = one + self.base(inputs * 2, training=False)"]
    head = "return self.head(self.dropout(h, training=training))"
    assert _changed(_program(twice), "3.15") == [*off, head]
    # another frozen part that follows would owe it to the leak that it is off
    more = MORE + "more.trainable = False\n"
    both = _program("h = self.base(inputs)\nh = self.more(h)", more=more)
    off = ["h = self.base(inputs, training=False)", "h = self.more(h, training=False)"]
    assert _changed(both, "3.15") == [*off, head]


def test_a_sibling_that_trains_in_another_run_keeps_its_dropout() -> None:
    more = MORE + "more.trainable = False\n"
    body = "h = self.base(inputs)\nh = self.more(h)"
    again = (
        "more.trainable = True\nmodel.compile('sgd', 'mse')\nmodel.fit(np.ones((16, 8)), np.ones((16, 1)))\n"
    )
    (_, changed, _) = _changed(_program(body, more=more, after=again), "3.15")
    assert changed == "h = self.more(h, training=training)"


@pytest.mark.parametrize("keras", ["2", "3.16"])
def test_no_flag_where_training_mode_normalises_weights(keras: str) -> None:
    program = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inner = layers.Dense(8)
base = keras.Sequential([keras.Input((8,)), {inner}, layers.Dropout(0.5)])
base.trainable = False
inputs = keras.Input((8,))
model = keras.Model(inputs, layers.Dense(1)(base(inputs)))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
"""

    def fix(inner: str) -> str:
        (finding,) = lint_source(program.format(inner=inner), "p.py", Settings(keras_version=keras))
        assert finding.code == "KFD101"
        return "".join(edit.text for edit in finding.fix.edits) if finding.fix is not None else ""

    assert "training=False" in fix("inner")
    assert "training=False" not in fix("layers.SpectralNormalization(inner)")
