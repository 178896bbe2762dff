"""a, b. flake8 over whole trees, with the plugin and without it.

flake8 finds plugins by the metadata of the packages that are installed: without the plugin means an
environment of its own.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import venv
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.files import REPOSITORY, package, without_tests


def measure(letter: str, rounds: int) -> list[Figure]:
    """The figure of part a or b: flake8 over the tree, by turns without and with the plugin."""
    with tempfile.TemporaryDirectory() as scratch:
        bare = environment(Path(scratch, "bare"), "flake8")
        ours = environment(Path(scratch, "ours"), "flake8", str(REPOSITORY))
        if letter == "a":
            tree, bar, what = (
                Path(os.__file__).parent,
                1.03,
                "flake8 over the standard library, with / without",
            )
        else:
            tree, bar, what = package("keras"), 1.25, "flake8 over keras without its tests, with / without"
        return [_compared(letter, what, tree, bar, bare, ours, rounds)]


def environment(folder: Path, *packages: str) -> Path:
    """A virtual environment with these packages, made if it is not there yet; its Python.

    Raises subprocess.CalledProcessError when they cannot be installed.
    """
    python = folder / "bin" / "python"
    if python.exists():
        return python
    venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    return python


def _compared(letter: str, what: str, tree: Path, bar: float, bare: Path, ours: Path, rounds: int) -> Figure:
    files = without_tests(tree)
    pairs = [(seconds(bare, files), seconds(ours, files)) for _ in range(rounds)]
    ratio = statistics.median(added / without for without, added in pairs)
    note = f"{len(files)} files, {statistics.median(without for without, _ in pairs):.0f} s without"
    return Figure(letter, what, ratio, bar, note=note)


def seconds(python: Path, files: list[Path]) -> float:
    """The CPU time of one flake8 process."""
    names = [str(file) for file in files]
    process = subprocess.Popen(
        [str(python), "-m", "flake8", "--isolated", "-j1", *names],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": ""},
    )
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime
