"""A message names the part as the program does, and the one that is frozen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dropout_lint import Settings, lint_path, lint_source

IMPORTS = "import numpy as np\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\n\n"
BASE = """\
inputs = keras.Input((8,))
x = layers.Dropout(0.5)(layers.Dense(3)(inputs))
base = keras.Model(inputs, layers.Dense(3)(layers.Dense(3, name="features")(x)))
base.trainable = False
"""
LOADED = """\
loaded = keras.models.load_model("base.keras")
dense, drop = layers.Dense(4), layers.Dropout(0.5)
x = drop(dense(loaded.output))
"""
FIT = 'model.compile("sgd", "mse")\nmodel.fit(np.zeros((4, 8)), np.zeros((4, 1)))\n'


def graph(start: str, end: str) -> str:
    return f"model = keras.Model({start}, layers.Dense(1)({end}))\n"


PROGRAMS = {
    "its output": (BASE + graph("base.input", "base.output"), "'base'"),
    "the output of a layer by index": (BASE + graph("base.input", "base.layers[-2].output"), "'base'"),
    "the output of a layer by name": (
        BASE + graph("base.input", "base.get_layer('features').output"),
        "'base'",
    ),
    "the output of a layer with a name": (
        BASE + "last = base.layers[-2]\n" + graph("base.input", "last.output"),
        "'base'",
    ),
    "a model around a loaded one": (
        LOADED + "body = keras.Model(loaded.input, x)\nbody.trainable = False\n"
        + graph("body.input", "body.output"),
        "'body'",
    ),
    "a model around a loaded one, of which nothing is read": (
        LOADED + "body = keras.Model(loaded.input, x)\nbody.trainable = False\n"
        + graph("loaded.input", "x"),
        "'body'",
    ),
    "a Dropout behind a loaded model": (
        LOADED + graph("loaded.input", "x")
        + "for part in (loaded, dense, drop):\n    part.trainable = False\n",
        "'drop'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_frozen_is_named(name: str) -> None:
    program, part = PROGRAMS[name]
    findings = lint_source(IMPORTS + program + FIT, settings=Settings(keras_version="3.15"))
    assert [finding.message.split(" is frozen")[0] for finding in findings] == [part]
    thawed = program.replace("trainable = False", "trainable = True")
    assert lint_source(IMPORTS + thawed + FIT, settings=Settings(keras_version="3.15")) == []


WRAPPED = (
    BASE
    + """\
