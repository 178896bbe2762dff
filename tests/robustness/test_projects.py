"""Hostile projects and notebooks: through the command line, flake8's plugin, and the API."""

from __future__ import annotations

import ast
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dropout_lint import Settings, lint_notebook, lint_path
from dropout_lint.flake8_plugin import DropoutLintPlugin
from tests.commands.running import cli
from tests.robustness.projects import NO_NOTEBOOKS, NOTEBOOKS, PROJECTS, REFUSED, WRONG, Files


@pytest.fixture(autouse=True)
def _in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Far more than any of them takes, and far less than what grows with the square of its size took."""
    monkeypatch.chdir(tmp_path)
    start = time.process_time()
    yield
    assert time.process_time() - start < 30


def write(files: Files) -> None:
    for name, content in {".git/HEAD": "", "train.py": WRONG, **files}.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(errors="surrogateescape"))


def plugin(path: str) -> list[str]:
    lines = Path(path).read_text().splitlines(keepends=True)
    return [text for _, _, text, _ in DropoutLintPlugin(ast.Module([], []), lines, path).run()]


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_keeps_its_finding(name: str) -> None:
    write(PROJECTS[name])
    done = cli("check", "--keras-version=3.15", "--output-format=concise", "-j1", ".")
    assert "train.py:" in done.out, done.err
    assert done.code == 1
    assert lint_path("train.py", Settings(opt_in=frozenset({"KFD900"})))[0].code == "KFD101"
    assert plugin("train.py")[0].startswith("KFD101")


@pytest.mark.parametrize("name", REFUSED)
def test_a_configuration_that_cannot_be_meant_is_an_error(name: str) -> None:
    text, says = REFUSED[name]
    write({"pyproject.toml": text})
    done = cli("check", ".")
    assert done.code == 2
    assert says in done.err
    assert len(done.err) < 500
    assert plugin("train.py") == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks(name: str) -> None:
    settings = Settings(keras_version="3.15", opt_in=frozenset({"KFD900"}))
    found = {finding.code for finding in lint_notebook(NOTEBOOKS[name], "n.ipynb", settings)}
    nothing = name in ("keys twice", "kernel of a number")  # the last cells count; another language
    assert found - {"KFD900"} == (set() if nothing or name == "100,000 lines" else {"KFD101"})
    assert name != "100,000 lines" or found == {"KFD900"}


@pytest.mark.parametrize("name", NO_NOTEBOOKS)
def test_what_is_no_notebook(name: str) -> None:
    with pytest.raises(SyntaxError, match="not a notebook: "):
        lint_notebook(NO_NOTEBOOKS[name], "n.ipynb")


def test_a_file_that_changes_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is gone, a folder, or another text when it is opened is as if it were not there."""
    write({"pyproject.toml": ""})
    model, _, training = WRONG.partition("base.trainable = False\n")
    Path("helper.py").write_text(model)
    Path("train.py").write_text(f"from helper import *\nbase.trainable = False\n{training}")
    assert [finding.code for finding in lint_path("train.py")] == ["KFD101"]
    stat = Path.stat

    def changing(path: Path, **options: bool) -> os.stat_result:
        status = stat(path, **options)
        if path.name == "helper.py":
            content = next(contents)
            path.unlink()
            if content is not None:
                path.write_bytes(content)
        return status

    contents = iter([None, b"", model.encode()[:90], b"\xff\0" * 9_000, model.encode()] * 40)
    monkeypatch.setattr(Path, "stat", changing)
    for _ in range(12):
        Path("helper.py").write_text(model)
        assert {finding.code for finding in lint_path("train.py")} <= {"KFD101"}
