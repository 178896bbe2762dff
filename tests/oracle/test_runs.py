"""What counts as a run, and that each is seen: fit(), tapes, runs that library code makes."""

from textwrap import dedent

from tests.oracle import Oracle
from tests.oracle.reading import DATA, activities, marked, run


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
