"""Wrong usage: one line that says what is wrong, the near miss, and the exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import process

CASES = {
    "chek .": "no command 'chek' (did you mean 'check'?)",
    "train.py": "no command before 'train.py' (did you mean 'dropout-lint check train.py'?)",
    "lint": "no command 'lint' (there are check, fix, show, explain, rules, lsp)",
    "": "the following arguments are required: COMMAND (see dropout-lint --help)",
    "check --slect=KFD1 .": "unrecognized arguments: --slect=KFD1 (did you mean '--select'?) (see dropout",
    "check --output-format jsn": "argument --output-format: no format 'jsn' (did you mean 'json'?)",
    "rules --output-format xml": "argument --output-format: no format 'xml' (there are text, json)",
    "check --select kfd101": "no rule's code begins with 'kfd101' (did you mean 'KFD101'?)",
    "check --ignore hidden-dropout-active": "begins with 'hidden-dropout-active' (did you mean 'KFD104'?)",
    "check --select KFD101 KFD102 .": "no such path: 'KFD102' (codes are separated by commas: --select ",
    "check --select KFD101, ALL": "no such path: 'ALL' (codes are separated by commas",
    "check --min-confidence sure": "not a confidence level: 'sure' (use one of: possible, likely, certain)",
    "check -j none": "argument -j/--jobs: not a number of processes: 'none'",
    "explain KFD1O1": "'KFD1O1' is neither a rule nor FILE:LINE (did you mean 'KFD101'?)",
    "explain frozen-dropout-activ": "did you mean 'frozen-dropout-active'?",
}  # fmt: skip


@pytest.mark.parametrize("command", CASES)
def test_one_line_says_what_was_meant(command: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("x = 1\n", encoding="utf-8")
    done = process(*command.split(), cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith("dropout-lint: error: ")
    assert CASES[command] in line


def test_a_file_may_be_called_as_a_code(tmp_path: Path) -> None:
    (tmp_path / "KFD101").mkdir()
    assert "no Python file" in process("check", "KFD101", cwd=tmp_path).err