frames = keras.Input((3, 8))
td = layers.TimeDistributed(base)
"""
)


def test_a_part_that_a_wrapper_calls_gets_its_flag_through_the_wrapper() -> None:
    program = WRAPPED + graph("frames", "td(frames)") + FIT
    (finding,) = lint_source(IMPORTS + program, settings=Settings(keras_version="2"))
    assert finding.message.startswith("'base' is frozen")
    assert finding.message.endswith(": call td(..., training=False)")
    (finding,) = lint_source(IMPORTS + program, settings=Settings(keras_version="3.15"))
    assert ": wrap it in a Layer whose call() passes training=False (" in finding.message
    cured = program.replace("td(frames)", "td(frames, training=False)")
    assert lint_source(IMPORTS + cured, settings=Settings(keras_version="2")) == []


STACK = """\
inputs = layers.Input((8,))
model = keras.Sequential([inputs, layers.Dense(3), layers.Dropout(0.5), layers.Dense(1)])
"""
LAYERS = "for layer in model.layers[:2]:\n    layer.trainable = False\n"
MOBILE = "keras.applications.MobileNet(weights=None, input_shape=(32, 32, 3), classes=4)"
FLAT = f"model = {MOBILE}\nfor layer in model.layers[4:]:\n    layer.trainable = False\n"
CURES = {
    "an element of a Sequential": (
        STACK + LAYERS,
        "'Dropout' is frozen (line 8), but it stays active in fit() (line 10): "
        "call it with training=False in a functional model, or set rate = 0 before compile()",
    ),
    "a model made where it is put": (
        BASE.replace("base = ", "base = part = ") + "model = keras.Sequential([part, layers.Dense(1)])\n",
        "'part' is frozen (line 8), but its Dropout (line 6) is active in fit() (line 11): "
        "call part(..., training=False) in a functional model, or set rate = 0 before compile()",
    ),
    "a copy made where it is put": (
        BASE + "model = keras.Sequential([keras.models.clone_model(base), layers.Dense(1)])\n"
        "model.layers[0].trainable = False\n",
        "'model.layers[0]' is frozen (line 10), but its Dropout (line 9) is active in fit() (line 12): "
        "call model.layers[0](..., training=False) in a functional model, or set rate = 0 before compile()",
    ),
    "a layer of a ready-made model": (
        FLAT,
        "the Dropout inside MobileNet (line 5) is frozen (line 7), but it stays active in fit() (line 9): "
        "set its rate to 0 before compile()",
    ),
    "noise, which has no rate": (
        BASE.replace("Dropout", "GaussianNoise") + "model = keras.Sequential([base, layers.Dense(1)])\n",
        "'base' is frozen (line 8), but its GaussianNoise (line 6) is active in fit() (line 11): "
        "call base(..., training=False) in a functional model",
    ),
    "the body instead of the model": (
        BASE + graph("inputs", "base.call(inputs, training=False)"),
        "training=False is dropped here: 'base' is frozen (line 8), but its Dropout (line 6) is active in "
        "fit() (line 11): call base(...), not base.call(...)",
    ),
}


@pytest.mark.parametrize("name", CURES)
def test_the_cure_can_be_done(name: str) -> None:
    program, message = CURES[name]
    (finding,) = lint_source(IMPORTS + program + FIT, settings=Settings(keras_version="2"))
    assert finding.message == message


def test_the_dropout_inside_a_ready_made_model_is_not_taken_for_a_layer_of_the_program() -> None:
    program = (
        "base = keras.applications.EfficientNetV2B0(include_top=False, pooling='avg')\n"
        "base.trainable = False\n"
        "inputs = keras.Input((224, 224, 3))\n" + graph("inputs", "base(inputs, training=False)")
    )
    (finding,) = lint_source(IMPORTS + program + FIT, settings=Settings(keras_version="3.15"))
    assert "frozen 'base' keeps the Dropout inside EfficientNetV2B0 (line 5) active" in finding.message


def test_a_message_names_other_files_as_the_frames_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    for folder in ("jobs", "parts"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("", encoding="utf-8")
    base = IMPORTS + "def make():\n" + "".join(f"    {line}\n" for line in BASE.splitlines())
    late = f"\ndef train(model, base):\n    base.trainable = True\n    {FIT.splitlines()[1]}\n"
    (tmp_path / "parts" / "towers.py").write_text(f"{base}    return base\n{late}", encoding="utf-8")
    job = "from parts.towers import make, train\n\nbase = make()\n" + graph(
        "base.input", "base(base.input, training=False)"
    )
    (tmp_path / "jobs" / "run.py").write_text(IMPORTS + job + FIT + "train(model, base)\n", encoding="utf-8")
    for start, name in ((tmp_path / "jobs", "run.py"), (tmp_path, "jobs/run.py")):
        monkeypatch.chdir(start)
        findings = lint_path(name, Settings(keras_version="3.15"))
        assert {f.code for f in findings} == {"KFD102", "KFD301"}
        for finding in findings:
            named = set(re.findall(r"line \d+ of ([\w./]+)", finding.message))
            assert named == {r.place.path for r in finding.related} - {name}
        late_thaw = next(finding for finding in findings if finding.code == "KFD301")
        assert re.search(r"again after it \(thawed in line \d+ of ", late_thaw.message)
        assert [r.role for r in late_thaw.related] == ["compiled", "thawed", "trained"]
