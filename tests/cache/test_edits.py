"""Whatever is changed in a project, what is said with kept results is what is said without."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import drawn
from tests.cache.processes import alone, checked, checked_anew, needs_fork
from tests.fixture_files import PROJECTS

pytestmark = needs_fork

Edit = Callable[[Path], object]


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _replaced(old: str, new: str) -> Edit:
    return lambda path: _write(path, path.read_text("utf-8").replace(old, new))


def _halved(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    _write(path, "".join(lines[: len(lines) // 2]))


def _made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


# What people do to one file.
EDITS: dict[str, Edit] = {
    "remark": lambda path: _write(path, path.read_text("utf-8") + "# seen\n"),
    "thawed": _replaced("trainable = False", "trainable = True"),
    "no rate": _replaced("0.5", "0.0"),
    "Keras 2": _replaced("import", "import tf_keras\nimport"),
    "half": _halved,
    "gone": Path.unlink,
    "renamed": lambda path: path.replace(path.with_name(f"old_{path.name}")),
    "folder in its place": _made_a_folder,
}
# And to the project.
ADDED = {
    "requirements.txt": "keras==2.15\n",
    "keras.py": "layers = None\n",
    "numpy/__init__.py": "",
    "trainer.py": "import main\nmain.model.fit(None)\n",
    "saves.py": 'import keras\nkeras.Sequential([]).save("model.keras")\n',
    "pyproject.toml": '[project]\nname = "x"\ndependencies = ["keras==3.12"]\n',
}


_OTHERS = frozenset({"__pycache__", ".dropout_lint_cache"})


def _edits(folder: Path) -> Iterator[tuple[str, str]]:
    files = [path for path in folder.rglob("*") if path.is_file() and _OTHERS.isdisjoint(path.parts)]
    for path in sorted(files):
        for edit in EDITS:
            yield str(path.relative_to(folder)), edit
    for name in ADDED:
        yield name, "added"


CASES = [(folder, name, edit) for folder in sorted(PROJECTS.iterdir()) for name, edit in _edits(folder)]


@pytest.mark.parametrize(("folder", "name", "edit"), drawn.some(CASES, 40))
def test_an_edit(folder: Path, name: str, edit: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(folder, root, ignore=shutil.ignore_patterns(*_OTHERS))
    if not (root / "pyproject.toml").exists():
        _write(root / "pyproject.toml", "")
    time.sleep(0.06)
    first, kept = alone(checked, root)
    assert not kept
    assert first == alone(checked_anew, root)
    again, kept = alone(checked, root)
    assert again == first
    assert kept, "nothing was kept"

    time.sleep(0.06)  # what was written just now is not kept
    if edit == "added":
        (root / name).parent.mkdir(exist_ok=True)
        _write(root / name, ADDED[name])
    else:
        EDITS[edit](root / name)
    wanted = alone(checked_anew, root)
    time.sleep(0.06)
    assert alone(checked, root)[0] == wanted
    assert alone(checked, root)[0] == wanted


def test_an_edit_leaves_results_that_do_not_rest_on_it(tmp_path: Path) -> None:
    """Or else nothing would be gained while a project is worked on."""
    for name in ("one", "two"):
        _write(tmp_path / f"{name}.py", "import keras\n\nkeras.Sequential([]).fit(None)\n")
    _write(tmp_path / "pyproject.toml", "")
    time.sleep(0.06)
    assert alone(checked, tmp_path)[1] == 0
    assert alone(checked, tmp_path)[1] == 2
    _write(tmp_path / "one.py", "import keras\n\nkeras.Sequential([]).fit(1)\n")
    assert alone(checked, tmp_path)[1] == 1


_FLAGGED = """\
import helper
from tensorflow import keras

base = keras.Sequential([keras.layers.Dense(4), keras.layers.Dropout(0.5), keras.layers.Dense(4)])
base.trainable = False
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(1)(base(inputs, training=False)))
model.compile("sgd", "mse")
model.fit(x, y)
"""
_BUILT = """\
from tensorflow import keras


def build():
    base = keras.Sequential([keras.layers.Dense(4), keras.layers.Dropout(0.5), keras.layers.Dense(4)])
    base.trainable = False
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(1)(base(inputs)))
    model.compile("sgd", "mse")
    return model
"""
_LOADED = """\
from tensorflow import keras

tower = keras.models.load_model("tower.keras")
tower.trainable = False
model = keras.Sequential([tower, keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y)
"""
_SAVED = """\
from tensorflow import keras

tower = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4), keras.layers.Dropout(0.5)])
tower.save("tower.keras")
"""
# What a result rests on that no run reads: (the project, the edited file, what is written into it).
ELSEWHERE = {
    "the text of a module says what it is for": (
        {"main.py": _FLAGGED, "helper.py": "def shown():\n    print(1)\n"},
        "helper.py",
        "from keras.optimizers.legacy import Adam\n",
    ),
    "so does that of one which the module imports": (
        {"main.py": _FLAGGED, "helper.py": "import deeper\n", "deeper.py": "\n"},
        "deeper.py",
        "from keras.optimizers.legacy import Adam\n",
    ),
    "another program trains what is built here": (
        {"main.py": _BUILT, "start.py": "from main import build\n\nbuild().fit(x, y)\n"},
        "start.py",
        "from main import build\n\nbuild().summary()\n",
    ),
    "another program saves by the same name": (
        {"main.py": _LOADED, "save.py": _SAVED, "other.py": "print(1)\n"},
        "other.py",
        _SAVED,
    ),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_what_no_run_reads_counts_too(case: str, tmp_path: Path) -> None:
    files, name, text = ELSEWHERE[case]
    for file, content in files.items():
        _write(tmp_path / file, content)
    _write(tmp_path / "pyproject.toml", "")
    time.sleep(0.06)
    alone(checked, tmp_path)
    found, kept = alone(checked, tmp_path)
    assert kept
    _write(tmp_path / name, text)
    wanted = alone(checked_anew, tmp_path)
    main = [one.path for one in wanted].index("main.py")
    assert wanted[main].findings != found[main].findings, "the edit changes what is said"
    time.sleep(0.06)
    assert alone(checked, tmp_path)[0] == wanted
