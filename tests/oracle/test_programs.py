"""Programs of every kind: how they import Keras, and those that fail or do not end."""

from tests.oracle import Oracle
from tests.oracle.reading import DATA, run


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
