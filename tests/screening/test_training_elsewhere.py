"""Training that is only assumed: the project is asked who imports the file, and whether anybody trains."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint import Confidence, Finding, Settings, lint_path
from dropout_lint.screening import training_elsewhere
from dropout_lint.screening.training_elsewhere import is_trained_elsewhere
from dropout_lint.source import project_files

MODEL = """\
from tensorflow import keras
from tensorflow.keras import layers


def build():
    base = keras.Sequential([keras.Input((8,)), layers.Dense(8), layers.Dropout(0.5)])
    base.trainable = False
    model = keras.Sequential([keras.Input((8,)), base, layers.Dense(1)])
    model.compile("adam", "mse")
    return model
"""
LOADED = MODEL.replace("    return", "    model.load_weights('best.h5')\n    return")
TRAIN = "from parts.captions import build\n\nmodel = build()\nmodel.fit([[0] * 8], [0])\n"
SERVE = "from parts.captions import build\n\nprint(build().predict([[0] * 8]))\n"

TAPE = """
def explain(model, image):
    with tf.GradientTape() as tape:
        score = model(image)
    return tape.gradient(score, image)
"""
STEP = f"{TAPE}\ndef step(optimizer, pairs):\n    optimizer.apply_gradients(pairs)\n"


def _lint(folder: Path, others: dict[str, str], model: str = MODEL) -> list[Finding]:
    """The findings of parts/captions.py in a project that has these other files."""
    training_elsewhere.forget()
    for name, text in {"setup.py": "", "parts/__init__.py": "", "parts/captions.py": model, **others}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return lint_path(folder / "parts" / "captions.py", Settings(min_confidence=Confidence.POSSIBLE))


@pytest.mark.parametrize(
    ("others", "model", "level"),
    [
        ({}, MODEL, Confidence.POSSIBLE),
        ({"serve.py": SERVE}, MODEL, Confidence.POSSIBLE),
        ({"train.py": TRAIN}, MODEL, Confidence.LIKELY),
        # a tape that explains what is predicted, and one that trains
        ({"serve.py": f"import tensorflow as tf\n{SERVE}{TAPE}"}, MODEL, Confidence.POSSIBLE),
        ({"serve.py": SERVE}, f"{MODEL}{TAPE}", Confidence.POSSIBLE),
        ({"train.py": f"import tensorflow as tf\n{SERVE}{STEP}"}, MODEL, Confidence.LIKELY),
        ({"train.ipynb": TRAIN.replace("\n", "\\n")}, MODEL, Confidence.LIKELY),
        ({"train.py": TRAIN.replace("parts.captions", "other")}, MODEL, Confidence.POSSIBLE),
        (
            {"train.py": "from parts import (\n    captions,\n)\ncaptions.build().fit(x, y)\n"},
            MODEL,
            Confidence.LIKELY,
        ),
        # through a file in between, which only hands it on
        (
            {
                "hub.py": "from parts.captions import build\n",
                "train.py": TRAIN.replace("parts.captions", "hub"),
            },
            MODEL,
            Confidence.LIKELY,
        ),
        ({"train.py": TRAIN}, LOADED, Confidence.POSSIBLE),
        # a tuner fits what it builds
        (
            {"tune.py": "from parts.captions import build\ntuner = Search(build)\ntuner.search(x, y)\n"},
            MODEL,
            Confidence.LIKELY,
        ),
        # a function of the file itself trains what it is given
        ({}, MODEL + "\n\ndef train(model, data):\n    model.fit(data)\n", Confidence.LIKELY),
    ],
)
def test_a_sign_of_training(tmp_path: Path, others: dict[str, str], model: str, level: Confidence) -> None:
    assert {(f.code, f.confidence) for f in _lint(tmp_path, others, model)} == {("KFD101", level)}


def test_what_cannot_be_asked_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = _lint(tmp_path, {"serve.py": SERVE})
    assert finding.confidence is Confidence.POSSIBLE
    path = (tmp_path / "parts" / "captions.py").resolve()
    assert is_trained_elsewhere(path, tmp_path.resolve()) is False
    assert is_trained_elsewhere(path.with_name("unsaved.py"), tmp_path.resolve()) is None
    monkeypatch.setattr(project_files, "MAX_FILES", 2)
    (finding,) = _lint(tmp_path, {})
    assert finding.confidence is Confidence.LIKELY


def test_nothing_outside_of_the_project_is_read(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "train.py").write_text(TRAIN, encoding="utf-8")
    (project / "linked.py").symlink_to(tmp_path / "train.py")
    (finding,) = _lint(project, {})
    assert finding.confidence is Confidence.POSSIBLE
