"""A model whose graph starts at other inputs than it is given: Keras raises, and nothing is said of it."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source
from tests.conftest import Kerases

PROGRAM = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inputs = keras.Input((6,))
base = keras.{base}
base.trainable = False
other = keras.Input((6,))
{use}
model = keras.Model({inputs}, layers.Dense(1)(base.output))
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 6), np.random.rand(16, 1), verbose=0)
"""
FUNCTIONAL = "Model(inputs, layers.Dropout(0.3)(layers.Dense(8)(inputs)))"
SEQUENTIAL = "Sequential([inputs, layers.Dense(8), layers.Dropout(0.3)])"
# base, what is done with it, the inputs that are given -> the Kerases that take it
CASES = [
    (FUNCTIONAL, "", "inputs", ("2", "3.15")),
    (FUNCTIONAL, "", "other", ()),
    (FUNCTIONAL, "base(other)", "other", ()),
    (SEQUENTIAL, "", "base.inputs", ("2",)),
    (SEQUENTIAL, "base(other)", "other", ("3.15",)),
    (SEQUENTIAL, "base(other)", "base.inputs", ("2",)),
]


@pytest.mark.parametrize("keras", ["2", "3.15"])
@pytest.mark.parametrize(("base", "use", "inputs", "taken"), CASES)
def test_found_where_keras_takes_it(
    base: str, use: str, inputs: str, taken: tuple[str, ...], keras: str, kerases: Kerases
) -> None:
    text = PROGRAM.format(base=base, use=use, inputs=inputs)
    outcome = kerases.get(keras).run_source(text)
    assert (outcome["error"] is None) is (keras in taken), outcome["error"]
    found = lint_source(text, "program.py", Settings(keras_version=keras))
    assert [finding.code for finding in found] == (["KFD101"] if keras in taken else [])
