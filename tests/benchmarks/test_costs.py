"""What the benchmark's figures rest on, by counters instead of clocks: they hold on any machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest

from dropout_lint import Settings
from dropout_lint.linter import lint_file
from dropout_lint.rules import RULES
from dropout_lint.source.text import SourceFile
from tests.benchmarks.programs import PROGRAMS

LIBRARY = Path(json.__file__).parents[1]
WITHOUT_KERAS = [
    path for folder in ("json", "wsgiref", "logging") for path in (LIBRARY / folder).glob("*.py")
]

# Runs flake8 in this very process, to see afterwards what it has imported.
FLAKE8 = """\
import sys
from flake8.main import cli
cli.main(["--isolated", "-j1", "--exit-zero", *sys.argv[1:]])
print("libcst is", "imported" if "libcst" in sys.modules else "spared")
"""


def last_line(files: list[Path]) -> str:
    command = [sys.executable, "-c", FLAKE8, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_flake8_never_imports_libcst_where_there_is_no_keras(tmp_path: Path) -> None:
    words = "def train(model):\n    model.fit(x)\n    model.trainable = False\n"
    (tmp_path / "torch_like.py").write_text(f"import torch\nimport helper\n\n\n{words}", encoding="utf-8")
    (tmp_path / "helper.py").write_text(f"import json\n{words}", encoding="utf-8")
    files = [*WITHOUT_KERAS, tmp_path / "torch_like.py", tmp_path / "helper.py"]
    assert last_line(files) == "libcst is spared"
    (tmp_path / "train.py").write_text(RULES[0].wrong, encoding="utf-8")
    assert last_line([*files, tmp_path / "train.py"]) == "libcst is imported"


@pytest.mark.parametrize("kind", PROGRAMS)
def test_ten_times_the_program_is_ten_times_the_work(kind: str) -> None:
    few, many = (calls_of(PROGRAMS[kind](lines)) for lines in (60, 600))
    assert many <= 12 * few


def calls_of(text: str) -> int:
    """How many functions, of Python and built in, are called to analyse a parsed program."""
    file = SourceFile("program.py", text)
    _ = file.module
    count = 0

    def counter(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counter)
    try:
        lint_file(file, Settings())
    finally:
        sys.setprofile(None)
    return count
