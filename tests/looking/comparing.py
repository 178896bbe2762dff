"""What `dropout_lint.runtime` says of trained models, beside what the oracle saw in their training."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fixture_files import Fixture
from tests.oracle import Oracle
from tests.oracle.kerases import environment

_SECONDS = 120  # for each program, beside the start


@dataclass
class Compared:
    """The outcome for one program.

    Args:
        agreed: how many layers, in how many runs, both call frozen, and what they do is the same.
        faults: what differs.
        left_out: why runs were not compared.
    """

    agreed: int = 0
    faults: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def watched(fixtures: Iterable[Fixture], keras: str) -> list[dict[str, Any]]:
    """What was found of the models of each program, in one process of a Keras."""
    with tempfile.TemporaryDirectory(prefix="looking-") as folder:
        paths = []
        for number, fixture in enumerate(fixtures):
            path = fixture.path
            if path.suffix == ".ipynb":
                path = Path(folder, f"notebook_{number}.py")
                path.write_text(fixture.text, encoding="utf-8")
            paths.append(str(path))
        command = [sys.executable, "-m", "tests.looking.watcher", *paths]
        limit = 180 + _SECONDS * len(paths)
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment(keras),
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if len(lines) != len(paths):
        raise RuntimeError(f"the watcher stopped at program {len(lines)}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in lines]


def compare(fixture: Fixture, found: dict[str, Any], oracle: Oracle) -> Compared:
    """Holds what was found of a program's models against the oracle's rows, run by run."""
    result = Compared()
    if found["error"] is not None:
        result.left_out.append(f"it raises {found['error']}")
        return result
    runs = {tuple(run["run"]): run for run in fixture.run(oracle)["runs"]}
    counts: Counter[tuple[str, int]] = Counter()
    for looked in found["looked"]:
        key = looked["entry"], looked["line"]
        run = runs.get((*key, counts[key]))
        counts[key] += 1
        if "not" in looked or run is None:
            result.left_out.append(looked.get("not", "the oracle has no such run"))
            continue
        _compare_run(looked, run, result)
    return result


def _compare_run(looked: dict[str, Any], run: dict[str, Any], result: Compared) -> None:
    """One run: by the lines that made the layers, which both know."""
    if not looked["unchanged"]:
        result.faults.append(f"line {looked['line']}: looking changed the model")
    told = _by_line(looked["rows"], lambda row: row["line"], lambda row: row["random"] or row["moved"])
    frozen = [row for row in run["activities"] if row["frozen"]]
    truth = _by_line(frozen, lambda row: row["layer"][1], lambda row: row["active"])
    for line, active in truth.items():
        if line in told and told[line] is not None and line not in looked["free"]:
            if bool(told[line]) == bool(active):
                result.agreed += 1
            else:
                result.faults.append(f"run {run['run']}: line {line} is {active}, told {told[line]}")
        elif line in looked["free"]:
            result.left_out.append("it goes by other flags than the layers have afterwards")
        else:
            result.left_out.append("the step that was looked at does not come to the layer")


def _by_line(rows: Iterable[dict[str, Any]], line: Any, deed: Any) -> dict[Any, bool | None]:
    """Whether any of the layers made on a line does something; None if none was asked."""
    found: dict[Any, bool | None] = {}
    for row in rows:
        found[line(row)] = found.get(line(row)) or deed(row)
    return found
