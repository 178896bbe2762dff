"""By which lines a layer is called: nested calls, shared and reused layers, members, clones."""

from pathlib import Path
from textwrap import dedent

from tests.oracle import Oracle
from tests.oracle.reading import DATA, activities, marked, run, updates


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


def test_other_files_of_the_program(oracle: Oracle, tmp_path: Path) -> None:
    part = "from keras import layers\ndef drop(x):\n    return layers.Dropout(0.5)(x)\n"
    (tmp_path / "parts.py").write_text(part)
    program = tmp_path / "program.py"
    source = "from parts import drop\ni = keras.Input((6,))\nkeras.Model(i, drop(i)).predict(x, verbose=0)\n"
    program.write_text(DATA + source)
    (predict,) = oracle.run(program)["runs"]
    (row,) = predict["activities"]
    assert (row["layer"], row["route"]) == (["Dropout", "parts.py:3", 0], ["parts.py:3"])
