"""How a frozen base can be wired, and what Keras was measured to do with its Dropout.

The measurements are black-box: repeated losses with constant data and no learning, on tf_keras 2.21,
Keras 3.15.1 and the 3.16 nightly. Neither the simulation nor the oracle had a part in them.

A cell says whether the frozen Dropout is random in fit(), and under a tape in m(x, training=True), m(x) and
m(x, training=False); then, after the h, whether the head's Dropout is random in fit(). "raises" stands for a
program that ends in a TypeError.

The comments "# frozen" and "# head" mark lines of a program where those layers are made.
"""

from __future__ import annotations

from tests.keras.cells import Cells
from tests.keras.wiring_programs import func, known, model_class, program, sub_base, sub_layer, sub_model

_ON = "YY-- hY"
_OFF = "---- hY"
_SILENT = "---- h-"
_FORCED = "YYYY hY"
_OVERRIDDEN = (_OFF, _ON, _SILENT)
_LEAKS = (_OFF, _SILENT, _SILENT)
_LEAKS_IN_3_16 = (_OFF, _OFF, _SILENT)
_POSITIONAL = (_OFF, "raises", "raises")

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
    "func: base(x)": (known("func"), _ON),
    "func: base(x, training=False)": (known("func-false"), _OVERRIDDEN),
    "func: base(x, training=True)": (known("func-true"), (_FORCED, "YYY- hY", _FORCED)),
    "func: base(x, training=None)": (known("func-none"), (_ON, _ON, _SILENT)),
    "func: base=Sequential, base(x)": (program(_SEQUENTIAL_BASE + func("base(inp)")), _ON),
    "func: base=Sequential, base(x, training=False)": (
        program(_SEQUENTIAL_BASE + func("base(inp, training=False)")),
        _OVERRIDDEN,
    ),
    "func: base=subclass call(x), base(x)": (sub_base("x", "base(inp)"), _ON),
    "func: base=subclass call(x), base(x, training=False)": (
        sub_base("x", "base(inp, training=False)"),
        (_ON, _ON, _SILENT),
    ),
    "func: base=subclass call(x,training=None), base(x, training=False)": (
        sub_base("x, training=None", "base(inp, training=False)"),
        _OVERRIDDEN,
    ),
    "func: base=subclass call(x,training=False), base(x)": (sub_base("x, training=False", "base(inp)"), _ON),
    "func: base(x, False) positional": (known("func-positional"), _POSITIONAL),
    "func: base.call(x, training=False)": (known("func-direct-call"), _ON),
    "func: Model(base.input, head(base.output))": (known("output-reuse"), _ON),
    "func: base.layers[-2].output reuse": (
        program(_DEEPER_BASE + "m = Model(base.input, head(base.layers[-2].output))"),
        _ON,
    ),
    "func: App(input_tensor=inp) + .output": (program(_APP), _ON),
    "func: 2-level: mid=Model(base(x,training=False)); outer=mid(x)": (known("two-levels"), _OVERRIDDEN),
    "func: 2-level: mid=Model(base(x)); outer=mid(x,training=False)": (
        program("mid = Model(inp, base(inp))\nm = Model(inp, head(mid(inp, training=False)))"),
        _OVERRIDDEN,
    ),
    "seq: Sequential([base, head])": (known("sequential"), _ON),
    "seq: Sequential([base, head]) no Input (deferred)": (known("sequential-deferred"), _ON),
    "seq: Sequential().add(base)": (known("sequential-add"), _ON),
    "seq: for l in base.layers: seq.add(l)": (
        program(
            "m = keras.Sequential()\nfor l in base.layers:\n    m.add(l)\n"
            "m.add(layers.Dropout(0.4))  # head\nm.add(layers.Dense(1))"
        ),
        _ON,
    ),
    "sub Model: call(self, x): self.base(x)": (known("sub-no-argument"), (_ON, "-Y-- h-", "-Y-- h-")),
    "sub Model: call(self, x): self.base(x, training=False)": (known("sub-no-argument-false"), _LEAKS),
    "sub Model: call(self, x): self.base(x, training=True)": (known("sub-no-argument-true"), _FORCED),
    "sub Model: call(self, x): self.base(x, False)": (known("sub-positional"), _POSITIONAL),
    "sub Model: call(self, x, training=None): self.base(x)": (known("sub-inherits"), _ON),
    "sub Model: call(self, x, training=None): self.base(x, training=False)": (known("sub-false"), _LEAKS),
    "sub Model: call(self, x, training=None): self.base(x, training=True)": (
        sub_model("x, training=None", "self.base(x, training=True)"),
        _FORCED,
    ),
    "sub Model: call(self, x, training=None): self.base(x, False)": (
        sub_model("x, training=None", "self.base(x, False)"),
        _POSITIONAL,
    ),
    "sub Model: call(self, x, training=None): self.base(x, training=training)": (known("sub-forwards"), _ON),
    "sub Model: call(self, x, training=None): self.base(x, training=None)": (
        known("sub-none"),
        (_ON, _SILENT, _SILENT),
    ),
    "sub Model: call(self, x, training=False): self.base(x)": (
        sub_model("x, training=False", "self.base(x)"),
        _ON,
    ),
    "sub Model: call(self, x, training=False): self.base(x, training=False)": (
        sub_model("x, training=False", "self.base(x, training=False)"),
        _LEAKS,
    ),
    "sub Model: call(self, x, training=False): self.base(x, training=True)": (
        sub_model("x, training=False", "self.base(x, training=True)"),
        _FORCED,
    ),
    "sub Model: call(self, x, training=False): self.base(x, False)": (
        sub_model("x, training=False", "self.base(x, False)"),
        _POSITIONAL,
    ),
    "sub Model: call(self, x, training=False): self.base(x, training=training)": (
        sub_model("x, training=False", "self.base(x, training=training)"),
        _ON,
    ),
    "func > sub Layer: call(self, x): self.base(x)": (sub_layer("x", "self.base(x)"), _ON),
    "func > sub Layer: call(self, x): self.base(x, training=False)": (
        sub_layer("x", "self.base(x, training=False)"),
        _LEAKS,
    ),
    "func > sub Layer: call(self, x, training=None): self.base(x, training=False)": (
        sub_layer("x, training=None", "self.base(x, training=False)"),
        _LEAKS,
    ),
    "func > sub Layer: call(self, x, training=None): self.base(x, training=training)": (
        sub_layer("x, training=None", "self.base(x, training=training)"),
        _ON,
    ),
    "func > sub Layer: call(self, x, training=False): self.base(x, training=training)": (
        sub_layer("x, training=False", "self.base(x, training=training)"),
        _ON,
    ),
    "func > sub Layer: call(self, x, training=False): self.base(x)": (
        sub_layer("x, training=False", "self.base(x)"),
        _ON,
    ),
    "sub Model: self.base.call(x, training=False)": (known("sub-direct-call"), (_ON, _SILENT, _ON)),
    "sub Model: self.net=functional with base(x,training=False); self.net(x)": (
        program(_NESTED_NET + model_class("x", "self.base(x)")),
        (_OFF, "-Y-- h-", _SILENT),
    ),
    "sub Model: head Dropout called BEFORE self.base(x,training=False)": (known("sub-head-first"), _OFF),
    "sub Model: base(x,training=False) then self.d(h, training=training)": (known("sub-repaired"), _OFF),
    "func > wrapper Layer call(x): self.m(x,training=False)": (known("wrapper"), _LEAKS_IN_3_16),
    "func > wrapper Layer call(x,training=None): self.m(x,training=False)": (
        known("wrapper-training"),
        _LEAKS_IN_3_16,
    ),
    "func: Lambda(lambda t: base(t, training=False))": (known("lambda-false"), _LEAKS_IN_3_16),
    "func: Lambda(lambda t: base(t))": (known("lambda"), _ON),
    "func: TimeDistributed(base)(x)": (known("time-distributed"), _ON),
    "func: TimeDistributed(base)(x, training=False)": (known("time-distributed-false"), _OVERRIDDEN),
    "func: Bidirectional(LSTM(dropout=.5)) frozen": (known("bidirectional"), _ON),
    "func: Bidirectional(LSTM(dropout=.5))(x, training=False)": (known("bidirectional-false"), _OVERRIDDEN),
    "func: clone_model(base) after freeze; clone(x)": (
        program("clone = keras.models.clone_model(base)\n" + func("clone(inp)")),
        _ON,
    ),
    "func: clone_model(whole) of func base(x,training=False)": (known("clone-whole"), _OVERRIDDEN),
    "func: two towers A(x),B(x) concatenated, both frozen": (program(_TWO_FROZEN_TOWERS), _ON),
    "func: two towers A(x,training=False), B(x) trainable w/ Dropout(head rate)": (
        program(_FROZEN_AND_TRAINABLE_TOWER),
        _OVERRIDDEN,
    ),
    "freeze: for l in base.layers: l.trainable=False": (
        program(func("base(inp)"), "for l in base.layers:\n    l.trainable = False"),
        _ON,
    ),
    "freeze: only Dense layers": (
        program(
            func("base(inp)"),
            "for l in base.layers:\n    if isinstance(l, layers.Dense):\n        l.trainable = False",
        ),
        _ON,
    ),
    "freeze: base.layers[:-1]": (
        program(func("base(inp)"), "for l in base.layers[:-1]:\n    l.trainable = False"),
        _ON,
    ),
    "freeze: only the Dropout layer": (
        program(func("base(inp)"), "base.layers[-1].trainable = False"),
        _ON,
    ),
    "freeze: base.trainable=False then children True": (
        program(func("base(inp)"), "base.trainable = False\nfor l in base.layers:\n    l.trainable = True"),
        _ON,
    ),
    "freeze: none (control)": (program(func("base(inp)"), ""), _ON),
    "freeze: whole outer model": (program(func("base(inp)") + "\nm.trainable = False", ""), _ON),
    "layer: Dropout(r, trainable=False)": (
        program("frozen = layers.Dropout(0.5, trainable=False)  # frozen\n" + func("frozen(inp)")),
        _ON,
    ),
    "layer: Dropout(r)(h, training=False)": (
        program("frozen = layers.Dropout(0.5)  # frozen\n" + func("frozen(inp, training=False)")),
        _OVERRIDDEN,
    ),
    "layer: Dropout(r)(h, training=True)": (
        program("frozen = layers.Dropout(0.5)  # frozen\n" + func("frozen(inp, training=True)")),
        (_FORCED, "YYY- hY", _FORCED),
    ),
    "sub call(self,x,training=None): self.net(x,training=training); "
    "net=functional with base(x,training=False)": (
        program(_NESTED_NET + model_class("x, training=None", "self.base(x, training=training)")),
        _OVERRIDDEN,
    ),
    "sub call(self,x,training=None): self.net(x); net=functional with base(x,training=False)": (
        program(_NESTED_NET + model_class("x, training=None", "self.base(x)")),
        _OVERRIDDEN,
    ),
    "Sequential([net, head]); net=functional with base(x,training=False)": (
        program(_NET + "m = keras.Sequential([net, layers.Dropout(0.4), layers.Dense(1)])  # head"),
        _OVERRIDDEN,
    ),
    "Sequential([Wrapper(base) call(x): m(x,training=False), Dropout, Dense])": (
        program(_WRAPPER_IN_SEQUENTIAL),
        _LEAKS_IN_3_16,
    ),
    "functional subclass: super().__init__(inputs, outputs=head(base(inputs,training=False)))": (
        known("functional-subclass"),
        _OVERRIDDEN,
    ),
    "functional head(h) then a second trainable branch Dropout on INPUT built before "
    "base(x,training=False)": (program(_BRANCH_BUILT_BEFORE), (_OFF, _ON, _OFF)),
    "the same, with a layer between base(x,training=False) and the place where the branches meet": (
        program(_DEEPER_THAN_THE_BRANCH),
        _OVERRIDDEN,
    ),
    "func base(x,training=False); head Dropout(h, training=True)": (
        program(
            "d = layers.Dropout(0.4)  # head\n"
            "m = Model(inp, layers.Dense(1)(d(base(inp, training=False), training=True)))"
        ),
        (_OFF, _ON, _OFF),
    ),
    "sub: with tf.stop_gradient(self.base(x)) call(self,x,training=None)": (known("stop-gradient"), _ON),
    "sub: self.base(x,training=False); self.head(h, training=training), head=Sequential([Dropout,Dense])": (
        program(_SEQUENTIAL_HEAD),
        _OFF,
    ),
    "sub call(self,x,training=None): base list loop: for l in self.base.layers[1:]: x=l(x, training=False)": (
        program(_LOOP_OVER_LAYERS),
        _LEAKS,
    ),
    "add_loss/aux: func two-input siamese shared base(a,training=False), base(b)": (
        program(_SIAMESE),
        (_ON, _ON, _SILENT),
    ),
}
