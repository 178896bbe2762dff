"""`Model(input=x, output=y)`: the package keras took it up to 2.3.1, tf.keras never."""

from __future__ import annotations

import re

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.target import hints

PROGRAM = """\
import numpy as np
from keras.layers import Dense, Dropout, Input
from keras.models import Model, Sequential
base = Sequential([Dense(4, input_shape=(6,)), Dropout(0.5)])
base.trainable = False
x = Input((6,))
model = Model(input=x, output=Dense(1)(base(x)))
model.compile("sgd", "mse")
model.fit(np.ones((8, 6)), np.ones((8, 1)))
"""
TF = PROGRAM.replace("from keras", "from tensorflow.keras")
STAR = re.sub("import (Dense|Model).*", "import *", PROGRAM)


@pytest.mark.parametrize(
    ("program", "keras", "codes"),
    [
        (PROGRAM, "2", ["KFD101"]),
        (STAR, "2", ["KFD101"]),
        (PROGRAM, "2.2", ["KFD101"]),
        (PROGRAM, ">=3.0,<3.17", []),
        (TF, "2", []),
        (TF, "3.16", []),
        (f"from tensorflow.keras.models import Model as M\nM\n{PROGRAM}", "2", []),
    ],
)
def test_who_takes_it(program: str, keras: str, codes: list[str]) -> None:
    assert [
        found.code for found in lint_source(program, "program.py", Settings(keras_version=keras))
    ] == codes


def test_what_it_says_of_the_keras() -> None:
    hint = hints.find(PROGRAM)
    assert hint is not None
    assert (hint.specifier, hint.binding) == ("2", False)
    assert hints.find(TF) is None
    assert hints.find(f"{PROGRAM}class Model: pass\n") is None
    assert hints.find(PROGRAM.replace("input=x, output=", "x, ")) is None
