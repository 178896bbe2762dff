"""Programs that one Keras refuses are judged for the other one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint import Settings, lint_path
from dropout_lint.judging import judged
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.text import SourceFile
from dropout_lint.target import requirements

OVERRIDDEN = """\
from tensorflow import keras
from tensorflow.keras import layers

{before}
base = keras.Sequential([layers.Input((4,)), layers.Dense(8), layers.Dropout(0.4)])
base.trainable = False
inputs = layers.Input((4,))
model = keras.Model(inputs, layers.Dense(1)(base(inputs, training=False)))
model.compile("sgd", "mse")
model.fit(x, y)
"""
WEIGHTS = """\
path = "best/weights.ckpt"
{indent}keep = keras.callbacks.ModelCheckpoint(path, save_weights_only=True)
"""


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "installed", lambda: None)


def _found(folder: Path, before: str, required: str = "", keras: str | None = None) -> list[str]:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "requirements.txt").write_text(required, encoding="utf-8")
    path = folder / "train.py"
    path.write_text(OVERRIDDEN.format(before=before), encoding="utf-8")
    return [finding.code for finding in lint_path(path, Settings(keras_version=keras))]


@pytest.mark.parametrize(
    "before",
    [
        WEIGHTS.format(indent=""),
        'path = "best"\nkeep = keras.callbacks.ModelCheckpoint(path + ".hdf5")',
        # Keras 3's fit() and compile() take no such arguments; what is handed over is not in the text.
        "arguments = {'workers': 2}\nkeras.Sequential([layers.Dense(1)]).fit(a, b, **arguments)",
        "keras.Sequential([layers.Dense(1)]).compile('sgd', 'mse', sample_weight_mode='temporal')",
        "keras.Sequential([layers.Dense(1)]).evaluate(a, b, max_queue_size=1)",
        "rate = 0.1\nadam = keras.optimizers.Adam(**{'lr': rate})",
    ],
)
def test_what_keras_3_refuses_is_for_keras_2(before: str, tmp_path: Path) -> None:
    assert _found(tmp_path, before) == []
    assert _found(tmp_path, before, "keras>=2.10") == []
    # Who asks for Keras 3 gets it.
    assert _found(tmp_path, before, "keras>=3.3") == ["KFD102"]
    assert _found(tmp_path, before, keras="3.15") == ["KFD102"]


@pytest.mark.parametrize(
    "before",
    [
        "",
        'path = "best.weights.h5"\nkeep = keras.callbacks.ModelCheckpoint(path, save_weights_only=True)',
        'path = "best.keras"\nkeep = keras.callbacks.ModelCheckpoint(path)',
        # it may not come to that, or goes on all the same
        "if old:\n    " + WEIGHTS.format(indent="    "),
        "try:\n    " + WEIGHTS.format(indent="    ") + "except ValueError:\n    pass",
        # Programs read it where nothing hangs on it, under any condition: it tells nothing
        "for one in keras.Sequential([layers.Input((4,)), layers.Dense(1)]).layers: print(one.output_shape)",
        "if not hasattr(keras, 'ops'):\n    print(layers.Dense(1).output_shape)",
        # Keras 2 refuses it, too
        WEIGHTS.format(indent="") + "odd = layers.Dense(4, nonsense=1)",
    ],
)
def test_what_keras_3_may_take_is_for_keras_3(before: str, tmp_path: Path) -> None:
    assert _found(tmp_path, before) == ["KFD102"]


def test_it_is_said_why(tmp_path: Path) -> None:
    _found(tmp_path, WEIGHTS.format(indent=""))
    path = tmp_path / "train.py"
    file = SourceFile(str(path), path.read_text())
    choice = judged(file, Settings(), ModuleFiles(path)).choice
    assert choice.specifier == "2"
    assert choice.why == "ModelCheckpoint() takes no such name of a file in Keras 3.0–3.9 (line 5)"
