"""Which layers have a row in a run, whether they are active there, and whether frozen."""

from textwrap import dedent

from tests.oracle import Oracle
from tests.oracle.reading import DATA, activities, run


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
