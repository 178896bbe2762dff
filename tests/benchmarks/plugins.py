"""c. Two published plugins that are made of libcst, TorchFix and flake8-async, on the same files.

What each adds to the CPU time of flake8 without plugins. TorchFix looks at a file only if it speaks
of torch: it gets copies with such a line. All run on the libcst that TorchFix asks for.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.files import REPOSITORY, Text
from tests.benchmarks.trees import environment, seconds

_LIBCST = "libcst==1.5.1"
_MARKER = "\nimport torch\n"
_ENVIRONMENTS = {
    "bare": ("flake8",),
    "ours": ("flake8", _LIBCST, str(REPOSITORY)),
    "TorchFix": ("flake8", _LIBCST, "torchfix"),
    "flake8-async": ("flake8", _LIBCST, "flake8-async"),
}


def measure(folders: dict[Path, list[Text]], keep: Path | None, rounds: int) -> list[Figure]:
    """What the others add, in what we add.

    Args:
        folders: the files to measure, by the folder they are drawn from. The whole folder is copied,
            for some files are projects together.
        keep: where the environments are kept; None: they are made anew.
        rounds: how often each is measured.
    """
    with tempfile.TemporaryDirectory() as scratch:
        try:
            pythons = {
                name: environment((keep or Path(scratch)) / name, *packages)
                for name, packages in _ENVIRONMENTS.items()
            }
        except subprocess.CalledProcessError as error:
            return [_figure(name, None, f"not installed: {error}") for name in ("TorchFix", "flake8-async")]
        plain = _copied(folders, Path(scratch, "plain"), lambda text: text)
        marked = _copied(folders, Path(scratch, "marked"), lambda text: text + _MARKER)
        added: dict[str, list[float]] = {"ours": [], "TorchFix": [], "flake8-async": []}
        for _ in range(rounds):
            without = {"plain": seconds(pythons["bare"], plain), "marked": seconds(pythons["bare"], marked)}
            for name, times in added.items():
                files, base = (marked, "marked") if name == "TorchFix" else (plain, "plain")
                times.append(seconds(pythons[name], files) - without[base])
    figures = []
    for name in ("TorchFix", "flake8-async"):
        ratio = statistics.median(t / ours for t, ours in zip(added[name], added["ours"], strict=True))
        theirs, ours = statistics.median(added[name]), statistics.median(added["ours"])
        note = f"{len(plain)} files that are run, {theirs:.1f} s / {ours:.1f} s, {rounds} rounds, {_LIBCST}"
        figures.append(_figure(name, ratio, note))
    return figures


def _figure(name: str, ratio: float | None, note: str) -> Figure:
    bar = 3 if name == "TorchFix" else None
    return Figure("c", f"CPU that {name} adds to flake8 / that ours adds", ratio, bar, "least", note)


def _copied(folders: dict[Path, list[Text]], to: Path, change: Callable[[str], str]) -> list[Path]:
    """Copies whole folders; what is to be measured in them is changed."""
    copies: list[Path] = []
    for folder, files in folders.items():
        shutil.copytree(folder, to / folder.name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        for one in files:
            copy = to / folder.name / one.path.relative_to(folder)
            copy.write_text(change(one.text), encoding="utf-8", errors="surrogateescape")
            copies.append(copy)
    return copies
