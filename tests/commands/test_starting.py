"""What starting the command line costs: the modules it imports, and the time that takes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import dropout_lint
from dropout_lint import __version__
from tests.commands.running import WRONG, write

pytestmark = pytest.mark.usefixtures("folder")

LOADED = """
import sys
from dropout_lint.cli import main
code = main(sys.argv[1:])
print("heavy:", code, sorted({"libcst", "rich", "keras", "flake8", "concurrent"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("args", "heavy"),
    [
        (["check", "--output-format=concise", "."], "heavy: 0 []"),
        (["check", "."], "heavy: 0 []"),
        (["check", "--output-format=concise", "wrong"], "heavy: 1 ['libcst']"),
    ],
)
def test_a_tree_without_keras_imports_nothing_heavy(args: list[str], heavy: str, folder: Path) -> None:
    Path("wrong").mkdir()
    write("wrong/.gitignore", "")
    for number in range(30):
        write(f"{number}.py", "import numpy\nlayer.trainable = False\n")
    if args[-1] == "wrong":
        write("wrong/wrong.py", WRONG["KFD101"])
    command = [sys.executable, "-c", LOADED, *args]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == heavy


def test_asking_for_the_version_imports_next_to_nothing() -> None:
    program = (
        "import sys\nfrom dropout_lint.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        "print(sorted(name for name in sys.modules if name.startswith('dropout_lint')))\n"
        "print(sorted({'typing', 'dataclasses', 'logging', 'pathlib', 'libcst', 'rich'} & set(sys.modules)))"
    )
    # -S: what the environment's .pth files import is not ours.
    environment = {**os.environ, "PYTHONPATH": str(Path(dropout_lint.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.splitlines() == [
        f"dropout-lint {__version__}",
        "['dropout_lint', 'dropout_lint.argument_types', 'dropout_lint.cli', 'dropout_lint.help_texts']",
        "[]",
    ]


def test_asking_for_the_version_takes_no_longer_than_argparse_twice() -> None:
    programs = ["import argparse", "from dropout_lint.cli import main\nmain(['--version'])"]
    times: dict[str, list[float]] = {program: [] for program in programs}
    for _ in range(7):
        for program in programs:
            start = _children_time()
            subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
            times[program].append(_children_time() - start)
    least, own = (min(times[program]) for program in programs)
    assert own < 2 * least


def _children_time() -> float:
    """Processor time of the processes started here: whatever else runs has no part in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
