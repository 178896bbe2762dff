"""d. Time and memory beyond libcst's own parse, against the length of the program."""

from __future__ import annotations

import gc
import itertools
import statistics
import time
import tracemalloc

import libcst as cst

from dropout_lint import Settings
from dropout_lint.linter import lint_file
from dropout_lint.source.text import SourceFile
from tests.benchmarks.figures import Figure
from tests.benchmarks.programs import PROGRAMS

_LENGTHS = (100, 1_000, 10_000)
_ROUNDS = 3
# Below a few milliseconds the clock and what is done once for each file are all there is to see.
_FLOOR = 0.01


def measure() -> list[Figure]:
    """For each kind of program: the growth of the time from each length to ten times that."""
    figures: list[Figure] = []
    for name, program in PROGRAMS.items():
        times = {lines: _seconds(program(lines)) for lines in _LENGTHS}
        for short, long in itertools.pairwise(_LENGTHS):
            growth = times[long] / max(times[short], _FLOOR)
            note = f"{times[short] * 1000:.0f} ms, {times[long] * 1000:.0f} ms"
            figures.append(Figure("d", f"{name}: time of {long:,} lines / {short:,}", growth, 12, note=note))
        text = program(_LENGTHS[-1])
        figures.append(Figure("d", f"{name}: memory beyond the tree / the tree", _memory(text), 1))
    return figures


def _seconds(text: str) -> float:
    """The CPU time of an analysis without the parse, the median of some."""
    times: list[float] = []
    for number in range(_ROUNDS):
        file = SourceFile("program.py", f"{text}_ = {number}\n")
        _ = file.module
        begin = time.process_time()
        lint_file(file, Settings())
        times.append(time.process_time() - begin)
    return statistics.median(times)


def _memory(text: str) -> float:
    """The peak of an analysis beyond its syntax tree, in syntax trees."""
    lint_file(SourceFile("small.py", PROGRAMS["plain"](10)), Settings())  # what is loaded once
    gc.collect()
    tracemalloc.start()
    file = SourceFile("program.py", text)
    module: cst.Module = file.module
    tree, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    lint_file(file, Settings())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del module
    return (peak - tree) / tree
