"""Hostile input through the API, the flake8 plugin and flake8 itself."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dropout_lint import Settings, lint_path, lint_source
from dropout_lint.flake8_plugin import DropoutLintPlugin
from dropout_lint.interpreter.budget import Budget
from dropout_lint.interpreter.exploration.driver import TOTAL_STEPS
from tests.robustness.counting import counted, nothing_passed_over
from tests.robustness.hostile import FILES, PROGRAMS, REFUSED, WRONG

SHOWN = Settings(keras_version="3.15", opt_in=frozenset({"KFD900"}))
ALL = {**PROGRAMS, **REFUSED}


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """What bounds an analysis is a counter, whatever the input; what has none grows no faster than the text.

    The seconds are far from what any of them takes, and from what it took if it grew faster.
    """
    start = time.process_time()
    with counted() as steps:
        yield
    assert steps.bounded
    assert time.process_time() - start < 30


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_keeps_its_finding_or_has_a_notice(name: str) -> None:
    found = [finding.code for finding in lint_source(f"{WRONG}\n{PROGRAMS[name]}\n", "p.py", SHOWN)]
    assert "KFD101" in found or found == ["KFD900"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_in_front_breaks_nothing(name: str) -> None:
    """Also where all of it is looked at, though it has nothing to do with Keras."""
    with nothing_passed_over():
        lint_source(f"import keras\n{PROGRAMS[name]}\n{WRONG}", "p.py", replace(SHOWN, prefilter=False))


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_a_syntax_error_or_has_a_notice(name: str) -> None:
    try:
        found = lint_source(f"{WRONG}\n{REFUSED[name]}\n", "p.py", SHOWN)
    except SyntaxError:
        return
    assert [finding.code for finding in found] in (["KFD101"], ["KFD900"])


def test_lines_of_ipython_in_a_script_are_passed_over_with_a_notice() -> None:
    """A script exported from a notebook: the rest of it is looked at."""
    found = lint_source(f"{WRONG}\n%matplotlib inline\n!ls\n", "p.py", SHOWN)
    assert [finding.code for finding in found] == ["KFD101", "KFD900"]


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_bytes(FILES[name])
    try:
        found = lint_path(path, SHOWN)
    except SyntaxError:
        return
    assert [finding.code for finding in found] in ([], ["KFD101"], ["KFD900"])


@pytest.mark.parametrize("name", ALL)
def test_the_flake8_plugin(name: str) -> None:
    """flake8 hands over what it could parse itself; the plugin does not rely on it."""
    lines = f"{WRONG}\n{ALL[name]}\n".splitlines(keepends=True)
    codes = [text[:6] for _, _, text, _ in DropoutLintPlugin(ast.Module([], []), lines, "p.py").run()]
    assert set(codes) <= {"KFD101", "KFD303"}


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "folder.py").mkdir()
    closed = tmp_path / "closed.py"
    closed.write_text(WRONG)
    closed.chmod(0)
    names = ["loop.py", "gone.py", "folder.py", "absent.py"]
    for name in names if os.geteuid() == 0 else [*names, "closed.py"]:
        with pytest.raises(OSError, match=name):
            lint_path(tmp_path / name, SHOWN)


def test_modules_that_import_each_other(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "around").symlink_to(tmp_path)
    for number in range(30):
        imports = "".join(f"from m{other} import *\nimport m{other}\n" for other in range(30))
        (tmp_path / f"m{number}.py").write_text(f"{imports}from around.m0 import base as b{number}\n{WRONG}")
    assert [finding.code for finding in lint_path(tmp_path / "m3.py", SHOWN)] == ["KFD101"]


@pytest.mark.parametrize("name", ["90 lists", "500 lists", "sum of 900", "150 dicts", "elif of 1,000"])
def test_threads_with_small_stacks(name: str) -> None:
    """Editors lint in threads. libcst's parser ends the process when the stack is used up."""
    program = f"""\
import threading
from dropout_lint import lint_source
from tests.robustness.hostile import PROGRAMS, REFUSED, WRONG
text = WRONG + "\\n" + {{**PROGRAMS, **REFUSED}}[{name!r}] + "\\n"
threading.stack_size(256 * 1024)
def work():
    try:
        print("found", len(lint_source(text, "p.py")))
    except SyntaxError:
        print("no Python")
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    # Over 100 brackets in each other are refused, with a notice.
    refused = "found 0" if name in ("500 lists", "150 dicts") else "found 1"
    assert done.stdout.startswith((refused, "no Python")), done.stdout + done.stderr


@pytest.mark.parametrize("name", ["19 loops in loops", "comprehension of 18 loops"])
def test_the_counters_count(name: str) -> None:
    """What has no end uses up what one run may do, and no more."""
    with counted() as steps:
        lint_source(f"{WRONG}\n{PROGRAMS[name]}\n", "p.py", SHOWN)
    assert Budget().steps <= steps.most <= TOTAL_STEPS
