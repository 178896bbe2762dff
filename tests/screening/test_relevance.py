"""What is passed over concerns nobody: the prefilter and the look at the names."""

from __future__ import annotations

import pytest

from dropout_lint.keras.runs import INFERENCE, TRAINING
from dropout_lint.screening.relevance import Relevance, may_make
from dropout_lint.screening.text import ENTRIES, may_concern

SPEAKING = [
    "model.fit(x)  # training",
    "model . fit(x)  # training",
    "getattr(model, 'predict')(x, training=True)",
    "def call(self): pass\nstart = model.train_on_batch",
    "with tf.GradientTape() as tape: m(x, training=False)",
    "layer.trainable = False",
    "layer.trainable == False",
    "Dense(8, trainable=False)",
    "Wrapper(tf.Variable(1.0), Dense(8, trainable=False))",
    "x = self.add_weight(initializer=Dense(8, trainable=False))",
    "add_weight = functools.partial(Dense, trainable=False)",
    "setattr(layer, 'trainable', False)",
    "setattr(layer, 'Trainable', False)  # train",
    "Dense(8, **{'trainable': False})",
    "layer.trainble = False",
    "layer.trianable = True",
    "layer.Trainable = False",
    "a.training, b.training = False, False",
    "layer.training: bool = False",
    "layer.trainable |= False",
    "layer.trainable \\\n  = False",
    "(layer.trainable) = False",
    "a.trainable, b.trainable = False, False",
    "model.compile('sgd')  # train",
]
SILENT = [
    "x = re.compile('train')",
    "print('we fit to train')",
    "model(x, training=False)",
    "class M(keras.Model):\n    def call(self, x, training=None): return x",
    "for w in m.trainable_variables: print(w)",
    "layer.trainer = False",
    "class L(keras.layers.Layer):\n    def build(self, s): self.add_weight(shape=(s[1], 2), trainable=False)",
    "print('Trainable')",
    "w = tf.Variable(tf.ones((2, 3)), trainable=True)  # to train",
    "if layer.trainable: print(layer.training)",
    "# only the trainable layers, and those that are not",
]


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ('"""train with model.fit(x)"""', False),
        ("# train with model.fit(x)", False),
        ("'train' # isn't\nmodel.fit(x)", True),
        ("x = '\"' # train\nmodel.fit(x, training=True)\ny = '\"'", True),
        ('# """\nmodel.fit(x, training=True)\n# """', True),
        ("x = \"'''\"\nmodel.fit(x, training=True)\ny = \"'''\"", True),
        ("x = 'a\\'#'; model.fit(x, training=True)", True),
    ],
)
def test_documentation_does_not_count(text: str, speaks: bool) -> None:
    assert may_concern(f"import keras\n{text}\n") is speaks


@pytest.mark.parametrize("text", SPEAKING)
def test_what_may_concern(text: str) -> None:
    program = f"import keras\n{text}\n"
    assert may_concern(program)
    assert Relevance(f"{program}\nlayer = keras.layers.Dense(8)\n").anything()


@pytest.mark.parametrize("text", [text for text in SILENT if "trainer" not in text])
def test_what_the_prefilter_stops(text: str) -> None:
    assert not may_concern(f"import keras\n{text}\n")


@pytest.mark.parametrize("text", [text for text in SILENT if "trainer" not in text])
def test_what_the_names_stop(text: str) -> None:
    assert not Relevance(f"import keras\n{text}\nlayer = keras.layers.Dense(8)\n").anything()


@pytest.mark.parametrize(
    "program",
    [
        "from keras import layers\ndef f(m):\n    x = layers.Dense(8)\n    m.fit()",
        "from keras.layers import *\ndef f(m):\n    x = Dense(8)\n    m.fit()",
        "import tensorflow as tf\ndef f(m):\n    x = tf.keras.Sequential()\n    m.fit()",
        "import tensorflow as tf\nL = tf.keras.layers\ndef f(m):\n    x = L.Dense(8)\n    m.fit()",
        "import tensorflow as tf\ndef f(m):\n    x = getattr(tf, 'keras').Sequential()\n    m.fit()",
        "import keras.layers as keras\ndef f(m):\n    x = keras.Dense(8)\n    m.fit()",
        "from keras.applications import resnet50\ndef f(m):\n    x = resnet50.ResNet50()\n    m.fit()",
        "from transformers import TFBertModel as B\ndef f(m):\n    x = B.from_pretrained('')\n    m.fit()",
        "from keras import Model\nclass M(Model):\n    def go(self):\n        self.fit()",
        "import keras\ndef f():\n    m = g()\n    m.fit()\ndef g():\n    return keras.Sequential()",
        "import keras\nm = keras.Sequential()\ndef f():\n    m.fit()",
        "import keras\ndef f():\n    m.fit()\ndef g(m=keras.Sequential()): m.trainable = False",
        "from .own import make\ndef f():\n    make().fit()",
    ],
)
def test_a_layer_and_what_trains_it_together(program: str) -> None:
    assert Relevance(program, lambda *_: True).anything()
    if "own" not in program:
        assert Relevance(program).anything()


@pytest.mark.parametrize(
    "program",
    [
        "import keras\ndef f(m):\n    m.fit()\ndef g():\n    return keras.Sequential()",
        "import tensorflow as tf\ndef f(m):\n    with tf.GradientTape() as tape:\n        m.fit(tf.ones(3))",
        "import keras\ndef f(m):\n    m.compile(keras.optimizers.Adam(), keras.losses.MeanSquaredError())",
        "from keras import callbacks\ndef f(m):\n    m.fit(callbacks.EarlyStopping())",
        "from keras.utils import to_categorical\ndef f(m, y):\n    m.fit(to_categorical(y))",
        "from .own import make\ndef f():\n    make().fit()",
    ],
)
def test_a_layer_and_what_trains_it_apart(program: str) -> None:
    assert not Relevance(program).anything()


@pytest.mark.parametrize(
    "dotted", ["keras", "tensorflow", "keras.layers", "keras.layers.Add.x", "tf_keras.Model"]
)
def test_names_that_make_layers(dotted: str) -> None:
    assert may_make(dotted)


@pytest.mark.parametrize(
    "dotted", ["numpy", "keras.ops.sum", "tensorflow.GradientTape", "tensorflow.data.Dataset"]
)
def test_names_that_make_none(dotted: str) -> None:
    assert not may_make(dotted)


def test_the_prefilter_knows_every_entry_into_a_model() -> None:
    assert set(ENTRIES) == TRAINING | INFERENCE | {"compile"}


@pytest.mark.parametrize(
    ("text", "promises"),
    [
        ("def f(freeze): m.fit(x)", True),
        ("def f(): m.trainable = flag", True),
        ("def fine_tune(m): m.fit(x)", True),
        ("def f(x, training=None): return x", True),
        ("def f(m): m.fit(x)", False),
        ("def train(m, of): m.fit(x)", False),
        ("def f(m): m.add(Dropout(0.5))", False),
    ],
)
def test_what_speaks_of_freezing_promises_something(text: str, promises: bool) -> None:
    assert Relevance.promises(text) == promises
