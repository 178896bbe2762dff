"""`base.layers[0].input`: a tensor in Keras 2; in Keras 3 it is [], of which it makes no model."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source
from tests.oracle import Oracle, available

PROGRAM = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
read = keras.Input((6,))
base = keras.Model(read, layers.Dense(3)(layers.Dropout(0.4)(layers.Dense(5)(read))))
part = keras.Model({first}, base.layers[-1].output)
part.trainable = False
model = keras.Model(part.input, layers.Dense(1)(part.output))
model.compile("sgd", "mean_squared_error")
model.fit(np.ones((8, 6)), np.ones((8, 1)), verbose=0)
"""
FIRSTS = ("base.layers[0].input", "[base.layers[0].input]", "base.get_layer(index=0).input", "base.input")


@pytest.mark.keras
@pytest.mark.parametrize("first", FIRSTS)
@pytest.mark.parametrize("keras", ["2", "3.15"])
def test_who_takes_it(keras: str, first: str) -> None:
    if not available(keras):
        pytest.skip("this Keras is not here")
    program = PROGRAM.format(first=first)
    with Oracle(keras) as oracle:
        table = oracle.run_source(program)
    takes = table["error"] is None
    assert takes is (keras == "2" or first == "base.input")
    if takes:
        assert any(row["frozen"] and row["active"] for run in table["runs"] for row in run["activities"])
    found = lint_source(program, settings=Settings(keras_version=keras))
    assert [one.code for one in found] == ["KFD101"] * takes


@pytest.mark.parametrize("first", FIRSTS)
def test_who_runs_it_has_the_keras_that_takes_it(first: str) -> None:
    """Under the Keras that is supposed otherwise it would end before the model trains."""
    assert [found.code for found in lint_source(PROGRAM.format(first=first))] == ["KFD101"]


OTHER = """\
import argparse
from tensorflow import keras
from tensorflow.keras import layers
parser = argparse.ArgumentParser()
parser.add_argument("--more", nargs="*", default=[])
sides = [keras.Input((1,), name=name) for name in parser.parse_args().more]
beside = keras.Model(sides, sides)
read = keras.Input((6,))
model = keras.Model(read, layers.Dense(1)(layers.Dropout(0.4)(layers.Dense(5)(read), training=False)))
model.compile("sgd", "mse")
model.fit(x, y)
"""


def test_another_empty_list_is_not_refused() -> None:
    """Nobody runs it so: which Keras it is for, it does not say."""
    assert [found.code for found in lint_source(OTHER)] == ["KFD102"]
