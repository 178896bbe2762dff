"""g. Whole projects: ten published packages, beside pylint, mypy, ruff, and flake8 without the plugin.

Each tool lints the same folder in a process of its own, one after the other. What the linter's own time goes
into is counted in steps of its interpreter, in this process.
"""

from __future__ import annotations

import contextlib
import io
import os
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import libcst as cst

from dropout_lint import lint_source
from dropout_lint.interpreter.exploration.driver import Driver, Root
from dropout_lint.interpreter.exploration.paths import Vector
from dropout_lint.interpreter.machine import Machine
from dropout_lint.source.reading import decode
from tests.benchmarks.figures import Figure, quantile
from tests.benchmarks.files import REPOSITORY, candidates
from tests.benchmarks.trees import environment
from tests.corpus.packages import fetch, listed

LIST = Path(__file__).parent / "projects.txt"
_OTHERS = ("pylint", "mypy", "ruff")


def measure(scratch: Path | None, keep: Path | None) -> list[Figure]:
    """The figures of part g.

    Args:
        scratch: where the packages are kept; None: they are fetched anew.
        keep: where the environments of the other tools are kept; None: they are made anew.
    """
    with tempfile.TemporaryDirectory() as own:
        folders = fetch(listed(LIST), scratch or Path(own, "packages"))
        at = keep or Path(own, "environments")
        pythons = {
            "others": environment(at / "linters", *_OTHERS),
            "bare": environment(at / "bare", "flake8"),
            "ours": environment(at / "ours", "flake8", str(REPOSITORY)),
        }
        times = {folder.name: _times(folder, pythons) for folder in folders}
    return [*_against(times), *_beyond_parses(folders), _causes(folders)]


def _times(folder: Path, pythons: dict[str, Path]) -> dict[str, float]:
    """The CPU time of each tool on a folder, in seconds."""
    commands: dict[str, tuple[Path | str, ...]] = {
        "dropout-lint": (pythons["ours"], "dropout_lint", "check", "--no-cache", "-j1"),
        "pylint": (pythons["others"], "pylint", "-j1", "--recursive=y", "--rcfile=/dev/null"),
        "mypy": (pythons["others"], "mypy", "--no-incremental", "--ignore-missing-imports"),
        "ruff": (pythons["others"], "ruff", "check", "--no-cache", "--isolated"),
        "flake8": (pythons["bare"], "flake8", "--isolated", "-j1"),
        "flake8 with": (pythons["ours"], "flake8", "--isolated", "-j1"),
    }
    kept = ("dropout_lint", "check", "--cache", "-j1", str(folder))
    _cpu(pythons["ours"], *kept)
    again = {"dropout-lint again": _cpu(pythons["ours"], *kept)}
    return again | {name: _cpu(*command, str(folder)) for name, command in commands.items()}


def _cpu(python: Path | str, *command: Path | str) -> float:
    process = subprocess.Popen(
        [python, "-m", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": ""},
        cwd=command[-1],
    )
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


def _against(times: dict[str, dict[str, float]]) -> list[Figure]:
    """`check` against each other tool: the median of the packages, and the greatest for pylint."""
    figures = []
    for name, bar in (("pylint", 0.2), ("mypy", None), ("ruff", None)):
        ratios = {package: one["dropout-lint"] / one[name] for package, one in times.items()}
        note = ", ".join(
            f"{package} {one['dropout-lint']:.1f} / {one[name]:.1f} s" for package, one in times.items()
        )
        what = f"CPU of check -j1 / {name}, {len(times)} packages"
        figures.append(Figure("g", f"{what}: median", statistics.median(ratios.values()), bar, note=note))
        if name == "pylint":
            worst = max(ratios, key=ratios.__getitem__)
            figures.append(Figure("g", f"{what}: greatest", ratios[worst], 0.4, note=worst))
    again = [one["dropout-lint again"] / one["pylint"] for one in times.values()]
    figures.append(
        Figure("g", "CPU of a second check -j1, nothing changed / pylint: median", statistics.median(again))
    )
    with_plugin = [one["flake8 with"] / one["flake8"] for one in times.values()]
    figures.append(
        Figure("g", "CPU of flake8 with / without, the same: median", statistics.median(with_plugin))
    )
    return figures


def _beyond_parses(folders: list[Path]) -> list[Figure]:
    """(analysis - parse) / parse of the files that are run."""
    ratios = []
    for folder in folders:
        for one in candidates(folder).run:
            begin = time.process_time()
            cst.parse_module(one.text)
            parse = time.process_time() - begin
            begin = time.process_time()
            lint_source(one.text, str(one.path))
            ratios.append((time.process_time() - begin - parse) / parse)
    what = f"(analysis - parse) / parse, the {len(ratios)} files of these packages that are run"
    return [
        Figure("g", f"{what}: median", statistics.median(ratios), 2),
        Figure("g", f"{what}: 95th percentile", quantile(ratios, 0.95), 8),
    ]


def _causes(folders: list[Path]) -> Figure:
    """What the steps of the interpreter go into; the value is the part of the first runs."""
    steps: Counter[str] = Counter()
    run, run_module = Driver._run, Machine.run_module

    def counted(driver: Driver[Any], root: Root, vector: Vector) -> tuple[Machine, int]:
        before = driver.steps_left
        done = run(driver, root, vector)
        kind = "modules" if root.body is None else "entry points"
        steps[f"{kind}, {'other runs' if vector else 'first runs'}"] += before - driver.steps_left
        steps["runs"] += 1
        return done

    def replayed(machine: Machine, asked: object = None) -> object:
        before = machine.budget.steps
        try:
            return run_module(machine, asked)  # type: ignore[arg-type]
        finally:
            if machine.root != "<module>":
                steps["of these, the module before an entry point, and what it imports"] += (
                    before - machine.budget.steps
                )

    Driver._run, Machine.run_module = counted, replayed  # type: ignore[method-assign, assignment]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for folder in folders:
                for path in sorted(folder.rglob("*.py")):
                    with contextlib.suppress(SyntaxError, UnicodeError):
                        lint_source(decode(path.read_bytes(), str(path)), str(path))
    finally:
        Driver._run, Machine.run_module = run, run_module  # type: ignore[method-assign]
    runs = steps.pop("runs")
    whole = sum(count for what, count in steps.items() if not what.startswith("of these"))
    first = sum(count for what, count in steps.items() if what.endswith("first runs"))
    shares = "; ".join(f"{what}: {count / whole:.0%}" for what, count in steps.most_common())
    note = f"{whole:,} steps in {runs:,} runs; {shares}"
    return Figure("g", "part of the first run of each entry point in all steps", first / whole, note=note)
