"""Models of segmentation_models whose encoder is frozen: its FixedDropout layers go on dropping."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from dropout_lint import Settings, lint_source
from tests.oracle.kerases import installed_beside

PACKAGES = "segmentation_models==1.0.1 efficientnet==1.0.0 image-classifiers==1.0.0 keras-applications==1.0.8"
PROGRAM = """\
import numpy as np
import segmentation_models as sm
model = sm.{model}({encoder}, input_shape=(32, 32, 3), classes=2, encoder_weights=None{more})
model.compile("sgd", "mse")
model.fit(np.zeros((2, 32, 32, 3)), np.zeros((2, 32, 32, 2)), verbose=0)
"""
FROZEN = ", encoder_freeze=True"


@pytest.mark.parametrize("model", ["Unet", "FPN", "Linknet"])
@pytest.mark.parametrize(
    ("encoder", "more", "found"),
    [
        ("'efficientnetb0'", FROZEN, ["KFD104"]),
        ("'efficientnetb5'", ", encoder_freeze=asked", ["KFD104"]),  # both ways are looked at
        ("'efficientnetb0'", "", []),
        ("'efficientnetb0'", ", encoder_freeze=False", []),
        ("'resnet34'", FROZEN, []),
        ("'efficientnetb9'", FROZEN, []),
        ("name", FROZEN, []),
    ],
)
def test_what_is_reported(model: str, encoder: str, more: str, found: list[str]) -> None:
    program = PROGRAM.format(model=model, encoder=encoder, more=more)
    found_there = lint_source(program, settings=Settings(keras_version="2.15"))
    assert [finding.code for finding in found_there] == found


@pytest.mark.parametrize(
    ("between", "found"),
    [
        ("for layer in model.layers:\n    layer.rate = 0", []),
        ("for layer in model.layers:\n    layer.trainable = True", []),
        ("sm.utils.set_trainable(model, recompile=False)", []),
        ("for layer in model.layers[20:]:\n    layer.trainable = True", []),
        ("for i, layer in enumerate(model.layers):\n    if i > 5: layer.trainable = True", []),
        ("for layer in reversed(model.layers):\n    layer.trainable = True", []),
        ("for i in range(len(model.layers)):\n    model.layers[i].trainable = True", []),
        ("list(map(lambda one: setattr(one, 'trainable', True), model.layers))", []),
        ("for layer in model.layers:\n    if isinstance(layer, keras.layers.Dropout): layer.rate = 0", []),
        ("for layer in model.layers:\n    if type(layer).__name__ == 'FixedDropout': layer.rate = 0", []),
        ("for layer in model.layers:\n    if 'block' in layer.name: layer.trainable = True", []),
        ("model.get_layer('block2b_drop').rate = 0", []),
        ("for layer in model.layers:\n    print(layer.name)", ["KFD104"]),
        ("model.summary()", ["KFD104"]),
    ],
)
@pytest.mark.parametrize("keras", ["2.15", "3.15"])
def test_what_is_done_to_its_layers_counts(keras: str, between: str, found: list[str]) -> None:
    program = PROGRAM.format(model="Unet", encoder="'efficientnetb0'", more=FROZEN)
    program = program.replace("model.compile", f"{between}\nmodel.compile")
    codes = [finding.code for finding in lint_source(program, settings=Settings(keras_version=keras))]
    assert codes == found


# Its images are read by scikit-image, which is not needed here.
OBSERVED = """\
import json, sys, types
for name in ("skimage", "skimage.transform"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["skimage.transform"].resize = None
import tensorflow as tf
told = set()
def told_of(layer):
    call = layer.call
    def watched(x, training=None):
        tf.py_function(lambda flag: told.add(bool(flag)) or flag, [tf.cast(training, tf.bool)], tf.bool)
        return call(x, training=training)
    layer.call = watched
"""
PRINTED = """\
moved = {w.name.split("/")[-1] for w in model.weights if not np.array_equal(was[w.name], w.numpy())
         if w.name.startswith(("stem", "block"))}
print(json.dumps([sorted(told), len(drops), sorted(moved)]))
"""


@pytest.mark.keras
@pytest.mark.parametrize("model", ["Unet", "FPN", "Linknet"])
def test_keras_shows_it(model: str) -> None:
    place = installed_beside(PACKAGES, "segmentation", "segmentation_models")
    if place is None:
        pytest.skip("segmentation_models cannot be had")
    before, _, rest = PROGRAM.format(model=model, encoder="'efficientnetb0'", more=FROZEN).partition(
        "model.c"
    )
    watched = (
        'drops = [l for l in model.layers if type(l).__name__ == "FixedDropout"]\n'
        "for drop in drops: told_of(drop)\nwas = {w.name: w.numpy() for w in model.weights}\n"
    )
    program = OBSERVED + before + watched + "model.c" + rest.replace("np.zeros", "np.random.random") + PRINTED
    variables = {
        **os.environ,
        "SM_FRAMEWORK": "tf.keras",
        "TF_USE_LEGACY_KERAS": "1",
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONPATH": str(place),
    }
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told, count, moved = json.loads(done.stdout.splitlines()[-1])
    assert told == [True]
    assert count == 9
    assert moved == ["beta:0", "gamma:0", "moving_mean:0", "moving_variance:0"]
