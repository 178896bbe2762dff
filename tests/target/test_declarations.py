"""What requirement files say, also those that are malformed, odd or too long."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint.target.requirement_files import MAX_BYTES, MAX_ENTRIES
from dropout_lint.target.requirements import choose
from tests.target.declarations import DECLARATIONS
from tests.target.projects import DEFAULT, chosen, project

MALFORMED = {
    "pyproject.toml": "[project\n",
    "uv.lock": "[[package]]\nname = \n",
    "pdm.lock": "a = " + "[" * 5000,
    "poetry.lock": "keras" * (MAX_BYTES // 5 + 1),
    "Pipfile": "= 3",
    "Pipfile.lock": "{",
    "setup.cfg": "no section\n",
    "setup.py": "print 'keras'\n",
}

ODD = {
    "pyproject.toml": "project = 3\n[tool]\npoetry = []\n[dependency-groups]\na = 'keras==2.15'\nb = [1]\n",
    "uv.lock": "package = [1, {name = 2}, {name = 'keras'}]\n",
    "poetry.lock": "package = 3\n",
    "Pipfile": "packages = 1\n[dev-packages]\nkeras = 3\ntensorflow = '^x'\n",
    "Pipfile.lock": '{"default": [], "develop": {"keras": 3, "tensorflow": {"version": 2}}}',
    "requirements.txt": "-r\n-r missing.txt\n-r https://example.org/r.txt\nkeras==\n-e .\n;;\n\\\n",
    "setup.cfg": "[options]\ninstall_requires = file: requirements.txt\n",
    "setup.py": "a = a + ['keras']\nsetup(1, *a, **b, install_requires=a, extras_require={**a})\n",
}


@pytest.mark.parametrize("name", DECLARATIONS)
def test_files(tmp_path: Path, name: str) -> None:
    files, specifier, why = DECLARATIONS[name]
    choice = chosen(tmp_path, files)
    assert choice.specifier == specifier
    assert choice.why.startswith(why)
    assert "\n" not in choice.why


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_files_are_passed_over(tmp_path: Path, name: str) -> None:
    choice = chosen(tmp_path, {name: MALFORMED[name], "requirements.txt": "keras==3.5"})
    assert choice.specifier == "==3.5.*"
    assert f"({name} is passed over: " in choice.why


@pytest.mark.parametrize("name", ODD)
def test_odd_files_say_nothing(tmp_path: Path, name: str) -> None:
    choice = chosen(tmp_path, {name: ODD[name]})
    assert choice.specifier == DEFAULT
    assert "passed over" not in choice.why


def test_too_many_requirements_are_passed_over(tmp_path: Path) -> None:
    text = "".join(f"tensorflow>=2.{n}\n" for n in range(MAX_ENTRIES + 1))
    choice = chosen(tmp_path, {"src/requirements.txt": text, "requirements.txt": "keras==3.5"})
    assert choice.specifier == "==3.5.*"
    assert "(requirements.txt is passed over: it has more than 500 requirements of Keras)" in choice.why


def test_other_encodings_do_no_harm(tmp_path: Path) -> None:
    path = project(tmp_path, {})
    (tmp_path / "requirements.txt").write_bytes(b"# caf\xe9\nkeras==3.5\n")
    assert choose(path, "", None).specifier == "==3.5.*"
