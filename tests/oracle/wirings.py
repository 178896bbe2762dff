"""Small programs around one frozen base, and what keras-facts (measured without this oracle) says they do.

A cell is that of the facts' section A: is the frozen Dropout active in fit(), and under a tape in
m(x, training=True), m(x), m(x, training=False); then whether the head's Dropout is active in fit().
"raises" stands for a program that ends in an error.
"""

PRELUDE = """\
import functools
import numpy as np
import tensorflow as tf
import keras
from keras import layers
Model, Input = keras.Model, keras.Input
x, y = np.ones((4, 6), "float32"), np.zeros((4, 1), "float32")
def make_base():
    i = Input((6,))
    h = layers.Dense(6)(i)
    h = layers.Dropout(0.5)(h)  # frozen
    return Model(i, h)
base = make_base()
base.trainable = False
def head(h):
    return layers.Dense(1)(layers.Dropout(0.4)(h))  # head
inp = Input((6,))
"""

SUBCLASS = """\
class Net(Model):
    def __init__(self):
        super().__init__()
        self.base = base
        self.d = layers.Dropout(0.4)  # head
        self.out = layers.Dense(1)
    def call(self, {arguments}):
        {body}
m = Net()
"""

ENTRIES = """
m.compile("sgd", "mse")
m.fit(x, y, epochs=2, verbose=0)
with tf.GradientTape():
    m(x, training=True)
with tf.GradientTape():
    m(x)
with tf.GradientTape():
    m(x, training=False)
"""


def _sub(arguments: str, body: str) -> str:
    return SUBCLASS.format(arguments=arguments, body=body.replace("\n", "\n        "))


def _plain(call: str) -> str:
    return f"h = {call}\nreturn self.out(self.d(h))"


_SUB_BASE = """\
class Base(Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(6)
        self.b = layers.Dropout(0.5)  # frozen
    def call(self, {arguments}):
        return self.b(self.a(x))
base = Base()
base.trainable = False
m = Model(inp, head(base({call})))
"""

_WRAPPER = """\
class Wrapper(layers.Layer):
    def __init__(self):
        super().__init__()
        self.m = base
    def call(self, x{arguments}):
        return self.m(x, training={flag})
m = Model(inp, head(Wrapper()(inp)))
"""

_ON = "YY-- hY"
_OFF = "---- hY"
_SILENT = "---- h-"
_FORCED = "YYYY hY"

