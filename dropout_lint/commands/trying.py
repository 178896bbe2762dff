"""`dropout-lint explain --run`: small programs, executed on the Keras that is installed, and what they did.

They are the examples of the rules' pages, and what `dropout_lint.reproducing` builds. They run in a process
of their own, in an empty folder that is deleted afterwards, without a GPU and within a time limit. The
program that is linted is never run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SECONDS = 300


class NotTried(Exception):
    """Nothing could be seen; its text says why."""


def try_programs(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Executes some of our own programs, one after the other in one process.

    Returns:
        for each: `keras`, its version; `error`, what the program raised, or None; `runs`, each with `entry`,
        `line`, `training`, `layers` (name -> frozen, flags, active) and `weights` (name -> frozen, moved).

    Raises:
        NotTried: there is no Keras beside the linter, or they did not come to an end.
    """
    if find_spec("tensorflow") is None:
        raise NotTried("no TensorFlow is installed beside dropout-lint")
    with tempfile.TemporaryDirectory(prefix="dropout-lint-") as folder:
        paths = [Path(folder, f"example_{number}.py") for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        done = _observed(folder, [str(path) for path in paths])
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or len(lines) != len(texts):
        said = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise NotTried(f"Keras could not be started: {said[0][:200]}")
    return [json.loads(line) for line in lines]


def _observed(folder: str, paths: list[str]) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).resolve().parents[2])
    found = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(found),
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [sys.executable, "-m", "dropout_lint.observing", *paths]
    limit = SECONDS * max(1, len(paths) // 2)
    try:
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotTried(f"it did not end within {limit} seconds") from None


def numbered(text: str) -> str:
    """A program with the numbers of its lines."""
    return "\n".join(
        f"{number:3} {line}".rstrip() for number, line in enumerate(text.rstrip().split("\n"), 1)
    )


def table(seen: dict[str, Any]) -> list[str]:
    """What was seen, a line for each layer of each run."""
    lines: list[str] = []
    for run in seen["runs"]:
        traced = " (goes on with the step that was traced before)" if run.get("traced") else ""
        lines.append(f"{_entry(run)}, line {run['line']}{traced}")
        rows = [(name, _state(row), _did(row)) for name, row in run["layers"].items()]
        rows += [
            (name, _state(row), "weights move" if row["moved"] else "weights stay")
            for name, row in run["weights"].items()
        ]
        widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
        lines += [f"  {name:{widths[0]}}  {state:{widths[1]}}  {did}" for name, state, did in rows]
    if seen["error"]:
        lines.append(f"raises {seen['error']}")
    return lines or ["no run was seen"]


def _entry(run: dict[str, Any]) -> str:
    return "a step under a GradientTape" if run["entry"] == "tape" else f"{run['entry']}()"


def _state(row: dict[str, Any]) -> str:
    return "frozen" if row["frozen"] else "trainable"


def _did(row: dict[str, Any]) -> str:
    flags = " and ".join(str(flag) for flag in row["flags"])
    return f"{'ACTIVE' if row['active'] else 'off'} (training={flags})"
