"""What one program saves and another one loads: the linter's word beside what both do, run by Keras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint import Confidence, Settings, lint_path
from tests.notebooks import cut, notebook
from tests.oracle.kerases import environment

PRETRAIN = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


def build():
    inputs = keras.Input((6,))
    hidden = layers.Dense(8, activation="relu")(inputs)
    hidden = layers.{layer}(hidden)
    return keras.Model(inputs, layers.Dense(1)(layers.Dense(4, name="deep")(hidden)))


if __name__ == "__main__":
    whole = build()
    whole.compile("adam", "hinge")
    whole.fit(np.random.rand(16, 6), np.random.rand(16, 1), verbose=0)
    whole.save("tower{ending}")
"""
FINETUNE = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

x, y = np.random.rand(16, 6), np.random.rand(16, 1)
whole = keras.models.load_model("tower{ending}")
tower = keras.Model(whole.inputs, whole.get_layer("deep").output)
tower.trainable = False
inputs = keras.Input((6,))
model = keras.Model(inputs, layers.Dense(1)(tower(inputs)))
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
"""
LOOK = """
from dropout_lint.runtime import frozen_activity

print("random:", *[one.class_name for one in frozen_activity(model, x, y) if one.random])
"""


@pytest.mark.keras
@pytest.mark.parametrize(
    ("keras", "layer", "ending"),
    [
        ("2", "Dropout(0.3)", ""),
        ("2", "Dropout(0.3)", ".h5"),
        ("2", "Dropout(0.0)", ""),
        ("3.15", "Dropout(0.3)", ".keras"),
        ("3.15", "GaussianNoise(0.3)", ".h5"),
        ("3.15", "ReLU()", ".keras"),
    ],
)
def test_what_is_loaded_is_as_random_as_in_keras(keras: str, layer: str, ending: str, tmp_path: Path) -> None:
    names = {"setup.py": "", "pretrain.py": PRETRAIN, "finetune.py": FINETUNE, "look.py": FINETUNE + LOOK}
    for name, text in names.items():
        (tmp_path / name).write_text(text.format(layer=layer, ending=ending), encoding="utf-8")
    for name in ("pretrain.py", "look.py"):
        done = subprocess.run(
            [sys.executable, name],
            cwd=tmp_path, env=environment(keras), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    random = done.stdout.partition("random:")[2].split()
    found = lint_path(tmp_path / "finetune.py", Settings(keras_version=keras))
    assert [finding.code for finding in found] == ["KFD101"] * len(random)
    assert random == [layer.partition("(")[0]] * len(random)
    assert len(random) == ("0.3" in layer)


FROZEN = PRETRAIN.replace("    whole.save(", "    whole.layers[1].trainable = False\n    whole.save(")


@pytest.mark.parametrize(
    ("freeze", "found"),
    [
        ("tower.trainable = False\n", True),
        ("for part in tower.layers:\n    part.trainable = False\n", True),
        ("tower.trainable = False\ntower.trainable = True\n", False),
        ("", False),  # what the other program froze before it saved is not known here
    ],
)
def test_what_was_frozen_when_it_was_saved_is_not_known(freeze: str, found: bool, tmp_path: Path) -> None:
    fine = FINETUNE.replace("tower.trainable = False\n", freeze)
    for name, text in {"setup.py": "", "pretrain.py": FROZEN, "finetune.py": fine}.items():
        (tmp_path / name).write_text(text.format(layer="Dropout(0.3)", ending=".keras"), encoding="utf-8")
    findings = lint_path(tmp_path / "finetune.py", Settings(keras_version="3.15"))
    assert [(f.code, f.confidence) for f in findings] == [("KFD101", Confidence.LIKELY)] * found


def test_a_notebook_saves_as_a_script_does(tmp_path: Path) -> None:
    cells = cut(PRETRAIN.format(layer="Dropout(0.3)", ending=".keras"))
    fine = FINETUNE.format(ending=".keras")
    for name, text in {"setup.py": "", "pretrain.ipynb": notebook(cells), "finetune.py": fine}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    findings = lint_path(tmp_path / "finetune.py", Settings(keras_version="3.15"))
    assert [(f.code, f.confidence) for f in findings] == [("KFD101", Confidence.LIKELY)]


@pytest.mark.parametrize(
    ("written", "loaded", "found"),
    [
        ("tower-{epoch:02d}.keras", "tower-07.keras", True),
        ("best/{epoch}-{val_loss:.3f}.keras", "best/12-0.314.keras", True),
        ("best/{epoch}-{val_loss:.3f}.keras", "other/12-0.314.keras", False),
        ("tower-{epoch:02d}.keras", "tower-last.keras", False),
        ("tower-{epoch:02d}.keras", "tower-07.h5", False),
        ("tower-{step}.keras", "tower-07.keras", False),  # no checkpoint of an epoch
    ],
)
def test_a_checkpoint_of_some_epoch(written: str, loaded: str, found: bool, tmp_path: Path) -> None:
    keeper = f"keras.callbacks.ModelCheckpoint({written!r})"
    pretrain = PRETRAIN.replace("{layer}", "Dropout(0.3)").replace("verbose=0", f"callbacks=[{keeper}]")
    pretrain = pretrain.replace('    whole.save("tower{ending}")\n', "")
    finetune = FINETUNE.replace("tower{ending}", loaded)
    for name, text in {"setup.py": "", "pretrain.py": pretrain, "finetune.py": finetune}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    findings = lint_path(tmp_path / "finetune.py", Settings(keras_version="3.15"))
    assert [finding.code for finding in findings] == ["KFD101"] * found
