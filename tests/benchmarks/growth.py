"""d. Time and memory beyond libcst's own parse, against the length of the program."""

from __future__ import annotations

import itertools
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

from dropout_lint import Settings
from dropout_lint.linter import analyse, lint_file
from dropout_lint.source.collector import without_collector
from dropout_lint.source.text import SourceFile
from tests.benchmarks.figures import Figure
from tests.benchmarks.files import REPOSITORY
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
            note = f"{times[short] * 1000:.0f} ms, {times[long] * 1000:.0f} ms{_limit(program(long))}"
            figures.append(Figure("d", f"{name}: time of {long:,} lines / {short:,}", growth, 12, note=note))
        what = f"{name}: memory beyond the parse / of the parse, {_LENGTHS[-1]:,} lines"
        figures.append(Figure("d", what, _memory(name), 1))
    return figures


def _limit(text: str) -> str:
    """Whether the analysis ended at one of its limits, and so did less than the whole program."""
    unknowns = analyse(SourceFile("program.py", text), Settings()).unknowns
    return "; given up at the limit" if any(reason.startswith("given up") for _, reason in unknowns) else ""


def _seconds(text: str) -> float:
    """The CPU time of an analysis without the parse, the median of some."""
    times: list[float] = []
    for number in range(_ROUNDS):
        file = SourceFile("program.py", f"{text}_ = {number}\n")
        _ = file.module
        with without_collector():  # as `lint_source` does
            begin = time.process_time()
            lint_file(file, Settings())
            times.append(time.process_time() - begin)
    return statistics.median(times)


def _memory(name: str) -> float:
    """How much higher an analysis brings the memory of a process than the parse alone, in parses.

    Each in a process of its own, for most of libcst is compiled code, whose memory Python does not
    see; the kernel (Linux) remembers the most that a process had.
    """
    loaded, parsed, analysed = (_peak(name, what) for what in ("load", "parse", "analyse"))
    return (analysed - parsed) / (parsed - loaded)


def _peak(name: str, what: str) -> int:
    command = [sys.executable, "-m", "tests.benchmarks.growth", name, what]
    return int(subprocess.run(command, check=True, capture_output=True, cwd=REPOSITORY).stdout)


def _show_peak(name: str, what: str) -> None:
    """In the process of `_peak`: does that much and prints the most memory it had, in KiB."""
    lint_file(SourceFile("small.py", PROGRAMS["plain"](10)), Settings())  # what is loaded once
    file = SourceFile("program.py", PROGRAMS[name](_LENGTHS[-1]))
    if what != "load":
        module = file.module
        if what == "analyse":
            lint_file(file, Settings())
        del module
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(re.search(r"VmHWM:\s*(\d+) kB", status)[1])  # type: ignore[index]


if __name__ == "__main__":
    _show_peak(*sys.argv[1:])
