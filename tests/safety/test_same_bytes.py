"""The same programs give the same bytes, however the linter is run."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.drawn import count, some
from tests.fixture_files import FOLDER

# Which Keras is installed beside the linter is part of what it is given.
COMMAND = (
    "-m",
    "dropout_lint",
    "check",
    "--isolated",
    "--select=ALL",
    "--keras-version=>=2,<=3.16",
    "--output-format=json",
)


def check(*args: str, cwd: Path = FOLDER, seed: str = "0", python: str = sys.executable) -> str:
    """What a process of its own prints about these paths."""
    root = str(FOLDER.parent)
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root}
    done = subprocess.run(
        [python, *COMMAND, *args],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


# The folders that are looked at: of the fixtures all, or some that the commit draws.
LOOKED_AT = some(sorted(path.name for path in FOLDER.iterdir() if path.is_dir()), 7)


@pytest.fixture(scope="module")
def usual() -> str:
    """What is said about the fixtures, alone and in their order."""
    return check("-j1", *LOOKED_AT)


def test_much_is_found(usual: str) -> None:
    assert len(json.loads(usual)["findings"]) > count(200, 30)


@pytest.mark.parametrize(("seed", "jobs"), [("1", "-j1"), ("4294967295", "-j2"), ("random", "-j3")])
def test_hash_seeds_and_processes(seed: str, jobs: str, usual: str) -> None:
    assert check(jobs, *LOOKED_AT, seed=seed) == usual


def test_the_working_directory(usual: str, tmp_path: Path) -> None:
    """But for how a message names another file: as the linted one is named, or else in its project."""
    outside = check("-j1", *(str(FOLDER / name) for name in LOOKED_AT), cwd=tmp_path)
    in_its_project = re.sub(r"(line \d+ of )projects/[^/ ]+/", r"\1", usual)
    assert outside.replace(f"{FOLDER}{os.sep}", "") == in_its_project


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_files(seed: int, usual: str) -> None:
    """What was looked at before changes nothing, though modules and answers are kept for later files."""
    files = [
        path.relative_to(FOLDER).as_posix()
        for name in LOOKED_AT
        for path in (FOLDER / name).rglob("*")
        if path.suffix in (".py", ".ipynb")
    ]
    random.Random(seed).shuffle(files)
    assert _sorted(check("-j1", *files)) == _sorted(usual)


def _sorted(text: str) -> list[str]:
    """Everything that is said, without the order: that of the files is the order in which they were named."""
    report: dict[str, Any] = json.loads(text)
    lists = [report.pop(name) for name in ("findings", "problems", "open_runs", "unknowns")]
    return sorted(map(json.dumps, [*chain.from_iterable(lists), report]))
