"""A Layer around a part: where its class goes, how it is written, and where there is no such fix."""

from __future__ import annotations

import json

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.fixes.applying import fixed_source
from dropout_lint.fixes.notebooks import fixed_notebook
from tests.conftest import Kerases
from tests.fixture_files import KERASES

SETTINGS = Settings(keras_version="3.15")
IMPORTS = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
"""
BASE = """\
base = keras.Sequential([keras.Input((8,)), layers.Dense(8), layers.GaussianNoise(0.5), layers.Dense(4)])
base.trainable = False
"""
GRAPH = """\
inputs = keras.Input((8,))
hidden = base(inputs)
model = keras.Model(inputs, layers.Dense(1)(hidden))
"""
TRAINING = """\
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
"""
CLASS = '''\
@keras.utils.register_keras_serializable()
class Frozen(layers.Wrapper):
    """Runs a layer in inference mode, whatever the model around it does."""

    def call(self, inputs):
        return self.layer(inputs, training=False)
'''
PROGRAM = f"{IMPORTS}\n{BASE}\n{GRAPH}{TRAINING}"


def _fixed(program: str, keras: str = "3.15") -> str:
    return fixed_source(program, "p.py", Settings(keras_version=keras), unsafe=True).text


def _is_offered(program: str) -> bool:
    findings = [f for f in lint_source(program, "p.py", SETTINGS) if f.code in ("KFD101", "KFD102")]
    assert findings
    return all(f.fix is not None and f.fix.title.startswith("Wrap ") for f in findings)


def test_the_class_stands_after_the_imports_once() -> None:
    program = f"{IMPORTS}\n{BASE}\n{GRAPH}{TRAINING}"
    twice = program.replace("hidden = base(inputs)", "hidden = base(inputs) + base(inputs, training=False)")
    wrapped = twice.replace("base(inputs, training=False)", "base(inputs)").replace("base(", "Frozen(base)(")
    assert _fixed(twice) == wrapped.replace(f"{IMPORTS}\n", f"{IMPORTS}\n\n{CLASS}\n\n")


PLACES = {
    "right after": ("\n\n", BASE),
    "two blank lines": ("\n\n\n", f"\n\n{BASE}"),
    "a comment": ("\n\n# ---\n", f"# ---\n{BASE}"),
    "a docstring before": ("\n\n", BASE),
}


@pytest.mark.parametrize(("blanks", "rest"), PLACES.values(), ids=PLACES)
def test_two_blank_lines_stand_around_it(blanks: str, rest: str) -> None:
    program = IMPORTS.rstrip("\n") + blanks + BASE + GRAPH + TRAINING
    assert f"{IMPORTS}\n\n{CLASS}\n\n{rest.lstrip()}" in _fixed(program)


def test_line_ends_and_indentation_are_those_of_the_program() -> None:
    loop = "for _ in range(1):\n\tbase.trainable = False\n"
    program = PROGRAM.replace("base.trainable = False\n", loop).replace("\n", "\r\n")
    fixed = _fixed(program.replace("layers\r\n", "layers  # all\r\n", 1))
    assert CLASS.replace("    ", "\t").replace("\n", "\r\n") in fixed
    assert "\n" not in fixed.replace("\r\n", "")


SPELLINGS = {  # the imports -> (the decorator, the base class)
    IMPORTS: ("keras.utils.register_keras_serializable", "layers.Wrapper"),
    "import numpy as np\nimport keras\nfrom keras import layers, utils\n": (
        "utils.register_keras_serializable",
        "layers.Wrapper",
    ),
    "import numpy as np\nimport tensorflow as tf\nkeras, layers = tf.keras, tf.keras.layers\n": (
        "tf.keras.utils.register_keras_serializable",
        "tf.keras.layers.Wrapper",
    ),
    "import numpy as np\nimport tensorflow.keras as keras\nimport keras.layers as layers\n": (
        "keras.utils.register_keras_serializable",
        "layers.Wrapper",
    ),
}


@pytest.mark.parametrize(("imports", "names"), SPELLINGS.items())
def test_the_names_are_those_of_the_program(imports: str, names: tuple[str, str]) -> None:
    fixed = _fixed(PROGRAM.replace(IMPORTS, imports))
    assert "@{}()\nclass Frozen({}):\n".format(*names) in fixed


NAMES_ALONE = """\
import numpy as np
from tensorflow.keras.layers import Dense, GaussianNoise, Input
from tensorflow.keras.models import Model, Sequential
"""


def test_keras_itself_is_imported_where_names_of_it_are() -> None:
    program = PROGRAM.replace(IMPORTS, NAMES_ALONE).replace("layers.", "").replace("keras.", "")
    program = program.replace("from tensorflow.", "from tensorflow.keras.")
    fixed = _fixed(program)
    assert f"{NAMES_ALONE}from tensorflow import keras\n\n\n@keras.utils." in fixed
    assert "class Frozen(keras.layers.Wrapper):" in fixed
    assert not _is_offered(program.replace("import numpy as np", "import numpy as np\nkeras = np"))


def test_a_name_that_the_program_uses_is_left_to_it() -> None:
    fixed = _fixed(PROGRAM.replace(IMPORTS, f"{IMPORTS}Frozen = 1\n"))
    assert "class FrozenPart(layers.Wrapper):" in fixed
    assert "FrozenPart(base)(inputs)" in fixed


WIRES = {  # what stands in the program, and after the fix
    "called": ("base(inputs)", "Frozen(base)(inputs)"),
    "by name": ("base(inputs=inputs)", "Frozen(base)(inputs=inputs)"),
    "with a flag": ("base(inputs, training=False)", "Frozen(base)(inputs)"),
    "with a flag first": ("base(training=False, inputs=inputs)", "Frozen(base)(inputs=inputs)"),
    "on lines": (
        "base(\n    inputs,  # eight\n)",
        "Frozen(base)(\n    inputs,  # eight\n)",
    ),
    "flag on a line": (
        "base(\n    inputs,\n    training=False,\n)",
        "Frozen(base)(\n    inputs,\n)",
    ),
    "made there": (
        "keras.models.clone_model(base)(inputs)",
        "Frozen(keras.models.clone_model(base))(inputs)",
    ),
    "two arguments": ("base(inputs, None)", None),
    "a flag of its own": ("base(inputs, training=FLAG)", None),
    "a comment would go": ("base(\n    inputs,  # eight\n    training=False,\n)", None),
    "its function": ("base.__call__(inputs)", None),
}


@pytest.mark.parametrize(("wire", "wrapped"), WIRES.values(), ids=WIRES)
def test_calls(wire: str, wrapped: str | None) -> None:
    program = PROGRAM.replace("base(inputs)", wire).replace("\nbase =", "\nFLAG = False\nbase =")
    if wrapped is not None:
        assert _fixed(program).endswith(f"hidden = {wrapped}\n{GRAPH.splitlines()[-1]}\n{TRAINING}")
    else:
        assert "Frozen" not in _fixed(program)


STACKS = {
    "listed": (
        "model = keras.Sequential([keras.Input((8,)), base, layers.Dense(1)])",
        "model = keras.Sequential([keras.Input((8,)), Frozen(base), layers.Dense(1)])",
    ),
    "listed first": (
        "model = keras.Sequential([base, layers.Dense(1)])",
        "model = keras.Sequential([Frozen(base), layers.Dense(1)])",
    ),
    "asked before it is built": (
        "model = keras.Sequential([base, layers.Dense(1)])\nmodel.count_params()",
        None,
    ),
    "added": (
        "model = keras.Sequential([keras.Input((8,))])\nmodel.add(base)\nmodel.add(layers.Dense(1))",
        "model = keras.Sequential([keras.Input((8,))])\nmodel.add(Frozen(base))\nmodel.add(layers.Dense(1))",
    ),
    "a list from elsewhere": (
        "parts = [base, layers.Dense(1)]\nmodel = keras.Sequential([keras.Input((8,))] + parts)",
        None,
    ),
    "added with others": (
        "model = keras.Sequential()\nfor part in (keras.Input((8,)), base):\n    model.add(part)",
        None,
    ),
}


@pytest.mark.parametrize(("written", "wrapped"), STACKS.values(), ids=STACKS)
def test_in_a_sequential(written: str, wrapped: str | None) -> None:
    program = f"{IMPORTS}\n{BASE}{written}\n{TRAINING}"
    if wrapped is not None:
        assert _fixed(program).endswith(f"{BASE}{wrapped}\n{TRAINING}")
    else:
        assert "Frozen" not in _fixed(program)


FUNCTIONAL = """\
start = keras.Input((8,))
base = keras.Model(start, layers.Dense(4)(layers.GaussianNoise(0.5)(layers.Dense(8)(start))))
base.trainable = False
"""
READS = {
    "once": ("base.output", "Frozen(base)(base.input)"),
    "in the middle": ("base.layers[-2].output", None),
    "twice": ("layers.Add()([base.output, base.output])", None),
}


@pytest.mark.parametrize(("written", "wrapped"), READS.values(), ids=READS)
def test_its_output_is_read(written: str, wrapped: str | None) -> None:
    model = "model = keras.Model(base.input, layers.Dense(1)({}))\n"
    program = IMPORTS + FUNCTIONAL + model.format(written) + TRAINING
    if wrapped is not None:
        assert _fixed(program).endswith(FUNCTIONAL + model.format(wrapped) + TRAINING)
    else:
        assert "Frozen" not in _fixed(program)


KEPT = {  # what is added after the call of the part, beside a twin that does not matter
    "it is looked for by name": ("h = model.get_layer('base')", "h = base.get_layer(index=0)"),
    "it is looked for by place": ("print(model.layers[1].layers)", "print(base.layers[1])"),
    "it is asked for by a string": ("parts = getattr(model, 'layers')", "parts = getattr(model, 'name')"),
    "weights of before are loaded": (
        "model.load_weights('model.weights.h5')",
        "base.load_weights('base.weights.h5')",
    ),
    "it is trained later": (
        "base.trainable = True\nmodel.compile('sgd', 'mse')\nmodel.fit(np.ones((9, 8)), np.ones((9, 1)))",
        "base.trainable = False\nmodel.compile('sgd', 'mse')\nmodel.fit(np.ones((9, 8)), np.ones((9, 1)))",
    ),
    "it is compiled itself": ("base.compile('sgd', 'mse')", "model.compile('sgd', 'mse')"),
    "functions are made of others": ("from functools import partial", "from functools import reduce"),
}


@pytest.mark.parametrize(("more", "other"), KEPT.values(), ids=KEPT)
def test_what_else_the_program_does(more: str, other: str) -> None:
    assert _is_offered(PROGRAM + f"{other}\n")
    assert not _is_offered(PROGRAM + f"{more}\n")


HEAD = """
class Head(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dropout = layers.Dropout(0.5)
        self.dense = layers.Dense(1)

    def call(self, inputs{}):
        return self.dense(self.dropout(inputs))


"""


@pytest.mark.parametrize(("parameter", "offered"), [(", training=None", True), ("", False)])
def test_what_follows_must_be_told_the_mode(parameter: str, offered: bool) -> None:
    """A layer that is not would inherit the flag that the part was called with."""
    program = PROGRAM.replace("\nbase =", HEAD.format(parameter) + "base =", 1)
    assert _is_offered(program.replace("layers.Dense(1)(hidden)", "Head()(hidden)")) is offered


def test_no_wrapper_of_what_has_no_weights() -> None:
    lone = PROGRAM.replace(
        "hidden = base(inputs)",
        "drop = layers.GaussianNoise(0.1, trainable=False)\nhidden = drop(base(inputs))",
    )
    titles = [f.fix.title for f in lint_source(lone, "p.py", SETTINGS) if f.fix is not None]
    assert titles == ["Wrap base in a Layer that runs it with training=False"]


def test_in_a_notebook_it_stands_in_the_cell_of_the_imports() -> None:
    cells = [IMPORTS.rstrip("\n"), BASE, GRAPH + TRAINING]
    code = [
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": cell}
        for cell in cells
    ]
    text = json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    fixed = json.loads(fixed_notebook(text, "p.ipynb", SETTINGS, unsafe=True).text)["cells"]
    assert "".join(fixed[0]["source"]) == f"{IMPORTS}\n\n{CLASS}".rstrip("\n")
    assert "Frozen(base)(inputs)" in "".join(fixed[2]["source"])


SAVED = """
import os, tempfile

x, y = np.random.rand(16, 8), np.random.rand(16, 1)
place = os.path.join(tempfile.mkdtemp(), "model.keras")
model.save(place)
again = keras.models.load_model(place)
assert np.allclose(model.predict(x, verbose=0), again.predict(x, verbose=0), atol=1e-5)
for trained in (model, again, keras.models.clone_model(model)):
    trained.compile(keras.optimizers.SGD(0.0), "mse")
    losses = trained.fit(x, y, epochs=4, batch_size=16, shuffle=False, verbose=0).history["loss"]
    assert np.allclose(losses, losses[0], rtol=1e-5) is {off}, losses
"""


@pytest.mark.parametrize("keras", KERASES)
def test_the_part_is_off_saved_loaded_and_cloned(keras: str, kerases: Kerases) -> None:
    oracle = kerases.get(keras)
    assert oracle.run_source(PROGRAM + SAVED.format(off=False))["error"] is None
    assert oracle.run_source(_fixed(PROGRAM) + SAVED.format(off=True))["error"] is None


COMPILED = """
base.compile("sgd", "mse")
model.compile("sgd", "mse")
losses = model.fit(np.random.rand(16, 8), 10 + np.random.rand(16, 1), verbose=0).history["loss"]
assert (losses[0] == 0) is {reported}, losses
"""
MODEL = """\
class Frozen(keras.Model):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer
"""


@pytest.mark.parametrize("keras", KERASES)
def test_a_compiled_part_in_a_layer_reports_its_own_loss(keras: str, kerases: Kerases) -> None:
    oracle, fixed = kerases.get(keras), _fixed(PROGRAM)
    in_a_model = fixed.replace(CLASS.splitlines()[0] + "\n", "").replace(
        "class Frozen(layers.Wrapper):\n", MODEL
    )
    assert oracle.run_source(fixed + COMPILED.format(reported=keras != "2"))["error"] is None
    assert oracle.run_source(in_a_model + COMPILED.format(reported=False))["error"] is None


MASKED = """
x = np.array([[1, 2, 3, 0, 0], [4, 5, 0, 0, 0]])
words = keras.Input((5,), dtype="int32")
embedded = layers.Embedding(10, 4, mask_zero=True)
reader = layers.LSTM(3, dropout=0.5, return_sequences=True)
inside = keras.Sequential([keras.Input((5,), dtype="int32"), embedded, reader])
last = layers.LSTM(2)
plain, wrapped = last(inside(words)), (last(Frozen(inside)(words)), last(Frozen(reader)(embedded(words))))
expected = keras.Model(words, plain).predict(x, verbose=0)
for outputs in wrapped:
    assert np.allclose(keras.Model(words, outputs).predict(x, verbose=0), expected, atol=1e-6)
"""


@pytest.mark.parametrize("keras", KERASES)
def test_masks_go_through_it(keras: str, kerases: Kerases) -> None:
    assert kerases.get(keras).run_source(f"{IMPORTS}\n\n{CLASS}{MASKED}")["error"] is None
