"""The programs: every wiring of a frozen part under every entry, and each rule's own example."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dropout_lint import Settings, lint_source
from dropout_lint.rules import RULES

RECORD = Path(__file__).with_name("messages.txt")
KERASES = ("2", "3.15", "3.16")
EVERYTHING = frozenset(rule.code for rule in RULES)

_IMPORTS = """\
import keras
import tensorflow as tf
from keras import layers

"""
_BASE = """\
inputs = keras.Input((8,))
hidden = layers.Dropout(0.5)(layers.Dense(4)(inputs))
base = keras.Model(inputs, layers.Dense(4, name="last")(hidden))
base.trainable = False
x = keras.Input((8,))
"""
_SEQUENCE = "x = keras.Input((5, 8))\n"
_HEAD = "model = keras.Model(x, layers.Dense(1)({}))\n"
_EFFICIENT = "keras.applications.EfficientNetB0(include_top=False, pooling='avg'{})\nbase.trainable = False\n"
_BERT = "from transformers import TFBertForSequenceClassification, TFBertModel\n\n"
_HUB = "import keras_hub\n\n"

WIRINGS = {
    "a model called in a graph": _BASE + _HEAD.format("base(x)"),
    "a model called in a graph with training=False": _BASE + _HEAD.format("base(x, training=False)"),
    "a model called in a graph with training=True": _BASE + _HEAD.format("base(x, training=True)"),
    "base.call(x, training=False) in a graph": _BASE + _HEAD.format("base.call(x, training=False)"),
    "the output of a model": _BASE + "model = keras.Model(base.input, layers.Dense(1)(base.output))\n",
    "the output of a layer": _BASE
    + "model = keras.Model(base.input, layers.Dense(1)(base.get_layer('last').output))\n",
    "the output of a layer by index": _BASE
    + "model = keras.Model(base.input, layers.Dense(1)(base.layers[-2].output))\n",
    "a model in a Sequential": _BASE + "model = keras.Sequential([base, layers.Dense(1)])\n",
    "a Dropout in a Sequential": "model = keras.Sequential(["
    "layers.Dense(4), layers.Dropout(0.5), layers.Dense(1)])\n"
    "for layer in model.layers[:2]:\n    layer.trainable = False\n",
    "a wrapper made where it is called": _BASE + _SEQUENCE + _HEAD.format("layers.TimeDistributed(base)(x)"),
    "a wrapper with a name": _BASE
    + _SEQUENCE
    + "each = layers.TimeDistributed(base)\n"
    + _HEAD.format("each(x)"),
    "a model in the call() of a model": _BASE
    + "class Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
    "        self.base = base\n        self.head = layers.Dense(1)\n\n    def call(self, x, training=None):\n"
    "        return self.head(self.base(x))\n\n\nmodel = Net()\n",
    "an LSTM": _SEQUENCE
    + "memory = layers.LSTM(4, dropout=0.2, recurrent_dropout=0.1)\n"
    + _HEAD.format("memory(x)")
    + "memory.trainable = False\n",
    "an LSTM in a model": _SEQUENCE
    + "reader = keras.Model(x, layers.Bidirectional(layers.LSTM(4, recurrent_dropout=0.2))(x))\n"
    + "reader.trainable = False\n"
    + _SEQUENCE
    + _HEAD.format("reader(x)"),
    "attention": _SEQUENCE
    + "attend = layers.MultiHeadAttention(2, 4, dropout=0.1)\n"
    + _HEAD.format("attend(x, x)")
    + "attend.trainable = False\n",
    "noise in a model": _BASE.replace("Dropout(0.5)", "GaussianNoise(0.1)") + _HEAD.format("base(x)"),
    "augmentation in a model": _BASE.replace("Dropout(0.5)", "RandomFlip()") + _HEAD.format("base(x)"),
    "a lone Dropout": "x = keras.Input((8,))\ndrop = layers.Dropout(0.5)\n"
    + _HEAD.format("drop(layers.Dense(4)(x))")
    + "drop.trainable = False\n",
    "an EfficientNet": "x = keras.Input((32, 32, 3))\nbase = "
    + _EFFICIENT.format("")
    + _HEAD.format("base(x)"),
    "an EfficientNet made on a tensor": "x = keras.Input((32, 32, 3))\nbase = "
    + _EFFICIENT.format(", input_tensor=x")
    + _HEAD.format("base.output"),
    "a transformer": _BERT
    + "bert = TFBertModel.from_pretrained('bert-base-uncased')\nbert.trainable = False\n"
    + "x = keras.Input((8,), dtype='int32')\n"
    + _HEAD.format("bert(x)[1]"),
    "the body of a transformer for a task": _BERT
    + "model = TFBertForSequenceClassification.from_pretrained('bert-base-uncased')\n"
    + "model.bert.trainable = False\n",
    "a backbone of keras_hub": _HUB
    + "body = keras_hub.models.BertBackbone.from_preset('bert_tiny_en_uncased')\nbody.trainable = False\n"
    + "x = keras.Input((8,), dtype='int32')\n"
    + _HEAD.format("body(x)"),
}

_COMPILE = "model.compile('sgd', 'mse')\n"
_TAPE = """\
def step(images, labels):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(images, training=True) - labels) ** 2)
    tape.gradient(loss, model.trainable_variables)


