"""A learning phase of 0: what it does in fit() depends on the TensorFlow below.

Keras 2 on TensorFlow 2 is executed (fixtures/inference/phase_*.py); what runs on TensorFlow 1 alone was read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint import Settings, lint_path
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.linter import analyse
from dropout_lint.source.text import SourceFile

PROGRAM = """\
from {keras} import backend as K
from {keras}.layers import Dense, Dropout
from {keras}.models import Sequential

K.set_learning_phase(0)
base = Sequential([Dense(4, input_shape=(4,)), Dropout(0.5)])
base.trainable = False
model = Sequential([base, Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y)
"""
BOTH = ["KFD101", "KFD203"]


@pytest.mark.parametrize(
    ("requirements", "codes"),
    [
        ("keras==2.2.4\n", []),
        ("keras==2.2.4\ntensorflow==1.15\n", []),
        ("tensorflow==1.15\n", []),
        ("keras<2.3\n", []),
        ("keras==2.3.1\n", BOTH),
        ("keras>=2.2.4,<3\n", BOTH),
        ("tensorflow==2.0.0\n", BOTH),
        ("tensorflow==2.1\n", BOTH),
        ("tensorflow==2.10\n", BOTH),
    ],
)
@pytest.mark.parametrize("keras", ["keras", "tensorflow.keras"])
def test_the_era_of_tensorflow_1_is_silent(
    tmp_path: Path, requirements: str, codes: list[str], keras: str
) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "requirements.txt").write_text(requirements)
    (tmp_path / "train.py").write_text(PROGRAM.format(keras=keras))
    found = lint_path(tmp_path / "train.py")
    assert sorted(finding.code for finding in found) == codes


def test_it_is_told_that_it_is_not_known() -> None:
    analysis = analyse(SourceFile("train.py", PROGRAM.format(keras="keras")), Settings(keras_version="2.2"))
    (run,) = analysis.partly_seen
    assert [reason for _, reason in run.reasons] == [
        "whether the learning phase reaches Dropout cannot be told"
    ]


def test_what_stands_for_the_releases_that_are_meant() -> None:
    first = {
        text: str(behaviours(text)[0].version) for text in ("2.2", "2.2.4", "2.3", "2", "<2.3||3.15", "3")
    }
    assert first == {
        "2.2": "2.2",
        "2.2.4": "2.2",
        "2.3": "2.15",
        "2": "2.15",
        "<2.3||3.15": "2.2",
        "3": "3.0",
    }
