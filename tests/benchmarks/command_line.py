"""e. The command line over a tree of 2,000 files: one process against two.

Wall time, for that is what a second process is to save: `-j 1` and `-j 2` by turns, and what a run
over an empty file takes (starting Python, the imports) is subtracted from both.
"""

from __future__ import annotations

import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from dropout_lint.screening.text import may_concern
from tests.benchmarks.figures import Figure
from tests.benchmarks.files import FIXTURES, Text, changed, package, read, texts, without_tests

# As in published packages that use Keras (tests/corpus), of whose files a quarter has to be run.
_WITHOUT_KERAS, _WITHOUT_FREEZE, _CANDIDATES = 1_000, 500, 500
_FILES_OF_A_FOLDER = 40


def measure(rounds: int) -> list[Figure]:
    """The figure of part e."""
    with tempfile.TemporaryDirectory() as scratch:
        tree, empty = Path(scratch, "tree"), Path(scratch, "empty")
        empty.mkdir()
        (empty / "nothing.py").touch()
        _write(tree)
        _seconds(tree, 1)  # the files are in the memory of the system afterwards
        start = statistics.median(_seconds(empty, 1) for _ in range(rounds))
        pairs = [(_seconds(tree, 1) - start, _seconds(tree, 2) - start) for _ in range(rounds)]
    one, two = (statistics.median(times) for times in zip(*pairs, strict=True))
    best_one, best_two = (min(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(two / one for one, two in pairs)
    note = (
        f"{one:.1f} s, {two:.1f} s, start-up of {start:.2f} s apart; best of {rounds} rounds: "
        f"{best_two / best_one:.2f}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )
    return [Figure("e", "2,000 files: time with -j 2 / with -j 1", ratio, 0.6, note=note)]


def _seconds(tree: Path, jobs: int) -> float:
    """How long the command takes, from its start to its end."""
    command = [sys.executable, "-m", "dropout_lint", "check", "--no-cache", "--output-format=concise"]
    begin = time.perf_counter()
    subprocess.run([*command, f"-j{jobs}", str(tree)], stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begin


def _write(tree: Path) -> None:
    """Writes a project: folders with files of each kind, in an order drawn at random."""
    count = itertools.count()
    kinds = (
        (_without_keras(), _WITHOUT_KERAS),
        (_without_freeze(), _WITHOUT_FREEZE),
        (_candidates(), _CANDIDATES),
    )
    programs = [changed(one.text, count) for those, number in kinds for one in _drawn(those, number)]
    random.Random(6).shuffle(programs)
    for number, program in enumerate(programs):
        file = tree / f"part{number // _FILES_OF_A_FOLDER}" / f"file{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(program, encoding="utf-8", errors="replace")


def _drawn(those: Iterable[Text], number: int) -> Iterator[Text]:
    """So many of the texts, drawn at random and over again where there are fewer."""
    drawn = sorted(those, key=lambda one: one.path)
    random.Random(6).shuffle(drawn)
    return itertools.islice(itertools.cycle(drawn), number)


def _without_keras() -> Iterator[Text]:
    everything = read(without_tests(Path(os.__file__).parent))
    return (one for one in everything if "keras" not in one.text)


def _without_freeze() -> Iterator[Text]:
    return (one for one in texts(package("keras")) if "trainable" not in one.text)


def _candidates() -> Iterator[Text]:
    """Fixtures that the prefilter lets pass by themselves."""
    return (one for one in texts(FIXTURES) if may_concern(one.text))