# name -> program, (Keras 2, 3.15, 3.16)
WIRINGS: dict[str, tuple[str, tuple[str, str, str]]] = {
    "func": ("m = Model(inp, head(base(inp)))", (_ON, _ON, _ON)),
    "func-false": ("m = Model(inp, head(base(inp, training=False)))", (_OFF, _ON, _SILENT)),
    "func-true": ("m = Model(inp, head(base(inp, training=True)))", (_FORCED, "YYY- hY", _FORCED)),
    "func-none": ("m = Model(inp, head(base(inp, training=None)))", (_ON, _ON, _SILENT)),
    "func-positional": ("m = Model(inp, head(base(inp, False)))", (_OFF, "raises", "raises")),
    "func-direct-call": ("m = Model(inp, head(base.call(inp, training=False)))", (_ON, _ON, _ON)),
    "func-partial": (
        "m = Model(inp, head(functools.partial(base, training=False)(inp)))",
        (_OFF, _ON, _SILENT),
    ),
    "output-reuse": ("m = Model(base.input, head(base.output))", (_ON, _ON, _ON)),
    "inner-output-reuse": ("m = Model(base.input, head(base.layers[-1].output))", (_ON, _ON, _ON)),
    "intermediate-input": ("m = Model(base.layers[1].output, head(base.output))", (_ON, _ON, _ON)),
    "two-levels": (
        "mid = Model(inp, base(inp, training=False))\ni2 = Input((6,))\nm = Model(i2, head(mid(i2)))",
        (_OFF, _ON, _SILENT),
    ),
    "sequential": (
        "m = keras.Sequential([Input((6,)), base, layers.Dropout(0.4), layers.Dense(1)])  # head",
        (_ON, _ON, _ON),
    ),
    "sequential-deferred": (
        "m = keras.Sequential([base, layers.Dropout(0.4), layers.Dense(1)])  # head",
        (_ON, _ON, _ON),
    ),
    "sequential-add": (
        "m = keras.Sequential()\nm.add(base)\nm.add(layers.Dropout(0.4))  # head\nm.add(layers.Dense(1))",
        (_ON, _ON, _ON),
    ),
    "sub-base-no-training": (
        _SUB_BASE.format(arguments="x", call="inp, training=False"),
        (_ON, _ON, _SILENT),
    ),
    "sub-base-training": (
        _SUB_BASE.format(arguments="x, training=None", call="inp, training=False"),
        (_OFF, _ON, _SILENT),
    ),
    "sub-no-argument": (_sub("x", _plain("self.base(x)")), (_ON, "-Y-- h-", "-Y-- h-")),
    "sub-no-argument-false": (_sub("x", _plain("self.base(x, training=False)")), (_OFF, _SILENT, _SILENT)),
    "sub-no-argument-true": (_sub("x", _plain("self.base(x, training=True)")), (_FORCED,) * 3),
    "sub-inherits": (_sub("x, training=None", _plain("self.base(x)")), (_ON, _ON, _ON)),
    "sub-false": (_sub("x, training=None", _plain("self.base(x, training=False)")), (_OFF, _SILENT, _SILENT)),
    "sub-forwards": (_sub("x, training=None", _plain("self.base(x, training=training)")), (_ON, _ON, _ON)),
    "sub-none": (_sub("x, training=None", _plain("self.base(x, training=None)")), (_ON, _SILENT, _SILENT)),
    "sub-direct-call": (
        _sub("x, training=None", _plain("self.base.call(x, training=False)")),
        (_ON, _SILENT, _ON),
    ),
    "sub-positional": (_sub("x", _plain("self.base(x, False)")), (_OFF, "raises", "raises")),
    "sub-repaired": (
        _sub(
            "x, training=None",
            "h = self.base(x, training=False)\nreturn self.out(self.d(h, training=training))",
        ),
        (_OFF, _OFF, _OFF),
    ),
    "sub-head-first": (
        _sub("x, training=None", "h = self.d(x)\nreturn self.out(self.base(h, training=False))"),
        (_OFF, _OFF, _OFF),
    ),
    "wrapper": (_WRAPPER.format(arguments="", flag="False"), (_OFF, _OFF, _SILENT)),
    "wrapper-training": (_WRAPPER.format(arguments=", training=None", flag="False"), (_OFF, _OFF, _SILENT)),
    "wrapper-forwards": (_WRAPPER.format(arguments=", training=None", flag="training"), (_ON, _ON, _ON)),
    "lambda-false": (
        "m = Model(inp, head(layers.Lambda(lambda t: base(t, training=False))(inp)))",
        (_OFF, _OFF, _SILENT),
    ),
    "lambda": ("m = Model(inp, head(layers.Lambda(lambda t: base(t))(inp)))", (_ON, _ON, _ON)),
    "time-distributed": (
        "x = np.ones((4, 3, 6), 'float32')\ny = np.zeros((4, 3, 1), 'float32')\ninp = Input((3, 6))\n"
        "m = Model(inp, head(layers.TimeDistributed(base)(inp)))",
        (_ON, _ON, _ON),
    ),
    "time-distributed-false": (
        "x = np.ones((4, 3, 6), 'float32')\ny = np.zeros((4, 3, 1), 'float32')\ninp = Input((3, 6))\n"
        "m = Model(inp, head(layers.TimeDistributed(base)(inp, training=False)))",
        (_OFF, _ON, _SILENT),
    ),
    "bidirectional": (
        "x = np.ones((4, 3, 6), 'float32')\ninp = Input((3, 6))\n"
        "b = layers.Bidirectional(layers.LSTM(2, dropout=0.5))  # frozen\n"
        "b.trainable = False\nm = Model(inp, head(b(inp)))",
        (_ON, _ON, _ON),
    ),
    "bidirectional-false": (
        "x = np.ones((4, 3, 6), 'float32')\ninp = Input((3, 6))\n"
        "b = layers.Bidirectional(layers.LSTM(2, dropout=0.5))  # frozen\nb.trainable = False\n"
        "m = Model(inp, head(b(inp, training=False)))",
        (_OFF, _ON, _SILENT),
    ),
    "siamese": (
        "i2 = Input((6,))\nm2 = Model([inp, i2], head(layers.Add()([base(inp, training=False), base(i2)])))\n"
        "m = Model(inp, m2([inp, inp]))",
        (_ON, _ON, _SILENT),
    ),
    "clone": (
        "base = keras.models.clone_model(base)\nbase.trainable = False\nm = Model(inp, head(base(inp)))",
        (_ON, _ON, _ON),
    ),
    "clone-whole": (
        "m = keras.models.clone_model(Model(inp, head(base(inp, training=False))))",
        (_OFF, _ON, _SILENT),
    ),
    "functional-subclass": (
        "class Net(Model):\n    def __init__(self):\n        i = Input((6,))\n"
        "        super().__init__(i, head(base(i, training=False)))\nm = Net()",
        (_OFF, _ON, _SILENT),
    ),
    "stop-gradient": (_sub("x, training=None", _plain("tf.stop_gradient(self.base(x))")), (_ON, _ON, _ON)),
}
