"""The comment that the editor adds silences the finding for flake8, and nothing else changes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from dropout_lint import lint_source
from dropout_lint.fixes.suppressing import suppression
from dropout_lint.rules import RULES

WRONG = next(rule.wrong for rule in RULES if rule.code == "KFD101")
CALL = "features = base(new_inputs)"

CASES = {
    CALL: "features = base(new_inputs)  # noqa: KFD101",
    f"{CALL}  # a note": "features = base(new_inputs)  # a note  # noqa: KFD101",
    f"{CALL}   ": "features = base(new_inputs)  # noqa: KFD101   ",
    f"{CALL}  # noqa: E501": "features = base(new_inputs)  # noqa: E501,KFD101",
    f"{CALL}  # noqa:E501, W291 why": "features = base(new_inputs)  # noqa:E501, W291,KFD101 why",
    f"{CALL}  # NOQA: E501, ": "features = base(new_inputs)  # NOQA: E501,KFD101, ",
    # Lines in brackets do not share a comment; those that a string or a backslash joins do.
    "features = base(\n    new_inputs\n)": "features = base(  # noqa: KFD101\n    new_inputs\n)",
    "features = \\\n    base(new_inputs)": "features = \\\n    base(new_inputs)  # noqa: KFD101",
    'features = base(new_inputs); note = """one\ntwo"""': (
        'features = base(new_inputs); note = """one\ntwo"""  # noqa: KFD101'
    ),
    'note = """one\n# noqa: E501\n"""; features = base(new_inputs)': (
        'note = """one\n# noqa: E501,KFD101\n"""; features = base(new_inputs)'
    ),
}


def silenced(source: str) -> str:
    (finding,) = lint_source(source)
    (edit,) = suppression(source, finding)
    lines = source.splitlines(keepends=True)
    line, column = edit.place.line - 1, edit.place.column
    lines[line] = lines[line][:column] + edit.text + lines[line][column:]
    return "".join(lines)


def test_the_comment_stands_where_flake8_looks_for_it(tmp_path: Path) -> None:
    for number, (before, after) in enumerate(CASES.items()):
        source = silenced(WRONG.replace(CALL, before))
        assert source == WRONG.replace(CALL, after)
        ast.parse(source)
        (tmp_path / f"before{number}.py").write_text(WRONG.replace(CALL, before), encoding="utf-8")
        (tmp_path / f"after{number}.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "flake8", "--isolated", "--select=KFD", "-j1", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    reported = sorted(Path(line.split(":")[0]).name for line in done.stdout.splitlines())
    assert reported == sorted(f"before{number}.py" for number in range(len(CASES)))


def test_the_line_ends_stay() -> None:
    windows = WRONG.replace("\n", "\r\n")
    assert silenced(windows) == windows.replace(CALL, f"{CALL}  # noqa: KFD101")
