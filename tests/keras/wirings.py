"""How a frozen base can be wired, and what Keras was measured to do with its Dropout.

The measurements are black-box: repeated losses with constant data and no learning, on tf_keras 2.21,
Keras 3.15.1 and the 3.16 nightly. Neither the simulation nor the oracle had a part in them.

A cell of `WIRINGS` says whether the frozen Dropout is random in fit(), and under a tape in
m(x, training=True), m(x) and m(x, training=False); then, after the h, whether the head's Dropout is
random in fit(). "raises" stands for a program that ends in a TypeError.

A cell of `TRAIN_ENTRIES` says whether the frozen Dropout is random in fit() with a train_step that calls
self(x, training=True), self(x), self(x, training=False); in fit() after compile and then freeze; in a second
fit() after fit and then freeze; in an eager fit(); in train_on_batch(), predict() and evaluate().

Comments mark lines of a program: "# frozen" and "# head" where those layers are made, "# not measured"
at a run that has no place in the cell.
"""

from __future__ import annotations

from tests.oracle.wirings import ENTRIES, PRELUDE, SUBCLASS
from tests.oracle.wirings import WIRINGS as KNOWN

KERASES = ("2", "3.15", "3.16")
# Keras 2, 3.15 and 3.16; one string where they agree.
Cells = str | tuple[str, str, str]

_ON = "YY-- hY"
_OFF = "---- hY"
_SILENT = "---- h-"
_FORCED = "YYYY hY"
_OVERRIDDEN = (_OFF, _ON, _SILENT)
_LEAKS = (_OFF, _SILENT, _SILENT)
_LEAKS_IN_3_16 = (_OFF, _OFF, _SILENT)
_POSITIONAL = (_OFF, "raises", "raises")


def _known(name: str) -> str:
    """A program that the oracle's own tests have too."""
    return PRELUDE + KNOWN[name][0] + ENTRIES


def _program(source: str, freeze: str = "base.trainable = False") -> str:
    """A program that makes `m` from the prelude's frozen `base`, its `head` and `inp`."""
    return PRELUDE.replace("base.trainable = False", freeze) + source + ENTRIES


def _func(call: str) -> str:
    return f"m = Model(inp, head({call}))"


def _class(arguments: str, call: str) -> str:
    """`m`, of a class whose call() runs `call`, then its own head."""
    body = f"h = {call}\n        return self.out(self.d(h))"
    return SUBCLASS.format(arguments=arguments, body=body)


def _as_layer(source: str) -> str:
    """The same class as a Layer, inside a functional model."""
    layer = source.replace("Net(Model)", "Net(layers.Layer)")
    return layer.replace("m = Net()", "m = Model(inp, Net()(inp))")


def _sub_model(arguments: str, call: str) -> str:
    return _program(_class(arguments, call))


def _sub_layer(arguments: str, call: str) -> str:
    return _program(_as_layer(_class(arguments, call)))


def _sub_base(arguments: str, call: str) -> str:
    """A functional model around a base that is itself a subclassed Model."""
    source = f"""\
class Base(Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(6)
        self.b = layers.Dropout(0.5)  # frozen
    def call(self, {arguments}):
        return self.b(self.a(x))
base = Base()
base.trainable = False
"""
    return _program(source + _func(call))


_SEQUENTIAL_BASE = """\
base = keras.Sequential([Input((6,)), layers.Dense(6), layers.Dropout(0.5), layers.Dense(6)])  # frozen
base.trainable = False
"""

_DEEPER_BASE = """\
i = Input((6,))
h = layers.Dense(6)(i)
h = layers.Dropout(0.5)(h)  # frozen
base = Model(i, layers.Dense(6)(h))
base.trainable = False
"""

_APP = """\
def App(input_tensor):
    h = layers.Dense(6)(input_tensor)
    h = layers.Dropout(0.5)(h)  # frozen
    return Model(input_tensor, h)
app = App(input_tensor=inp)
app.trainable = False
m = Model(inp, head(app.output))
"""

_TWO_FROZEN_TOWERS = """\
other = make_base()
other.trainable = False
m = Model(inp, head(layers.Concatenate()([base(inp), other(inp)])))
"""

_FROZEN_AND_TRAINABLE_TOWER = """\
other = keras.Sequential([Input((6,)), layers.Dropout(0.4)])  # head
both = layers.Concatenate()([base(inp, training=False), other(inp)])
m = Model(inp, layers.Dense(1)(both))
"""

# A graph runs by depth, and in the order of the inputs within one: here the side branch runs before base.
_BRANCH_BUILT_BEFORE = """\
side = layers.Dropout(0.4)(inp)  # head
both = layers.Concatenate()([side, base(inp, training=False)])
m = Model(inp, layers.Dense(1)(layers.Dropout(0.4)(both)))
"""

