"""Runs the command line: in this process, and as a user would."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from dropout_lint.cli import main
from dropout_lint.commands import pool
from dropout_lint.rules import RULES

WRONG = {rule.code: rule.wrong for rule in RULES}
RIGHT = {rule.code: rule.right for rule in RULES}
# The line of KFD101's program where its finding is.
CALL = next(n for n, line in enumerate(WRONG["KFD101"].splitlines(), 1) if "base(new_inputs" in line)
CONCISE = ("check", "--output-format=concise")
# Has to be analysed, and is no Python.
BROKEN = f'{WRONG["KFD101"]}do "done"\n'
BROKEN_LINE = BROKEN.count("\n")


class Done(NamedTuple):
    """What a run printed, and its exit code."""

    code: int
    out: str
    err: str


class _Stdin:
    """Standard input that holds these bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)

    def close(self) -> None:
        """A process of a pool closes what it inherits."""


def write(name: str, text: str) -> str:
    """Writes a file of the folder where the command line runs; returns its name."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


def cli(*args: str | Path, stdin: str | bytes | None = None) -> Done:
    """Runs the command line in this process; a folder to run it in is for `monkeypatch.chdir`."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True)
    err = io.StringIO()
    pool._config_in.cache_clear()  # a run of its own
    content = stdin.encode() if isinstance(stdin, str) else stdin
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.delenv("COLUMNS", raising=False)
        patch.setattr(sys, "stdin", _Stdin(content or b""))
        try:
            code = main([str(arg) for arg in args])
        except SystemExit as stop:  # argparse
            code = int(stop.code or 0)
    assert isinstance(out.buffer, io.BytesIO)
    return Done(code, out.buffer.getvalue().decode(), err.getvalue())


def process(
    *args: str | Path, cwd: Path, stdin: str | None = None, env: dict[str, str] | None = None
) -> Done:
    """Runs the command line in a process of its own."""
    command = [sys.executable, "-m", "dropout_lint", *map(str, args)]
    clean = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    done = subprocess.run(
        command, cwd=cwd, input=stdin, capture_output=True, text=True, check=False, env=clean | (env or {})
    )
    return Done(done.returncode, done.stdout, done.stderr)


def codes(done: Done) -> list[str]:
    """The codes in concise output."""
    return [line.split(": ")[1].split()[0] for line in done.out.splitlines()]


def notebook(*cells: str) -> str:
    """The text of a notebook with these cells."""
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
