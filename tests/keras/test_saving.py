"""Which file a model is loaded from, and what load_model() may refuse."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source

PROGRAM = """\
import os
from pathlib import Path
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

{before}
first = keras.Sequential([keras.Input((6,)), layers.Dense(8), layers.Dropout(0.4), {last}])
first.compile("sgd", {loss})
{save}

base = {load}
base.trainable = False
model = keras.Sequential([keras.Input((6,)), base, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.random.rand(16, 6), np.random.rand(16, 1))
"""
SCALE = """
class Scale(layers.Layer):
    def call(self, inputs):
        return 2 * inputs
"""


def _found(
    save: str,
    load: str,
    *,
    before: str = "",
    last: str = "layers.Dense(4)",
    loss: str = "'hinge'",
    keras: str = "3.15",
) -> list[str]:
    text = PROGRAM.format(save=save, load=load, before=before, last=last, loss=loss)
    return [finding.code for finding in lint_source(text, "program.py", Settings(keras_version=keras))]


@pytest.mark.parametrize(
    ("saved", "loaded"),
    [
        ("'m.keras'", "'./m.keras'"),
        ("'models/m.keras'", "os.path.join('models', 'm.keras')"),
        ("os.path.join(folder, 'm.keras')", "f'{folder}/m.keras'"),
        ("Path(folder) / 'a' / 'm.keras'", "os.path.join(folder, 'a', 'm.keras')"),
        ("str(Path(folder) / 'm.keras')", "folder + '/m.keras'"),
        ("os.path.join(os.getcwd(), 'm.keras')", "os.path.join(os.getcwd(), 'm.keras')"),
    ],
)
def test_the_same_file_by_another_name(saved: str, loaded: str) -> None:
    folder = "folder = input()"
    for one, other in ((saved, loaded), (loaded, saved)):
        assert _found(f"first.save({one})", f"keras.models.load_model({other})", before=folder) == ["KFD101"]


@pytest.mark.parametrize(
    ("saved", "loaded"),
    [
        ("'m.keras'", "'n.keras'"),
        ("os.path.join(folder, 'm.keras')", "'m.keras'"),
        ("os.path.join(input(), 'm.keras')", "os.path.join(input(), 'm.keras')"),
        ("f'{folder}/m.keras'", "f'{folder}/m.h5'"),
    ],
)
def test_another_file_is_not_known(saved: str, loaded: str) -> None:
    folder = "folder = input()"
    assert _found(f"first.save({saved})", f"keras.models.load_model({loaded})", before=folder) == []


@pytest.mark.parametrize(
    ("save", "load", "found"),
    [
        ("keras.models.save_model(first, 'm.keras')", "keras.saving.load_model('m.keras')", True),
        ("first.save(filepath='m.keras')", "keras.models.load_model(filepath='m.keras')", True),
        ("first.save_weights('m.keras')", "keras.models.load_model('m.keras')", False),
        ("first.save('folder')", "keras.models.load_model('folder')", False),  # raises in Keras 3
        ("other.save('m.keras')", "keras.models.load_model('m.keras')", False),
        ("first.save('m.keras')", "keras.models.load_model('m.keras', **options)", False),
        ("first.save('m.keras'); other.save('m.keras')", "keras.models.load_model('m.keras')", False),
        ("first.save('m.keras'); other.upload('m.keras')", "keras.models.load_model('m.keras')", True),
    ],
)
def test_what_saves(save: str, load: str, found: bool) -> None:
    before = "import tools\nother, options = tools.make()"
    assert _found(save, load, before=before) == (["KFD101"] if found else [])


@pytest.mark.parametrize(
    ("arguments", "found"), [("", True), (", save_weights_only=True", False), (", 'loss', 0, True", True)]
)
def test_checkpoints(arguments: str, found: bool) -> None:
    keeper = f"keras.callbacks.ModelCheckpoint('m.keras'{arguments})"
    save = f"first.fit(np.ones((4, 6)), np.ones((4, 4)), callbacks=[{keeper}])"
    assert _found(save, "keras.models.load_model('m.keras')") == (["KFD101"] if found else [])


@pytest.mark.parametrize(
    ("loss", "ending", "load", "kerases"),
    [
        ("'mse'", "h5", "'m.h5'", ["2.15"]),
        ("'mse'", "h5", "'m.h5', compile=False", ["2.15", "3.15"]),
        ("'mse'", "keras", "'m.keras'", ["2.15", "3.15"]),
        ("'mean_squared_error'", "h5", "'m.h5'", ["2.15", "3.15"]),
    ],
)
def test_losses_that_keras_3_does_not_load(loss: str, ending: str, load: str, kerases: list[str]) -> None:
    for keras in ("2.15", "3.15"):
        found = _found(
            f"first.save('m.{ending}')", f"keras.models.load_model({load})", loss=loss, keras=keras
        )
        assert found == (["KFD101"] if keras in kerases else [])


@pytest.mark.parametrize(
    ("decorator", "arguments", "found"),
    [
        ("", "", False),
        ("", ", custom_objects={'Scale': Scale}", True),
        ("", ", custom_objects={'Scale': layers.Dense}", False),
        ("@keras.saving.register_keras_serializable()", "", True),
    ],
)
def test_classes_of_the_program(decorator: str, arguments: str, found: bool) -> None:
    load = f"keras.models.load_model('m.keras'{arguments})"
    codes = _found("first.save('m.keras')", load, before=f"{decorator}{SCALE}", last="Scale()")
    assert codes == (["KFD101"] if found else [])


def test_a_lambda_is_not_loaded() -> None:
    last = "layers.Lambda(lambda t: t)"
    assert _found("first.save('m.keras')", "keras.models.load_model('m.keras')", last=last) == []


@pytest.mark.parametrize(("place", "found"), [("'m'", True), ("'m.h5'", False), ("input()", False)])
def test_flags_of_a_format_that_cannot_be_known(place: str, found: bool) -> None:
    """A Sequential's own flag: a SavedModel holds it, a .h5 file does not."""
    freeze = "first.trainable = False\nfor layer in first.layers:\n    layer.trainable = True"
    text = PROGRAM.format(
        before=f"place = {place}",
        last="layers.Dense(4)",
        loss="'mse'",
        save=f"{freeze}\nfirst.save(place)",
        load="keras.models.load_model(place)",
    ).replace("base.trainable = False\n", "")
    codes = [finding.code for finding in lint_source(text, "program.py", Settings(keras_version="2.15"))]
    assert codes == (["KFD101"] if found else [])
