"""The oracle against facts measured without it, against plain arithmetic, and against losses."""

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.oracle import Oracle, available
from tests.oracle.kerases import CHOICES
from tests.oracle.wirings import ENTRIES, PRELUDE, WIRINGS

Table = dict[str, Any]
DATA = """\
import numpy as np
import tensorflow as tf
import keras
from keras import layers
x, y = np.ones((4, 6), "float32"), np.zeros((4, 1), "float32")
"""


@pytest.fixture(scope="module", params=CHOICES)
def oracle(request: pytest.FixtureRequest) -> Iterator[Oracle]:
    # Keras 2 and 3.15 must be there; only the nightly may have left the index.
    if request.param == "3.16" and not available(request.param):
        pytest.skip(f"Keras {request.param} cannot be had here")
    with Oracle(request.param) as running:
        yield running


def run(oracle: Oracle, source: str, data: str = DATA) -> Table:
    """The table of a program that must not fail."""
    table = oracle.run_source(data + dedent(source))
    assert table["error"] is None
    return table


def marked(text: str, mark: str) -> int:
    """The line that carries this marker comment."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.endswith(f"# {mark}"))


def activities(text: str, run_row: Table) -> set[tuple[Any, ...]]:
    """Rows with markers for lines: (class, marker or line, n, route, frozen, flag, active)."""
    names = {
        number: line.rsplit("# ", 1)[1] for number, line in enumerate(text.splitlines(), 1) if "# " in line
    }
    return {
        (
            row["layer"][0],
            names.get(row["layer"][1], row["layer"][1]),
            row["layer"][2],
            " ".join(str(names.get(line, line)) for line in row["route"]),
            row["frozen"],
            row["flag"],
            row["active"],
        )
        for row in run_row["activities"]
    }


def updates(run_row: Table) -> dict[str, tuple[bool, bool | None]]:
    """Class and n -> (trainable, updated)."""
    return {
        f"{row['layer'][0]}{row['layer'][2]}": (row["trainable"], row["updated"])
        for row in run_row["updates"]
    }


def is_active(text: str, run_row: Table, mark: str) -> str:
    """Y, -, or ? if there is no row for the layers made at lines with the marker, or for their clones."""
    lines = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith(f"# {mark}")}
    hits = [row["active"] for row in run_row["activities"] if origin(row["layer"]) in lines]
    return "?" if not hits else "Y" if any(hits) else "-"


def origin(key: list[Any]) -> int:
    """The line of creation, for a clone that of the original."""
    line = key[1] if isinstance(key[2], int) else key[2].rsplit(" ", 1)[1].split("#")[0]
    return int(line)


@pytest.mark.parametrize("name", WIRINGS)
def test_agrees_with_the_measured_facts(oracle: Oracle, name: str) -> None:
    source, cells = WIRINGS[name]
    text = PRELUDE + source + ENTRIES
    table = oracle.run_source(text)
    if table["error"]:
        cell = "raises"
        assert table["error"].startswith("TypeError")
    else:
        frozen = "".join(is_active(text, run_row, "frozen") for run_row in table["runs"])
        cell = f"{frozen} h{is_active(text, table['runs'][0], 'head')}"
    assert cell == cells[CHOICES.index(oracle.keras)]


BLACK_BOX = [
    "func", "func-false", "func-none", "func-partial", "func-direct-call", "sequential",
    "sub-base-no-training", "sub-no-argument", "sub-no-argument-true", "sub-inherits", "sub-false",
    "sub-none", "sub-direct-call", "wrapper", "lambda-false", "time-distributed-false",
    "bidirectional-false", "siamese", "clone-whole", "functional-subclass",
]  # fmt: skip


@pytest.mark.parametrize("name", BLACK_BOX)
def test_losses_vary_where_a_random_layer_is_active(oracle: Oracle, name: str, tmp_path: Path) -> None:
    entries = """
