"""Names and files of a size that nobody means."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint.source import regular
from tests.commands.running import WRONG, cli, process

LONG = "a" * 5_000


def test_a_line_of_thousands_of_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "train.py").write_text(WRONG["KFD101"], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for numbers in ("9" * 5_000, "1:" + "9" * 5_000):
        done = cli("explain", f"train.py:{numbers}")
        assert (done.code, done.out.count("Traceback")) == (2, 0)
        assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("name", [LONG, f"{LONG}.py", "a/" * 2_500 + "a.py", f"{LONG}.ipynb"])
def test_a_file_name_of_thousands_of_letters(name: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "flake8",
        "--isolated",
        "--select=KFD",
        "--stdin-display-name",
        name,
        "-",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, input=WRONG["KFD101"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    found = [line.removeprefix(name).split()[1] for line in done.stdout.splitlines()]
    assert found == ([] if len(name) > 4096 and "/" in name else ["KFD101"]), "no path is as long"
    checked = process("check", "--output-format", "concise", name, cwd=tmp_path)
    assert (checked.code, checked.out) == (2, "")
    assert len(checked.err.splitlines()) == 1


def test_outputs_do_not_count_in_a_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is analysed is bounded, and so is what is read; each says so."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": ["x" * 3_000_000]}]
    cell = {"cell_type": "code", "metadata": {}, "outputs": outputs, "source": WRONG["KFD101"]}
    path = tmp_path / "train.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": {}}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    command = ("check", "--extend-select", "KFD900", "--output-format", "concise", path.name)
    assert [line.split(": ", 1)[1][:6] for line in cli(*command).out.splitlines()] == ["KFD101"]
    cell["source"] = WRONG["KFD101"] + "x = 1\n" * 200_000
    path.write_text(json.dumps({"cells": [cell], "metadata": {}}), encoding="utf-8")
    assert "KFD900 not analysed: over 20,000 lines or 1,000,000 characters" in cli(*command).out
    with path.open("wb") as stream:
        stream.truncate(regular.MAX_NOTEBOOK + 1)  # holes: nothing of it is on the disk, or read
    assert "KFD900 not analysed: it is larger than 32 MB" in cli(*command).out
