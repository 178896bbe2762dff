"""flake8 keeps results too, of files as they are on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dropout_lint.cache.basis import NAME
from tests.cache.test_folder import PROGRAM

HALF = PROGRAM.replace("0.5", "0.0")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "setup.cfg").write_text("", "utf-8")
    (tmp_path / "main.py").write_text(PROGRAM, "utf-8")
    time.sleep(0.06)
    return tmp_path


def flake8(project: Path, *options: str, text: str | None = None, ci: str = "") -> list[str]:
    """The codes that flake8 reports."""
    command = [sys.executable, "-m", "flake8", "--select=KFD", "--format=%(code)s", "-j1", *options]
    done = subprocess.run(
        [*command, "main.py" if text is None else "-"],
        cwd=project,
        input=text,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.stdout.split()


def entries(project: Path) -> list[Path]:
    return sorted((project / NAME).glob("*/*.json"))


def test_a_second_run_finds_what_the_first_has_kept(project: Path) -> None:
    first = flake8(project)
    assert first == ["KFD101"]
    [entry] = entries(project)
    written = entry.stat().st_mtime_ns
    assert flake8(project) == first
    assert entry.stat().st_mtime_ns == written
    entry.write_text(entry.read_text("utf-8").replace("KFD101", "KFD102"), "utf-8")
    assert flake8(project) == ["KFD102"], "it is what was kept"
    (project / "main.py").write_text(HALF, "utf-8")
    assert flake8(project) == []


@pytest.mark.parametrize(("options", "ci"), [(("--kfd-no-cache",), ""), ((), "true")])
def test_nothing_is_kept_where_nobody_wants_it(project: Path, options: tuple[str, ...], ci: str) -> None:
    assert flake8(project, *options, ci=ci) == ["KFD101"]
    assert not entries(project)


def test_what_an_editor_has_not_saved_is_not_taken_for_the_file(project: Path) -> None:
    assert flake8(project) == ["KFD101"]
    name = "--stdin-display-name=main.py"
    assert flake8(project, name, text=HALF) == []
    assert flake8(project, name, text=PROGRAM) == ["KFD101"]


def test_the_command_line_keeps_its_own(project: Path) -> None:
    """flake8 is given all findings, whatever the configuration of `check` selects."""
    (project / "pyproject.toml").write_text('[tool.dropout-lint]\nignore = ["KFD101"]\n', "utf-8")
    time.sleep(0.06)
    check = [sys.executable, "-m", "dropout_lint", "check", "--cache", "--output-format=concise", "."]
    for _ in range(2):
        assert flake8(project) == ["KFD101"]
        done = subprocess.run(check, cwd=project, capture_output=True, text=True, check=False)
        assert "KFD101" not in done.stdout
    assert len(entries(project)) == 2