# A layer between makes base deeper than the side branch: base runs first, although built later.
_DEEPER_THAN_THE_BRANCH = """\
side = layers.Dropout(0.4)(inp)  # head
late = layers.Dense(6)(base(inp, training=False))
m = Model(inp, layers.Dense(1)(layers.Concatenate()([side, late])))
"""

_WRAPPER_IN_SEQUENTIAL = """\
class Wrapper(layers.Layer):
    def __init__(self):
        super().__init__()
        self.m = base
    def call(self, x):
        return self.m(x, training=False)
m = keras.Sequential([Wrapper(), layers.Dropout(0.4), layers.Dense(1)])  # head
"""

_NET = "net = Model(inp, base(inp, training=False))\n"
_NESTED_NET = _NET + "base = net\n"

_SEQUENTIAL_HEAD = """\
class Net(Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.head = keras.Sequential([layers.Dropout(0.4), layers.Dense(1)])  # head
    def call(self, x, training=None):
        h = self.base(x, training=False)
        return self.head(h, training=training)
m = Net()
"""

_LOOP_OVER_LAYERS = """\
class Net(Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.d = layers.Dropout(0.4)  # head
        self.out = layers.Dense(1)
    def call(self, x, training=None):
        for l in self.base.layers[1:]:
            x = l(x, training=False) if isinstance(l, layers.Dropout) else l(x)
        return self.out(self.d(x))
m = Net()
"""

_SIAMESE = """\
other = Input((6,))
both = layers.Add()([base(inp, training=False), base(other)])
m = Model([inp, other], head(both))
x = [x, x]
"""

