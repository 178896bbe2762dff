"""What the parts of the linter may know of each other, as far as it can be read off the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "dropout_lint"
ASKING_TABLES = sorted([*(PACKAGE / "rules").glob("*.py"), *(PACKAGE / "reporters").glob("*.py")])
LONGEST = 400


def _imported(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported anywhere in a file, also for its types alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module


@pytest.mark.parametrize("path", ASKING_TABLES, ids=lambda path: path.stem)
def test_rules_and_reporters_ask_tables(path: Path) -> None:
    """They look at no syntax and at no text of the program: `dropout_lint.keras.written` does."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    looks = {name for name in _imported(tree) if name.split(".")[0] == "libcst" or ".syntax" in name}
    assert not looks
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert not [node.lineno for node in attributes if node.attr == "module"]
    files = [node.value for node in attributes if node.attr == "text"]
    assert not [node.lineno for node in files if isinstance(node, ast.Attribute) and node.attr == "file"]


@pytest.mark.parametrize(
    "program",
    [
        "import dropout_lint.rules",
        "from dropout_lint.cli import main; main(['rules'])",
        "from dropout_lint.cli import main; main(['explain', 'KFD101'])",
    ],
)
def test_rules_are_there_without_libcst(program: str) -> None:
    told = f"import sys\ntry:\n    {program}\nexcept SystemExit:\n    pass\nprint('libcst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_files_are_short() -> None:
    files = [*PACKAGE.rglob("*.py"), *Path(__file__).parent.rglob("*.py")]
    lines = {path.as_posix(): path.read_text(encoding="utf-8").count("\n") for path in files}
    assert not {name: count for name, count in lines.items() if count > LONGEST}


def test_answers_belong_to_their_questions() -> None:
    """What is found out once about a file or a trace is written by `dropout_lint.once` alone."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "answers"]
        assert path.name in ("once.py", "text.py") or not used, path