import json, pathlib
m.compile(keras.optimizers.SGD(0.0), "mse")
losses = [float(m.train_on_batch(x, y)) for _ in range(6)]
pathlib.Path(__file__).with_name("losses.json").write_text(json.dumps(losses))
"""
    prelude = PRELUDE.replace('np.ones((4, 6), "float32")', 'np.random.normal(size=(4, 6)).astype("float32")')
    text = (prelude + WIRINGS[name][0]).replace("Dropout(0.4)", "Dropout(0.0)").replace(
        "np.zeros(", "np.ones("
    ) + entries
    program = tmp_path / "program.py"
    program.write_text(text)
    table = oracle.run(program)
    assert table["error"] is None
    losses = json.loads((tmp_path / "losses.json").read_text())
    varies = (max(losses) - min(losses)) / max(losses) > 1e-3
    assert varies == any(row["active"] for run_row in table["runs"] for row in run_row["activities"])


def test_a_frozen_dropout_drops(oracle: Oracle) -> None:
    run(
        oracle,
        """
        drop = layers.Dropout(0.5)
        drop.trainable = False
        ones = np.ones((100, 10), "float32")
        assert set(np.unique(drop(ones, training=True))) == {0.0, 2.0}
        assert set(np.unique(drop(ones, training=False))) == {1.0}
        """,
    )


def test_every_run_is_seen_though_traced_once(oracle: Oracle) -> None:
    table = run(
        oracle,
        """
        traces = []
        class Probe(layers.Layer):
            def call(self, x):
                traces.append(1)
                return x
        drop = layers.Dropout(0.5)
        m = keras.Sequential([keras.Input((6,)), Probe(), drop, layers.Dense(1)])
        m.compile("sgd", "mse")
        m.fit(x, y, verbose=0)
        before = len(traces)
        drop.trainable = False
        m.fit(x, y, verbose=0)
        m.fit(x, y, verbose=0)
        assert len(traces) == before
        m.predict(x, verbose=0)
        """,
    )
    rows = [
        (run_row["run"][0], [(r["frozen"], r["active"]) for r in run_row["activities"]])
        for run_row in table["runs"]
    ]
    late = oracle.keras != "2"  # Keras 2 restores, for each fit(), the values of compile()
    assert rows == [
        ("fit", [(False, True)]),
        ("fit", [(late, True)]),
        ("fit", [(late, True)]),
        ("predict", [(True, False)]),
    ]


def test_routes_of_calls_written_over_many_lines(oracle: Oracle) -> None:
    source = """
    class Block(layers.Layer):
        def __init__(self):
            super().__init__()
            self.drops = [layers.Dropout(0.5) for _ in range(2)]  # drop
        def call(self, x, training=None):
            if training:
                x = x + 0.0
            for drop in self.drops:
                x = drop(x, training=training)  # loop
            return self.drops[1](  # outer
                self.drops[0](  # inner
                    x))
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.block = Block()  # block
            self.out = layers.Dense(1)
        def call(self, x, training=None):
            return self.out(
                self.help(x))
        def help(self, x):
            return self.block(x)  # help
    m = Net()
    m.compile("sgd", "mse")
    m.fit(x, y, verbose=0)
    """
    text = DATA + dedent(source)
    (fit,) = run(oracle, source)["runs"]
    assert activities(text, fit) == {
        ("Dropout", "drop", 0, "help loop", False, True, True),
        ("Dropout", "drop", 1, "help loop", False, True, True),
        ("Dropout", "drop", 0, "help inner", False, True, True),
        ("Dropout", "drop", 1, "help outer", False, True, True),
    }


def test_a_shared_base_has_two_routes(oracle: Oracle) -> None:
    source = """
    i = keras.Input((6,))
    base = keras.Model(i, layers.Dropout(0.5)(i))  # drop
    a, b = keras.Input((6,)), keras.Input((6,))
    left = base(a, training=False)  # left
    right = base(b)  # right
    m = keras.Model([a, b], layers.Add()([left, right]))
    m.compile("sgd", "mse")
    m.train_on_batch([x, x], x)
    """
    text = DATA + dedent(source)
    (step,) = run(oracle, source)["runs"]
    left, right = {"2": (False, True), "3.15": (True, True), "3.16": (False, False)}[oracle.keras]
    assert activities(text, step) == {
        ("Dropout", "drop", 0, "left drop", False, left, left),
        ("Dropout", "drop", 0, "right drop", False, right, right),
    }


def test_sequential_members_and_wrappers(oracle: Oracle) -> None:
    source = """
    x, y = np.ones((4, 3, 6), "float32"), np.zeros((4, 1), "float32")
    m = keras.Sequential([  # list
        layers.TimeDistributed(
            layers.Dropout(0.5)),  # timed
    ])
    m.add(layers.Bidirectional(layers.GRU(2, dropout=0.1)))  # both
    m.add(layers.Lambda(lambda t:
        late(t)))  # lambda
    late = layers.GaussianNoise(0.1)  # late
    m.add(layers.Dense(1))
    m.compile("sgd", "mse")
    m.train_on_batch(x, y)
    """
    text = DATA + dedent(source)
    (step,) = run(oracle, source)["runs"]
    add_lambda = marked(text, "lambda") - 1
    assert activities(text, step) == {
        ("Dropout", "timed", 0, "list", False, True, True),
        ("Bidirectional", "both", 1, "both", False, True, True),
        ("GaussianNoise", "late", 0, f"{add_lambda} lambda", False, True, True),
    }


def test_output_reuse_keeps_the_lines_of_the_nodes(oracle: Oracle) -> None:
    source = """
    i = keras.Input((6,))
    h = layers.Dense(6)(i)
    d = layers.Dropout(0.5)  # drop
    o = d(h)  # node
    base = keras.Model(i, o)
    base.trainable = False
    m = keras.Model(base.layers[1].output, layers.Dense(1)(base.output))
    m.compile("sgd", "mse")
    m.train_on_batch(x, y)
    """
    text = DATA + dedent(source)
    (step,) = run(oracle, source)["runs"]
    assert activities(text, step) == {("Dropout", "drop", 0, "node", True, True, True)}


def test_a_direct_call_is_part_of_the_route(oracle: Oracle) -> None:
    source = """
    i = keras.Input((6,))
    base = keras.Model(i, layers.Dropout(0.5)(i))  # drop
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.base = base
            self.out = layers.Dense(1)
        def call(self, x, training=None):
            return self.out(self.base.call(x, training=training))  # direct
    m = Net()
    m.compile("sgd", "mse")
    m.train_on_batch(x, y)
    """
    text = DATA + dedent(source)
    (step,) = run(oracle, source)["runs"]
    assert activities(text, step) == {("Dropout", "drop", 0, "direct drop", False, True, True)}


def test_train_step_and_compiled_tape(oracle: Oracle) -> None:
    source = """
    class Net(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                p = self(
                    x, training=True)
                loss = tf.reduce_mean((p - y) ** 2)
            w = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, w), w))
            return {"loss": loss}
    i = keras.Input((6,))
    frozen = layers.Dense(6)
    o = layers.Dense(1)(layers.Dropout(0.5)(frozen(i)))  # head
    m = Net(i, o)
    m.compile("sgd", "mse")
    m.fit(x, y, verbose=0)
    frozen.trainable = False
    opt = keras.optimizers.SGD()
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:  # tape
            p = m(x,  # call
                  training=True)
            loss = tf.reduce_mean((p - y) ** 2)
        w = m.trainable_variables
        opt.apply_gradients(zip(tape.gradient(loss, w), w))
    for _ in range(3):
        step(tf.constant(x), tf.constant(y))
    """
    text = DATA + dedent(source)
    fit, tape = run(oracle, source)["runs"]
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "p = self(" in line)
    assert activities(text, fit) == {("Dropout", "head", 1, f"{line} head", False, True, True)}
    assert tape["run"] == ["tape", marked(text, "tape"), 0]
    assert activities(text, tape) == {("Dropout", "head", 1, "call head", False, True, True)}
    assert [(row["trainable"], row["updated"]) for row in fit["updates"]] == [(True, True), (True, True)]
    assert [(row["trainable"], row["updated"]) for row in tape["updates"]] == [(False, False), (True, True)]


def test_a_stale_rate_is_reported_as_it_acts(oracle: Oracle) -> None:
    table = run(
        oracle,
        """
        drop = layers.Dropout(0.5)
        m = keras.Sequential([drop, layers.Dense(1)])
        m.compile("sgd", "mse")
        m.fit(x, y, verbose=0)
        drop.rate = 0
        m.fit(x, y, verbose=0)
        m.train_on_batch(x, y)
        m.compile("sgd", "mse")
        m.fit(x, y, verbose=0)
        """,
    )
    active = [row["active"] for run_row in table["runs"] for row in run_row["activities"]]
    assert active == [True, True, oracle.keras == "2", False]


def test_rate_zero_before_the_first_fit(oracle: Oracle) -> None:
    (fit,) = run(
        oracle,
        """
        drop = layers.Dropout(0.5)
        m = keras.Sequential([keras.Input((6,)), drop, layers.Dense(1)])
        m.compile("sgd", "mse")
        drop.rate = 0
        m.fit(x, y, verbose=0)
        """,
    )["runs"]
    assert [(row["flag"], row["active"]) for row in fit["activities"]] == [(True, False)]


def test_freeze_after_compile(oracle: Oracle) -> None:
    (fit,) = run(
        oracle,
        """
        x = np.random.normal(size=(4, 6)).astype("float32")  # equal rows have no gradient through BN
        m = keras.Sequential([layers.Dense(4), layers.BatchNormalization(), layers.Dense(1)])
        m.compile("sgd", "mse")
        m.layers[0].trainable = False
        m.layers[1].trainable = False
        m.fit(x, y, verbose=0)
        """,
    )["runs"]
    legacy = oracle.keras == "2"  # fit() restores what compile() saw
    assert [(row["frozen"], row["active"]) for row in fit["activities"]] == [(not legacy, legacy)]
    assert updates(fit)["Dense0"] == (False, legacy)
    assert updates(fit)["Dense2"] == (True, True)


def test_frozen_counts_enclosing_layers_in_keras_2(oracle: Oracle) -> None:
    (fit,) = run(
        oracle,
        """
        base = keras.Sequential([keras.Input((6,)), layers.Dense(3), layers.Dropout(0.5)])
        base.trainable = False
        for layer in base.layers:  # in Keras 3 the Dense trains again: the part is not still
            layer.trainable = True
        m = keras.Sequential([keras.Input((6,)), base, layers.Dense(1)])
        m.compile("sgd", "mse")
        m.fit(x, y, verbose=0)
        """,
    )["runs"]
    assert [row["frozen"] for row in fit["activities"]] == [oracle.keras == "2"]


def test_clones_have_the_keys_and_routes_of_their_originals(oracle: Oracle) -> None:
    source = """
    i = keras.Input((6,))
    d = layers.Dropout(0.5)  # drop
    base = keras.Model(i, layers.Dense(2)(d(i)))  # base
    m = keras.Sequential([keras.Input((6,)), base, layers.Dense(1)])  # list
    c = keras.models.clone_model(m)  # clone
    c.compile("sgd", "mse")
    c.train_on_batch(x, y)
    """
    text = DATA + dedent(source)
    (step,) = run(oracle, source)["runs"]
    drop = f"clone of {marked(text, 'drop')}#0"
    assert activities(text, step) == {("Dropout", "clone", drop, "list base", False, True, True)}
    assert {row["layer"][2] for row in step["updates"]} == {
        f"clone of {marked(text, 'base')}#0",
        f"clone of {marked(text, 'list')}#0",
    }


def test_ready_made_models_are_one_layer(oracle: Oracle) -> None:
    source = """
    x = np.ones((2, 32, 32, 3), "float32")
    y = np.zeros((2, 1), "float32")
    base = keras.applications.MobileNet(weights=None, input_shape=(32, 32, 3), classes=4)  # base
    base.trainable = False
    m = keras.Sequential([base, layers.Dense(1)])  # list
    m.compile("sgd", "mse")
    m.train_on_batch(x, y)
    reused = keras.Model(base.input, layers.Dense(1)(base.output))
    reused.compile("sgd", "mse")
    reused.train_on_batch(x, y)
    """
    text = DATA + dedent(source)
    nested, reused = run(oracle, source)["runs"]
    assert activities(text, nested) == {("MobileNet", "base", 0, "list", True, True, True)}
    assert activities(text, reused) == {("MobileNet", "base", 0, "", True, True, True)}
    assert updates(nested) == {"MobileNet0": (False, False), "Dense0": (True, True)}


def test_attention_and_recurrent_layers_have_a_row_only_with_a_dropout(oracle: Oracle) -> None:
    source = """
    i = keras.Input((3, 6))
    h = layers.MultiHeadAttention(2, 3, dropout=0.3)(i, i)  # attention
    h = layers.MultiHeadAttention(2, 3)(h, h)
    h = layers.LSTM(2, return_sequences=True)(h)
    h = layers.RNN(layers.LSTMCell(2, recurrent_dropout=0.2))(h)  # cells
    m = keras.Model(i, layers.Dense(1)(h))
    m.compile("sgd", "mse")
    m.train_on_batch(np.ones((4, 3, 6), "float32"), y)
    """
    text = DATA + dedent(source)
    (step,) = run(oracle, source)["runs"]
    assert activities(text, step) == {
        ("MultiHeadAttention", "attention", 0, "attention", False, True, True),
        ("RNN", "cells", 1, "cells", False, True, True),
    }


def test_validation_and_callbacks_leave_no_rows(oracle: Oracle) -> None:
    table = run(
        oracle,
        """
        class Peek(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                m.predict(x, verbose=0)
        m = keras.Sequential([keras.Input((6,)), layers.Dropout(0.5), layers.Dense(1)])
        m.compile("sgd", "mse", jit_compile=True)
        for _ in range(2):
            m.fit(x, y, verbose=0, validation_data=(x, y), callbacks=[Peek()])
        m.evaluate(x, y, verbose=0)
        """,
    )
    assert [(run_row["run"][0], run_row["run"][2]) for run_row in table["runs"]] == [
        ("fit", 0),
        ("fit", 1),
        ("evaluate", 0),
    ]
    assert [row["flag"] for run_row in table["runs"] for row in run_row["activities"]] == [True, True, False]


def test_two_tapes_move_only_what_they_ask_for(oracle: Oracle) -> None:
    source = """
    a = keras.Sequential([keras.Input((6,)), layers.Dense(6)])
    b = keras.Sequential([keras.Input((6,)), layers.Dense(1)])
    opts = [keras.optimizers.SGD(), keras.optimizers.SGD()]
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(b(a(x)) ** 2)
        opts[0].apply_gradients(zip(tape.gradient(loss, a.trainable_variables), a.trainable_variables))
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(b(a(x)) ** 2)
        opts[1].apply_gradients(zip(tape.gradient(loss, b.trainable_variables), b.trainable_variables))
    """
    first, second = run(oracle, source)["runs"]
    assert [row["updated"] for row in first["updates"]] == [True, False]
    assert [row["updated"] for row in second["updates"]] == [False, True]


def test_weights_built_inside_the_run_are_followed(oracle: Oracle) -> None:
    (fit,) = run(
        oracle,
        """
        m = keras.Sequential([layers.Dense(4, trainable=False), layers.Dense(1)])
        m.compile("sgd", "mse")
        m.fit(x, y, verbose=0)
        """,
    )["runs"]
    assert updates(fit) == {"Dense0": (False, False), "Dense1": (True, True)}


def test_every_way_to_import_keras(oracle: Oracle) -> None:
    run(
        oracle,
        """
        from tensorflow import keras as k
        import tensorflow.keras
        from tensorflow.keras.layers import Dropout
        from tensorflow.keras import layers as l2
        import keras.layers
        assert k.layers.Dropout is Dropout is l2.Dropout is keras.layers.Dropout is tf.keras.layers.Dropout
        assert keras.__version__.startswith("2" if hasattr(keras.backend, "learning_phase") else "3")
        """,
    )


def test_other_files_of_the_program(oracle: Oracle, tmp_path: Path) -> None:
    part = "from keras import layers\ndef drop(x):\n    return layers.Dropout(0.5)(x)\n"
    (tmp_path / "parts.py").write_text(part)
    program = tmp_path / "program.py"
    source = "from parts import drop\ni = keras.Input((6,))\nkeras.Model(i, drop(i)).predict(x, verbose=0)\n"
    program.write_text(DATA + source)
    (predict,) = oracle.run(program)["runs"]
    (row,) = predict["activities"]
    assert (row["layer"], row["route"]) == (["Dropout", "parts.py:3", 0], ["parts.py:3"])


def test_a_failing_program_gives_the_tables_so_far(oracle: Oracle) -> None:
    source = "keras.Sequential([layers.Dropout(0.5)]).predict(x, verbose=0)\nraise ValueError('no\\nmore')\n"
    table = oracle.run_source(DATA + source)
    assert table["error"] == "ValueError: no"
    assert [run_row["run"][0] for run_row in table["runs"]] == ["predict"]


def test_a_program_without_end_is_stopped(oracle: Oracle) -> None:
    source = "keras.Sequential([layers.Dropout(0.5)]).predict(x, verbose=0)\nwhile True: pass\n"
    table = oracle.run_source(DATA + source, timeout=5)
    assert table["error"].startswith("TimeoutError")
    assert len(table["runs"]) == 1
