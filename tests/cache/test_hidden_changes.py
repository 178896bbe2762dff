"""Changes that are easily overlooked: what was not there, what links lead to, what is usually passed over."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dropout_lint import checking
from dropout_lint.cache import results
from dropout_lint.checking import Checked
from tests.cache.processes import alone, checked, checked_anew, needs_fork

pytestmark = [needs_fork, pytest.mark.skipif(os.name != "posix", reason="links and pipes")]

_NET = """\
base = keras.Sequential([keras.layers.Dense(4), keras.layers.Dropout(RATE), keras.layers.Dense(4)])
base.trainable = False
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(1)(base(inputs)))
model.compile("sgd", "mse")
model.fit(x, y)
"""


def _rate_of(module: str) -> str:
    return f"from tensorflow import keras\nfrom {module} import RATE\n\n{_NET}"


def _rate_in(file: str) -> str:
    return f'import json\nfrom tensorflow import keras\n\nRATE = json.load(open("{file}"))["rate"]\n{_NET}'


_ARMED = f"from tensorflow import keras\n\nRATE = 0.5\n{_NET}"
_HALF, _NONE = "RATE = 0.5\n", "RATE = 0.0\n"


def _write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, "utf-8")


def _linked(root: Path, name: str, target: str) -> None:
    (root / name).unlink(missing_ok=True)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(target)


def _piped(root: Path, name: str) -> None:
    (root / name).unlink(missing_ok=True)
    os.mkfifo(root / name)


Do = Callable[[Path], object]
# What a project is, and what becomes of it.
CHANGES: dict[str, tuple[list[Do], list[Do]]] = {
    "requirements that others name come": (
        [lambda r: _write(r, "main.py", _ARMED), lambda r: _write(r, "requirements.txt", "-r base.txt\n")],
        [lambda r: _write(r, "base.txt", "tensorflow==2.15\n")],
    ),
    "a package comes before a module, in an environment": (
        [
            lambda r: _write(r, "pyvenv.cfg", ""),
            lambda r: _write(r, "main.py", _rate_of("conf")),
            lambda r: _write(r, "conf.py", _HALF),
        ],
        [lambda r: _write(r, "conf/__init__.py", _NONE)],
    ),
    "a folder comes that is passed over": (
        [lambda r: _write(r, "main.py", _rate_of("build.conf"))],
        [lambda r: _write(r, "build/conf.py", _HALF)],
    ),
    "an environment comes": (
        [lambda r: _write(r, "main.py", _rate_of("env.conf"))],
        [lambda r: _write(r, "env/pyvenv.cfg", ""), lambda r: _write(r, "env/conf.py", _HALF)],
    ),
    "a module changes that is passed over": (
        [lambda r: _write(r, "main.py", _rate_of("build.conf")), lambda r: _write(r, "build/conf.py", _NONE)],
        [lambda r: _write(r, "build/conf.py", _HALF)],
    ),
    "a module comes behind a link to a folder": (
        [
            lambda r: _write(r, "main.py", _rate_of("pk.conf")),
            lambda r: _write(r, "build/pk/other.py", ""),
            lambda r: _linked(r, "pk", "build/pk"),
        ],
        [lambda r: _write(r, "build/pk/conf.py", _HALF)],
    ),
    "what a link leads to comes": (
        [lambda r: _write(r, "main.py", _rate_of("conf")), lambda r: _linked(r, "conf.py", "build/conf.py")],
        [lambda r: _write(r, "build/conf.py", _HALF)],
    ),
    "requirements that a link leads to come": (
        [lambda r: _write(r, "main.py", _ARMED), lambda r: _linked(r, "requirements.txt", "deps/base.lock")],
        [lambda r: _write(r, "deps/base.lock", "tensorflow==2.15\n")],
    ),
    "a link to data leads elsewhere": (
        [
            lambda r: _write(r, "main.py", _rate_in("data/c.json")),
            lambda r: _write(r, "conf/a.json", '{"rate": 0.0}'),
            lambda r: _write(r, "conf/b.json", '{"rate": 0.5}'),
            lambda r: _linked(r, "data/c.json", "../conf/a.json"),
        ],
        [lambda r: _linked(r, "data/c.json", "../conf/b.json")],
    ),
    "data takes the place of a folder": (
        [lambda r: _write(r, "main.py", _rate_in("c.json")), lambda r: (r / "c.json").mkdir()],
        [lambda r: (r / "c.json").rmdir(), lambda r: _write(r, "c.json", '{"rate": 0.5}')],
    ),
    "a module takes the place of a pipe": (
        [lambda r: _write(r, "main.py", _rate_of("conf")), lambda r: _piped(r, "conf.py")],
        [lambda r: (r / "conf.py").unlink(), lambda r: _write(r, "conf.py", _HALF)],
    ),
    "a pipe takes the place of a module": (
        [lambda r: _write(r, "main.py", _rate_of("conf")), lambda r: _write(r, "conf.py", _HALF)],
        [lambda r: _piped(r, "conf.py")],
    ),
    "a pipe takes the place of data": (
        [lambda r: _write(r, "main.py", _rate_in("c.json")), lambda r: _write(r, "c.json", '{"rate": 0.5}')],
        [lambda r: _piped(r, "c.json")],
    ),
    "a model has the name of the project": (
        [
            lambda r: _write(
                r, "main.py", f'import keras\n\nm = keras.models.load_model("{r}")\nm.fit(x, y)\n'
            ),
            lambda r: _write(r, "other.py", _ARMED),
        ],
        [lambda r: _write(r, "other.py", _ARMED + "\n")],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change(change: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    _write(root, "pyproject.toml", "")
    before, after = CHANGES[change]
    for do in before:
        do(root)
    time.sleep(0.06)
    assert alone(checked, root)[0] == alone(checked_anew, root)
    assert alone(checked, root)[0] == alone(checked_anew, root)
    for do in after:
        do(root)
    time.sleep(0.06)
    wanted = alone(checked_anew, root)
    assert alone(checked, root)[0] == wanted
    assert alone(checked, root)[0] == wanted


def _meanwhile(root: Path, change: Do) -> object:
    """Something happens while the files are checked: right after the first of them."""
    check_file = checking.check_file

    def check(*arguments: Any, **named: Any) -> Checked:
        found = check_file(*arguments, **named)
        change(root)
        return found

    vars(results)["check_file"] = check
    return checked(root)


RACES: dict[str, Do] = {
    "a module comes": lambda r: _write(r, "conf.py", _HALF),
    "an old file takes the place of a module": lambda r: (
        (r / "old").exists() and (r / "old").replace(r / "conf.py")
    ),
    "a module goes": lambda r: (r / "conf.py").unlink(missing_ok=True),
    "the program itself changes": lambda r: _write(r, "main.py", _ARMED),
}


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("race", RACES)
def test_what_changes_meanwhile_is_not_kept_as_it_was(race: str, there: bool, tmp_path: Path) -> None:
    root = tmp_path / "project"
    _write(root, "pyproject.toml", "")
    _write(root, "main.py", _rate_of("conf"))
    if there:
        _write(root, "conf.py", _NONE)
    _write(root, "old", _HALF)
    os.utime(root / "old", (1_000_000_000.5, 1_000_000_000.5))
    time.sleep(0.06)
    alone(_meanwhile, root, RACES[race])
    assert alone(checked, root)[0] == alone(checked_anew, root)


def test_a_link_into_another_project_asks_that_one(tmp_path: Path) -> None:
    root = tmp_path / "project"
    built = _ARMED.replace("model.fit(x, y)\n", "")
    for name, text in {
        "pyproject.toml": "",
        "inner/pyproject.toml": "",
        "inner/mk.py": built,
        "inner/start.py": "import mk\n\nmk.model.fit(x, y)\n",
        "other.py": "import keras\n\nkeras.Sequential([]).fit(x, y)\n",
    }.items():
        _write(root, name, text)
    _linked(root, "link.py", "inner/mk.py")
    time.sleep(0.06)
    alone(checked, root)
    _write(root, "inner/start.py", "import mk\n")
    time.sleep(0.06)
    assert alone(checked, root)[0] == alone(checked_anew, root)
