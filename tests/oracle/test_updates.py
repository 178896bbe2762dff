"""Which weights a run moves."""

from tests.oracle import Oracle
from tests.oracle.reading import run, updates


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