step(tf.ones((4, 8)), tf.ones((4, 1)))
"""
ENTRIES = {
    "fit()": _COMPILE + "model.fit([1], [1])\n",
    "train_on_batch()": _COMPILE + "model.train_on_batch([1], [1])\n",
    "a tape": _TAPE,
    "training elsewhere": _COMPILE,
}

_GAN = """\
generator = keras.Sequential([keras.Input((4,)), layers.Dense(8)])
critic = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dropout(0.3), layers.Dense(1)])


def set_trainable(network, flag):
    for layer in network.layers:
        layer.trainable = flag


critic.compile("sgd", "mse")
set_trainable(critic, False)
gan = keras.Sequential([generator, critic])
gan.compile("sgd", "mse")
for batch in range(2):
    critic.train_on_batch([1], [1])
    gan.train_on_batch([1], [1])
"""
OTHERS = {
    "a tape whose freeze is under an if": "import sys\n\n"
    + _BASE.replace("base.trainable = False\n", "if len(sys.argv) > 1:\n    base.trainable = False\n")
    + "head = layers.Dense(1)\n"
    + "with tf.GradientTape() as tape:\n"
    + "    loss = tf.reduce_mean(head(base(tf.ones((4, 8)), training=True)))\n"
    + "tape.gradient(loss, head.trainable_variables + base.trainable_variables)\n",
    "a GAN that freezes in a helper": _GAN,
    "a freeze by a helper, too late": _BASE
    + _HEAD.format("base(x)")
    + "def thaw(part):\n    part.trainable = True\n\n\n"
    + _COMPILE
    + "model.fit([1], [1])\nthaw(base)\nmodel.fit([1], [1])\n",
    "training=None in a graph": _BASE.replace("base.trainable = False\n", "")
    + _HEAD.format("base(x, training=None)")
    + ENTRIES["fit()"],
    "training=None in call()": WIRINGS["a model in the call() of a model"]
    .replace("base.trainable = False\n", "")
    .replace("self.base(x)", "self.base(x, training=None)")
    + ENTRIES["fit()"],
    "training=True in a graph, then predict()": _BASE
    + "model = keras.Model(x, layers.Dropout(0.5)(base(x, training=True)))\n"
    + "model.predict([1])\n",
    "training = False as an attribute": _BASE
    + "base.training = False\n"
    + _HEAD.format("base(x)")
    + ENTRIES["fit()"],
    "a learning phase": "from keras import backend as K\n\nK.set_learning_phase(0)\n"
    + _BASE
    + _HEAD.format("base(x)")
    + ENTRIES["fit()"],
}


def programs() -> Iterator[tuple[str, str]]:
    """The name and the text of each program."""
    for wiring, text in WIRINGS.items():
        for entry, end in ENTRIES.items():
            yield f"{wiring}: {entry}", f"{_IMPORTS}{text}{end}"
    for name, text in OTHERS.items():
        yield name, _IMPORTS + text
    for rule in RULES:
        yield f"the example of {rule.code}", rule.wrong


def told() -> str:
    """What is said of each program: messages that several Kerases share stand once."""
    blocks: list[str] = []
    for name, text in programs():
        said: dict[str, list[str]] = {}
        for keras in KERASES:
            for found in lint_source(text, settings=Settings(keras_version=keras, opt_in=EVERYTHING)):
                fix = f"\n    {found.fix.grade.name.lower()} fix: {found.fix.title}" if found.fix else ""
                help_text = f"\n    help: {found.cure}"
                said.setdefault(f"{found.code} {found.problem}{help_text}{fix}", []).append(keras)
        lines = [f"[{', '.join(kerases)}] {message}" for message, kerases in said.items()]
        blocks.append("\n".join([f"# {name}", *(lines or ["nothing"])]))
    return "\n\n".join(blocks) + "\n"
