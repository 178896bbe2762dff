"""What is passed over concerns nobody: the prefilter and the look at the words of a tree."""

from __future__ import annotations

import pytest

from dropout_lint.interpreter.reach import Reach
from dropout_lint.keras.relevance import concerns
from dropout_lint.keras.runs import INFERENCE, TRAINING
from dropout_lint.source.prefilter import ENTRIES, may_concern
from dropout_lint.source.text import SourceFile

SPEAKING = [
    "model.fit(x)  # training",
    "model . fit(x)  # training",
    "getattr(model, 'predict')(x, training=True)",
    "def call(self): pass\nstart = model.train_on_batch",
    "with tf.GradientTape() as tape: m(x, training=False)",
    "layer.trainable = False",
    "layer.trainable == False",
    "Dense(8, trainable=False)",
    "setattr(layer, 'trainable', False)",
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
    assert concerns(Reach(SourceFile("p.py", program)).everything())


@pytest.mark.parametrize("text", [text for text in SILENT if "trainer" not in text])
def test_what_the_prefilter_stops(text: str) -> None:
    assert not may_concern(f"import keras\n{text}\n")


@pytest.mark.parametrize("text", [text for text in SILENT if "compile" not in text])
def test_what_the_words_stop(text: str) -> None:
    assert not concerns(Reach(SourceFile("p.py", f"import keras\n{text}\n")).everything())


def test_the_prefilter_knows_every_entry_into_a_model() -> None:
    assert set(ENTRIES) == TRAINING | INFERENCE | {"compile"}