# wiring -> program, cells
WIRINGS: dict[str, tuple[str, Cells]] = {
    "func: base(x)": (_known("func"), _ON),
    "func: base(x, training=False)": (_known("func-false"), _OVERRIDDEN),
    "func: base(x, training=True)": (_known("func-true"), (_FORCED, "YYY- hY", _FORCED)),
    "func: base(x, training=None)": (_known("func-none"), (_ON, _ON, _SILENT)),
    "func: base=Sequential, base(x)": (_program(_SEQUENTIAL_BASE + _func("base(inp)")), _ON),
    "func: base=Sequential, base(x, training=False)": (
        _program(_SEQUENTIAL_BASE + _func("base(inp, training=False)")),
        _OVERRIDDEN,
    ),
    "func: base=subclass call(x), base(x)": (_sub_base("x", "base(inp)"), _ON),
    "func: base=subclass call(x), base(x, training=False)": (
        _sub_base("x", "base(inp, training=False)"),
        (_ON, _ON, _SILENT),
    ),
    "func: base=subclass call(x,training=None), base(x, training=False)": (
        _sub_base("x, training=None", "base(inp, training=False)"),
        _OVERRIDDEN,
    ),
    "func: base=subclass call(x,training=False), base(x)": (_sub_base("x, training=False", "base(inp)"), _ON),
    "func: base(x, False) positional": (_known("func-positional"), _POSITIONAL),
    "func: base.call(x, training=False)": (_known("func-direct-call"), _ON),
    "func: Model(base.input, head(base.output))": (_known("output-reuse"), _ON),
    "func: base.layers[-2].output reuse": (
        _program(_DEEPER_BASE + "m = Model(base.input, head(base.layers[-2].output))"),
        _ON,
    ),
    "func: App(input_tensor=inp) + .output": (_program(_APP), _ON),
    "func: 2-level: mid=Model(base(x,training=False)); outer=mid(x)": (_known("two-levels"), _OVERRIDDEN),
    "func: 2-level: mid=Model(base(x)); outer=mid(x,training=False)": (
        _program("mid = Model(inp, base(inp))\nm = Model(inp, head(mid(inp, training=False)))"),
        _OVERRIDDEN,
    ),
    "seq: Sequential([base, head])": (_known("sequential"), _ON),
    "seq: Sequential([base, head]) no Input (deferred)": (_known("sequential-deferred"), _ON),
    "seq: Sequential().add(base)": (_known("sequential-add"), _ON),
    "seq: for l in base.layers: seq.add(l)": (
        _program(
            "m = keras.Sequential()\nfor l in base.layers:\n    m.add(l)\n"
            "m.add(layers.Dropout(0.4))  # head\nm.add(layers.Dense(1))"
        ),
        _ON,
    ),
    "sub Model: call(self, x): self.base(x)": (_known("sub-no-argument"), (_ON, "-Y-- h-", "-Y-- h-")),
    "sub Model: call(self, x): self.base(x, training=False)": (_known("sub-no-argument-false"), _LEAKS),
    "sub Model: call(self, x): self.base(x, training=True)": (_known("sub-no-argument-true"), _FORCED),
    "sub Model: call(self, x): self.base(x, False)": (_known("sub-positional"), _POSITIONAL),
    "sub Model: call(self, x, training=None): self.base(x)": (_known("sub-inherits"), _ON),
    "sub Model: call(self, x, training=None): self.base(x, training=False)": (_known("sub-false"), _LEAKS),
    "sub Model: call(self, x, training=None): self.base(x, training=True)": (
        _sub_model("x, training=None", "self.base(x, training=True)"),
        _FORCED,
    ),
    "sub Model: call(self, x, training=None): self.base(x, False)": (
        _sub_model("x, training=None", "self.base(x, False)"),
        _POSITIONAL,
    ),
    "sub Model: call(self, x, training=None): self.base(x, training=training)": (_known("sub-forwards"), _ON),
    "sub Model: call(self, x, training=None): self.base(x, training=None)": (
        _known("sub-none"),
        (_ON, _SILENT, _SILENT),
    ),
    "sub Model: call(self, x, training=False): self.base(x)": (
        _sub_model("x, training=False", "self.base(x)"),
        _ON,
    ),
    "sub Model: call(self, x, training=False): self.base(x, training=False)": (
        _sub_model("x, training=False", "self.base(x, training=False)"),
        _LEAKS,
    ),
    "sub Model: call(self, x, training=False): self.base(x, training=True)": (
        _sub_model("x, training=False", "self.base(x, training=True)"),
        _FORCED,
    ),
    "sub Model: call(self, x, training=False): self.base(x, False)": (
        _sub_model("x, training=False", "self.base(x, False)"),
        _POSITIONAL,
    ),
    "sub Model: call(self, x, training=False): self.base(x, training=training)": (
        _sub_model("x, training=False", "self.base(x, training=training)"),
        _ON,
    ),
    "func > sub Layer: call(self, x): self.base(x)": (_sub_layer("x", "self.base(x)"), _ON),
    "func > sub Layer: call(self, x): self.base(x, training=False)": (
        _sub_layer("x", "self.base(x, training=False)"),
        _LEAKS,
    ),
    "func > sub Layer: call(self, x, training=None): self.base(x, training=False)": (
        _sub_layer("x, training=None", "self.base(x, training=False)"),
        _LEAKS,
    ),
    "func > sub Layer: call(self, x, training=None): self.base(x, training=training)": (
        _sub_layer("x, training=None", "self.base(x, training=training)"),
        _ON,
    ),
    "func > sub Layer: call(self, x, training=False): self.base(x, training=training)": (
        _sub_layer("x, training=False", "self.base(x, training=training)"),
        _ON,
    ),
    "func > sub Layer: call(self, x, training=False): self.base(x)": (
        _sub_layer("x, training=False", "self.base(x)"),
        _ON,
    ),
    "sub Model: self.base.call(x, training=False)": (_known("sub-direct-call"), (_ON, _SILENT, _ON)),
    "sub Model: self.net=functional with base(x,training=False); self.net(x)": (
        _program(_NESTED_NET + _class("x", "self.base(x)")),
        (_OFF, "-Y-- h-", _SILENT),
    ),
    "sub Model: head Dropout called BEFORE self.base(x,training=False)": (_known("sub-head-first"), _OFF),
    "sub Model: base(x,training=False) then self.d(h, training=training)": (_known("sub-repaired"), _OFF),
    "func > wrapper Layer call(x): self.m(x,training=False)": (_known("wrapper"), _LEAKS_IN_3_16),
    "func > wrapper Layer call(x,training=None): self.m(x,training=False)": (
        _known("wrapper-training"),
        _LEAKS_IN_3_16,
    ),
    "func: Lambda(lambda t: base(t, training=False))": (_known("lambda-false"), _LEAKS_IN_3_16),
    "func: Lambda(lambda t: base(t))": (_known("lambda"), _ON),
    "func: TimeDistributed(base)(x)": (_known("time-distributed"), _ON),
    "func: TimeDistributed(base)(x, training=False)": (_known("time-distributed-false"), _OVERRIDDEN),
    "func: Bidirectional(LSTM(dropout=.5)) frozen": (_known("bidirectional"), _ON),
    "func: Bidirectional(LSTM(dropout=.5))(x, training=False)": (_known("bidirectional-false"), _OVERRIDDEN),
    "func: clone_model(base) after freeze; clone(x)": (
        _program("clone = keras.models.clone_model(base)\n" + _func("clone(inp)")),
        _ON,
    ),
    "func: clone_model(whole) of func base(x,training=False)": (_known("clone-whole"), _OVERRIDDEN),
    "func: two towers A(x),B(x) concatenated, both frozen": (_program(_TWO_FROZEN_TOWERS), _ON),
    "func: two towers A(x,training=False), B(x) trainable w/ Dropout(head rate)": (
        _program(_FROZEN_AND_TRAINABLE_TOWER),
        _OVERRIDDEN,
    ),
    "freeze: for l in base.layers: l.trainable=False": (
        _program(_func("base(inp)"), "for l in base.layers:\n    l.trainable = False"),
        _ON,
    ),
    "freeze: only Dense layers": (
        _program(
            _func("base(inp)"),
            "for l in base.layers:\n    if isinstance(l, layers.Dense):\n        l.trainable = False",
        ),
        _ON,
    ),
    "freeze: base.layers[:-1]": (
        _program(_func("base(inp)"), "for l in base.layers[:-1]:\n    l.trainable = False"),
        _ON,
    ),
    "freeze: only the Dropout layer": (
        _program(_func("base(inp)"), "base.layers[-1].trainable = False"),
        _ON,
    ),
    "freeze: base.trainable=False then children True": (
        _program(_func("base(inp)"), "base.trainable = False\nfor l in base.layers:\n    l.trainable = True"),
        _ON,
    ),
    "freeze: none (control)": (_program(_func("base(inp)"), ""), _ON),
    "freeze: whole outer model": (_program(_func("base(inp)") + "\nm.trainable = False", ""), _ON),
    "layer: Dropout(r, trainable=False)": (
        _program("frozen = layers.Dropout(0.5, trainable=False)  # frozen\n" + _func("frozen(inp)")),
        _ON,
    ),
    "layer: Dropout(r)(h, training=False)": (
        _program("frozen = layers.Dropout(0.5)  # frozen\n" + _func("frozen(inp, training=False)")),
        _OVERRIDDEN,
    ),
    "layer: Dropout(r)(h, training=True)": (
        _program("frozen = layers.Dropout(0.5)  # frozen\n" + _func("frozen(inp, training=True)")),
        (_FORCED, "YYY- hY", _FORCED),
    ),
    "sub call(self,x,training=None): self.net(x,training=training); "
    "net=functional with base(x,training=False)": (
        _program(_NESTED_NET + _class("x, training=None", "self.base(x, training=training)")),
        _OVERRIDDEN,
    ),
    "sub call(self,x,training=None): self.net(x); net=functional with base(x,training=False)": (
        _program(_NESTED_NET + _class("x, training=None", "self.base(x)")),
        _OVERRIDDEN,
    ),
    "Sequential([net, head]); net=functional with base(x,training=False)": (
        _program(_NET + "m = keras.Sequential([net, layers.Dropout(0.4), layers.Dense(1)])  # head"),
        _OVERRIDDEN,
    ),
    "Sequential([Wrapper(base) call(x): m(x,training=False), Dropout, Dense])": (
        _program(_WRAPPER_IN_SEQUENTIAL),
        _LEAKS_IN_3_16,
    ),
    "functional subclass: super().__init__(inputs, outputs=head(base(inputs,training=False)))": (
        _known("functional-subclass"),
        _OVERRIDDEN,
    ),
    "functional head(h) then a second trainable branch Dropout on INPUT built before "
    "base(x,training=False)": (_program(_BRANCH_BUILT_BEFORE), (_OFF, _ON, _OFF)),
    "the same, with a layer between base(x,training=False) and the place where the branches meet": (
        _program(_DEEPER_THAN_THE_BRANCH),
        _OVERRIDDEN,
    ),
    "func base(x,training=False); head Dropout(h, training=True)": (
        _program(
            "d = layers.Dropout(0.4)  # head\n"
            "m = Model(inp, layers.Dense(1)(d(base(inp, training=False), training=True)))"
        ),
        (_OFF, _ON, _OFF),
    ),
    "sub: with tf.stop_gradient(self.base(x)) call(self,x,training=None)": (_known("stop-gradient"), _ON),
    "sub: self.base(x,training=False); self.head(h, training=training), head=Sequential([Dropout,Dense])": (
        _program(_SEQUENTIAL_HEAD),
        _OFF,
    ),
    "sub call(self,x,training=None): base list loop: for l in self.base.layers[1:]: x=l(x, training=False)": (
        _program(_LOOP_OVER_LAYERS),
        _LEAKS,
    ),
    "add_loss/aux: func two-input siamese shared base(a,training=False), base(b)": (
        _program(_SIAMESE),
        (_ON, _ON, _SILENT),
    ),
}

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
    net = _class(arguments, call).replace("__init__(self)", "__init__(self, base)")
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


def cell(cells: Cells, keras: str) -> str:
    """The cell of one Keras."""
    return cells if isinstance(cells, str) else cells[KERASES.index(keras)]
