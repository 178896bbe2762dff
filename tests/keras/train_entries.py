"""The ways to train a model around a frozen base, and what Keras was measured to do with its Dropout.

The measurements are those of `tests.keras.wirings`. A cell says whether the frozen Dropout is random in fit()
with a train_step that calls self(x, training=True), self(x), self(x, training=False); in fit() after compile
and then freeze; in a second fit() after fit and then freeze; in an eager fit(); in train_on_batch(),
predict() and evaluate(). The comment "# not measured" marks a run that has no place in the cell.
"""

from __future__ import annotations

from tests.keras.cells import Cells
from tests.keras.wiring_programs import model_class
from tests.oracle.wirings import PRELUDE

# One fresh base and model for each entry; CLASS(…) is how the wiring makes its model.
_STEP = """
class Step{number}(PARENT):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(({call} - y) ** 2)
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return {{"loss": loss}}
base = make_base()
base.trainable = False
m = Step{number}(PARTS)
m.compile("sgd", "mse")
m.fit(x, y, verbose=0)
"""

_OTHER_ENTRIES = """
base = make_base()
m = CLASS(PARTS)
m.compile("sgd", "mse")
base.trainable = False
m.fit(x, y, verbose=0)

base = make_base()
m = CLASS(PARTS)
m.compile("sgd", "mse")
m.fit(x, y, verbose=0)  # not measured
base.trainable = False
m.fit(x, y, verbose=0)

base = make_base()
base.trainable = False
m = CLASS(PARTS)
m.compile("sgd", "mse", run_eagerly=True)
m.fit(x, y, verbose=0)

base = make_base()
base.trainable = False
m = CLASS(PARTS)
m.compile("sgd", "mse")
m.train_on_batch(x, y)
m.predict(x, verbose=0)
m.evaluate(x, y, verbose=0)
"""


def _train_entries(parent: str, parts: str, before: str = "") -> str:
    """A program of all train entries into models `parent(parts)`."""
    calls = ("self(x, training=True)", "self(x)", "self(x, training=False)")
    steps = "".join(_STEP.format(number=number, call=call) for number, call in enumerate(calls))
    entries = (steps + _OTHER_ENTRIES).replace("PARENT", parent).replace("CLASS", parent)
    return PRELUDE + before + entries.replace("PARTS", parts)


def _sub_entries(arguments: str, call: str) -> str:
    """The same for a subclassed Model whose constructor takes the base."""
    net = model_class(arguments, call).replace("__init__(self)", "__init__(self, base)")
    return _train_entries("Net", "base", net.replace("m = Net()\n", ""))


_ACTIVE = "Y--YYYY--"
_INACTIVE = "---------"

# wiring -> program, cells
TRAIN_ENTRIES: dict[str, tuple[str, Cells]] = {
    "func: base(x)": (_train_entries("Model", "inp, head(base(inp))"), _ACTIVE),
    "func: base(x, training=False)": (
        _train_entries("Model", "inp, head(base(inp, training=False))"),
        (_INACTIVE, _ACTIVE, _INACTIVE),
    ),
    "seq: Sequential([base, head])": (
        _train_entries("keras.Sequential", "[Input((6,)), base, layers.Dropout(0.4), layers.Dense(1)]"),
        _ACTIVE,
    ),
    "sub Model: call(self, x): self.base(x)": (
        _sub_entries("x", "self.base(x)"),
        (_ACTIVE, "Y--------", "Y--------"),
    ),
    "sub Model: call(self, x, training=None): self.base(x)": (
        _sub_entries("x, training=None", "self.base(x)"),
        _ACTIVE,
    ),
    "sub Model: call(self, x, training=None): self.base(x, training=False)": (
        _sub_entries("x, training=None", "self.base(x, training=False)"),
        _INACTIVE,
    ),
}
