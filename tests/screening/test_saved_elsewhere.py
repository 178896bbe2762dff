"""Models that another program of the project saves."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint import Confidence, Finding, Settings, lint_path
from dropout_lint.screening import saved_elsewhere, training_elsewhere
from dropout_lint.screening.saved_elsewhere import MAX_PROGRAMS, is_written_as, programs_that_save
from tests.notebooks import cut, notebook

PRETRAIN = """\
from tensorflow import keras
from tensorflow.keras import layers

whole = keras.Sequential([keras.Input((6,)), layers.Dense(8), layers.Dropout(0.4), layers.Dense(1)])
whole.compile("sgd", "hinge")
whole.fit(x, y)
whole.save("models/whole.h5")
"""
FINETUNE = """\
from tensorflow import keras
from tensorflow.keras import layers

base = keras.models.load_model("models/whole.h5")
base.trainable = False
model = keras.Sequential([keras.Input((6,)), base, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y)
"""


def _forget() -> None:
    training_elsewhere.forget()
    saved_elsewhere.forget()


def _lint(folder: Path, others: dict[str, str], finetune: str = FINETUNE) -> list[Finding]:
    """The findings of stages/finetune.py in a project that has these other files."""
    _forget()
    for name, text in {"setup.py": "", "stages/finetune.py": finetune, **others}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = Settings(keras_version="3.15", min_confidence=Confidence.POSSIBLE)
    return lint_path(folder / "stages" / "finetune.py", settings)


@pytest.mark.parametrize(
    "others",
    [
        {"stages/pretrain.py": PRETRAIN},
        {"pretrain.py": PRETRAIN},
        {"stages/pretrain.py": PRETRAIN.replace("whole.save(", "keras.models.save_model(whole, ")},
        {"pretrain.py": "from lib.first import main\nif __name__ == '__main__':\n    main()\n"
         "    # as 'models/whole.h5': model.save()", "lib/first.py": "def main():\n"
         + "".join(f"    {line}\n" for line in PRETRAIN.splitlines())},
        # the nearer one
        {"stages/pretrain.py": PRETRAIN, "old/pretrain.py": PRETRAIN.replace("layers.Dropout(0.4), ", "")},
        # what was frozen there is frozen here again
        {"stages/pretrain.py": PRETRAIN.replace("whole.compile", "whole.trainable = False\nwhole.compile")},
        # what it does after that does not count
        {"stages/pretrain.py": PRETRAIN + "raise SystemExit\n"},
        {"stages/pretrain.py": PRETRAIN + "import pretrain\nkeras.models.load_model('models/whole.h5')\n"},
        {"stages/pretrain.ipynb": notebook(cut(PRETRAIN))},
        {"pretrain.ipynb": notebook(["%matplotlib inline\n!ls\n", PRETRAIN], as_list=False)},
    ],
)  # fmt: skip
def test_what_another_script_saves_is_loaded(others: dict[str, str], tmp_path: Path) -> None:
    (found,) = _lint(tmp_path, others)
    assert found.code == "KFD101"
    assert found.place.path == str(tmp_path / "stages" / "finetune.py")
    assert found.confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"stages/pretrain.py": PRETRAIN.replace("whole.h5", "other.h5")},
        {"stages/pretrain.py": PRETRAIN.replace("models/whole.h5", "whole.h5")},
        {"stages/pretrain.py": PRETRAIN.replace("layers.Dropout(0.4)", "layers.Dropout(0.0)")},
        {"stages/pretrain.py": PRETRAIN.replace("whole.save", "whole.save_weights")},
        # who knows which of them was run last
        {"stages/pretrain.py": PRETRAIN, "stages/again.py": PRETRAIN},
        {"stages/pretrain.py": PRETRAIN, "stages/again.ipynb": notebook(cut(PRETRAIN))},
        {"stages/pretrain.ipynb": notebook(cut(PRETRAIN.replace("0.4", "0.0")))},
        {"stages/pretrain.ipynb": '{"cells": ["whole.h5", "model.save("'},
        # it ends before
        {"stages/pretrain.py": "raise SystemExit\n" + PRETRAIN},
        # classes of the program's own are not followed from one program to the other
        {"stages/pretrain.py": PRETRAIN.replace("layers.Dense(8)", "Own()").replace(
            "whole =", "class Own(layers.Layer): pass\nwhole =")},
        {"stages/pretrain.py": "def whole(:\n" + PRETRAIN},
    ],
)  # fmt: skip
def test_what_cannot_be_known_says_nothing(others: dict[str, str], tmp_path: Path) -> None:
    assert _lint(tmp_path, others) == []


def test_the_file_itself_is_asked_first(tmp_path: Path) -> None:
    quiet = PRETRAIN.replace("layers.Dropout(0.4), ", "") + FINETUNE
    assert _lint(tmp_path, {"stages/pretrain.py": PRETRAIN}, quiet) == []


def test_scripts_that_load_what_each_other_saves(tmp_path: Path) -> None:
    """Neither is run for the sake of the other but once."""
    saving = FINETUNE.replace("base.trainable", "base.save('models/base.h5')\nbase.trainable")
    other = PRETRAIN.replace("whole =", "keras.models.load_model('models/base.h5')\nwhole =")
    assert [finding.code for finding in _lint(tmp_path, {"stages/pretrain.py": other}, saving)] == ["KFD101"]


def test_which_scripts_may_save_it(tmp_path: Path) -> None:
    for name in ("a.py", "b/c.py", "b/d.py", "e/f/g.py", "h.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PRETRAIN)
    _forget()

    def found(name: str) -> list[str]:
        paths = programs_that_save("whole.h5", tmp_path / name, tmp_path)
        return [path.relative_to(tmp_path).as_posix() for path in paths]

    assert found("x.py") == ["a.py"]
    assert found("b/x.py") == ["b/c.py", "b/d.py"]
    assert found("b/c.py") == ["b/d.py"]
    assert found("e/f/x.py") == ["e/f/g.py"]
    for number in range(MAX_PROGRAMS):
        (tmp_path / f"z{number}.py").write_text(PRETRAIN)
    _forget()
    assert found("x.py") == []


def test_a_name_is_looked_for_once_in_a_run(tmp_path: Path) -> None:
    """Whoever loads what nobody can tell, again and again, has steps left for what follows."""
    loads = "for n in range(60):\n    keras.models.load_model('models/odd.h5')\n"
    twice = PRETRAIN.replace("whole.h5", "odd.h5") + "for n in range(4):\n    print([n, n, n])\n" * 300
    others = {"stages/a.py": twice, "stages/b.py": twice, "stages/pretrain.py": PRETRAIN}
    finetune = FINETUNE.replace("base = ", loads + "base = ")
    assert [finding.code for finding in _lint(tmp_path, others, finetune)] == ["KFD101"]


def test_many_programs_that_save_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way to each is measured once."""
    asked: list[Path] = []
    found = {"whole.h5": [tmp_path / f"m{number}.py" for number in range(300)]}
    monkeypatch.setattr(saved_elsewhere, "_savers", lambda root: found)
    monkeypatch.setattr(saved_elsewhere, "_way", lambda file, path: asked.append(file) or 0)
    assert programs_that_save("whole.h5", tmp_path / "x.py", tmp_path) == []
    assert len(asked) == 300


@pytest.mark.parametrize(
    ("template", "name", "same"),
    [
        ("a-{epoch:02d}-{val_loss:.2f}.h5", "a-08-0.23.h5", True),
        ("a-{epoch:02d}-{val_loss:.2f}.h5", "a-08-nan.h5", True),
        ("a-{epoch:02d}-{val_loss:.2f}.h5", "a-08.h5", False),
        ("{epoch}15.h5", "715.h5", False),  # where one number ends cannot be told
        ("a.{epoch}.h5", "ab3.h5", False),
        ("{epoch}" * 8, "1" * 199 + "x", False),
        ("{epoch}" * 20, "1" * 20, False),
        ("same.h5", "same.h5", True),
    ],
)
def test_names_of_checkpoints(template: str, name: str, same: bool) -> None:
    assert is_written_as(template, name) == same
