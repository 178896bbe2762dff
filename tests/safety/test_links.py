"""A tree full of links out of the project, of pipes and devices: nothing there is opened, or written."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from dropout_lint.rules import RULES
from tests.safety.test_safety import HOOK, only_inside, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are those of Unix")

WRONG = next(rule.wrong for rule in RULES if rule.code == "KFD106")
_MODEL, _, _TRAINING = RULES[0].wrong.partition("base.trainable = False\n")
_CELL = {"cell_type": "code", "metadata": {}, "outputs": [], "source": WRONG}
_OUTSIDE = {
    "program.py": WRONG,
    "notebook.ipynb": json.dumps({"cells": [_CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
    "pyproject.toml": "[tool.dropout-lint]\nselect = []\n",
    ".gitignore": "*.py\n",
    "requirements.txt": "keras==2.15\n",
    "model.py": _MODEL,
    "folder/inner.py": WRONG,
    "folder/__init__.py": _MODEL,
    "known.json": "{}",
}
# Where each leads to; a folder of its own has the settings, for they are obeyed by what is below.
_LINKS = {
    "program.py": "program.py", "again/link_to_link.py": "../program.py", "notebook.ipynb": "notebook.ipynb",
    "a/pyproject.toml": "pyproject.toml", "b/.gitignore": ".gitignore",
    "requirements.txt": "requirements.txt",
    "model.py": "model.py", "folder": "folder", "c": "folder", "setup.py": "program.py",
    "setup.cfg": "requirements.txt", "Pipfile": "pyproject.toml", "uv.lock": "requirements.txt",
}  # fmt: skip
_DEVICES = ("zero.py", "zero.ipynb", "d/.gitignore", "e/pyproject.toml", "requirements-zero.txt", "zeros.py")
_RUN = "sys.argv[1:] = {!r}\nimport runpy\nrunpy.run_module('dropout_lint', run_name='__main__')"
_PIPES = ("pipe.py", "pipe.ipynb", "f/.gitignore", "g/pyproject.toml", "requirements-pipe.txt", "piped.py")

COMMANDS = {
    "check": ("check", "--select=ALL", "."),
    "two processes": ("check", "-j2", "."),
    "no ignored files": ("check", "--verbose", "--show-unknown", "."),
    "fix": ("fix", "--unsafe-fixes", "."),
    "comments": ("check", "--add-noqa", "."),
    "baseline": ("check", "--write-baseline=new.json", "."),
    "settings": ("check", "--show-settings", "."),
    "tables": ("show", "train.py"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project; what it must not touch is in `outside`, beside it."""
    outside, project = tmp_path / "outside", tmp_path / "project"
    for name, text in _OUTSIDE.items():
        path = outside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name in (*_LINKS, *_DEVICES, *_PIPES):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
    for name, target in _LINKS.items():
        leads = target if target.startswith("..") else outside / target
        (project / name).symlink_to(leads)
    for name in _DEVICES:
        (project / name).symlink_to("/dev/zero")
    for name in _PIPES:
        os.mkfifo(project / name)
    for folder in ".abdefg":
        (project / folder / "own.py").write_text(WRONG)
    (project / "pyproject.toml").write_text('[project]\ndependencies = ["keras==3.15"]\n')
    (project / "package").mkdir()
    (project / "package" / "__init__.py").write_text("")
    (project / "package" / "helper.py").write_text(_MODEL)
    (project / "train.py").write_text(
        "import piped, zeros, model, folder, folder.inner, c\nfrom model import base as other\n"
        f"from package.helper import *\nbase.trainable = False\nother.trainable = False\n{_TRAINING}"
    )
    return project


def _state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_outside_is_opened(name: str, project: Path) -> None:
    outside = project.parent / "outside"
    before = _state(outside)
    links = {link: os.readlink(project / link) for link in (*_LINKS, *_DEVICES)}
    code = _RUN.format(COMMANDS[name])
    done = run(HOOK, code, cwd=project)
    assert done.returncode in (0, 1, 2), done.stderr
    assert "Traceback" not in done.stderr
    opened = [line.split(" ", 1)[1] for line in done.stderr.splitlines() if line.startswith("OPENED ")]
    numbers = {number for number, _, _ in before.values()}
    assert not {file for file in opened if os.path.exists(file) and os.stat(file).st_ino in numbers}
    assert not {file for file in opened if file == "/dev/zero" or Path(file).is_fifo()}
    only_inside(done.stderr, project, "pyproject.toml")
    assert _state(outside) == before
    assert {link: os.readlink(project / link) for link in links} == links
    if name in ("check", "two processes", "no ignored files"):
        for folder in "abdefg":  # nothing outside has switched it off
            assert f"{folder}/own.py:" in done.stdout, folder
        assert "train.py:" in done.stdout
    if name == "fix":
        assert (project / "a" / "own.py").read_text() != WRONG


@pytest.mark.parametrize("link", ["program.py", "notebook.ipynb", "zero.py", "pipe.py"])
@pytest.mark.parametrize("command", ["check", "fix"])
def test_what_is_named_and_leads_outside_is_an_error(command: str, link: str, project: Path) -> None:
    before = _state(project.parent / "outside")
    code = _RUN.format((command, link))
    done = run(HOOK, code, cwd=project)
    assert done.returncode == 2
    assert f"{link}:1: error: cannot be read: it is" in done.stderr
    assert f"/outside/{link}" not in done.stderr
    assert _state(project.parent / "outside") == before
