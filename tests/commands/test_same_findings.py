"""Every fixture gives the same findings whichever way it is checked.

flake8, `check`, SARIF and standard input, here for every script, notebook and file of a project; the
language server against flake8 in tests/integration/test_language_server.py.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from dropout_lint import Finding, Settings, lint_path
from dropout_lint.cli import main
from dropout_lint.rules import RULES
from tests.commands.running import cli
from tests.drawn import count, some
from tests.fixture_files import FOLDER

# Of the folders of fixtures all, or some that the commit draws; those with several kinds of files always.
_ALWAYS = ("notebooks", "projects")
FOLDERS = [*_ALWAYS, *some(sorted({path.name for path in FOLDER.iterdir() if path.is_dir()} - {*_ALWAYS}), 6)]
FILES = sorted(
    path.relative_to(FOLDER).as_posix()
    for folder in FOLDERS
    for end in ("py", "ipynb")
    for path in (FOLDER / folder).rglob(f"*.{end}")
)
OPT_IN = [rule.code for rule in RULES if not rule.default]
OPTIONS = ("--isolated", f"--extend-select={','.join(OPT_IN)}")
# Of one file: the notebook cell or 0, line, column, code and message.
Row = tuple[int, int, int, str]
Rows = dict[str, list[Row]]


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)


@pytest.fixture(scope="module")
def found() -> dict[str, list[Finding]]:
    """What the public function finds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(FOLDER)
        settings = Settings(opt_in=frozenset(OPT_IN))
        return {path: lint_path(path, settings) for path in FILES}


@pytest.fixture(scope="module")
def expected(found: dict[str, list[Finding]]) -> Rows:
    """As rows with the whole messages."""
    return {path: [_row(finding, finding.message) for finding in those] for path, those in found.items()}


@pytest.fixture(scope="module")
def brief(found: dict[str, list[Finding]]) -> Rows:
    """As rows with the messages that the concise format has."""
    return {path: [_row(finding, finding.brief) for finding in those] for path, those in found.items()}


def test_there_is_much_to_find_everywhere(expected: Rows) -> None:
    found = [path for path in FILES if expected[path]]
    assert len(found) >= count(250, 40)
    assert sum(path.startswith("projects/") for path in found) >= 14
    assert sum(path.endswith(".ipynb") for path in found) >= 4


def test_check_finds_the_same(brief: Rows) -> None:
    assert _concise(_run("--output-format=concise", *FOLDERS)) == _some(brief)


def test_brief_messages_are_those_without_the_lines_of_other_places(found: dict[str, list[Finding]]) -> None:
    for finding in (finding for those in found.values() for finding in those):
        words = re.sub(r" \([^()]*(?:line \d+|cell \d+)[^()]*\)", "", finding.message)
        briefly = re.sub(r" \(\w+ in line \d+ of [^()]*\)$", "", finding.brief)
        assert briefly == words
        assert not re.search(r"\bline \d|\0", briefly)
        assert finding.message.startswith(re.split(r" \((?:called|written) in ", finding.problem)[0])
        assert finding.cure in finding.message
        assert finding.cure not in finding.problem


def test_sarif_says_the_same(expected: Rows) -> None:
    rows: Rows = {}
    for result in json.loads(_run("--output-format=sarif", *FOLDERS))["runs"][0]["results"]:
        physical = result["locations"][0]["physicalLocation"]
        path = physical["artifactLocation"]["uri"].removeprefix("fixtures/")
        rows.setdefault(path, []).append(_sarif_row(result, physical["region"]))
    assert rows == {
        path: [row[:2] + ((0,) if row[0] else (row[2],)) + row[3:] for row in found]
        for path, found in _some(expected).items()
    }


def test_flake8_reports_the_same(expected: Rows) -> None:
    command = [
        sys.executable,
        "-m",
        "flake8",
        "-j1",
        "--isolated",
        f"--select=KFD,{','.join(OPT_IN)}",
        *FOLDERS,
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    wanted = {path: found for path, found in _some(expected).items() if path.endswith(".py")}
    assert {path.removeprefix("./"): rows for path, rows in _concise(done.stdout).items()} == wanted


@pytest.mark.parametrize("path", FILES)
def test_standard_input_gives_the_same(path: str, brief: Rows) -> None:
    content = Path(path).read_bytes()
    done = cli("check", *OPTIONS, "--output-format=concise", f"--stdin-filename={path}", "-", stdin=content)
    assert _concise(done.out).get(path, []) == brief[path]


def _run(*args: str) -> str:
    """What `check` prints, with files in this process (what processes change: nothing, says test_check)."""
    out = io.StringIO()
    with redirect_stdout(out):
        main(["check", "-j1", *OPTIONS, *args])
    return out.getvalue()


def _row(finding: Finding, message: str) -> Row:
    place = finding.place
    return place.cell, place.line, place.column + 1, f"{finding.code} {message}"


def _some(rows: Rows) -> Rows:
    return {path: found for path, found in rows.items() if found}


_LINE = re.compile(r"(?P<path>.+?):(?:cell (?P<cell>\d+):)?(?P<line>\d+):(?P<column>\d+): (?P<text>.*)")


def _concise(text: str) -> Rows:
    rows: Rows = {}
    for path, row in _read(text):
        rows.setdefault(path, []).append(row)
    return rows


def _read(text: str) -> Iterator[tuple[str, Row]]:
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        assert found is not None, line
        cell, number, column = (int(found[name] or 0) for name in ("cell", "line", "column"))
        yield found["path"], (cell, number, column, found["text"])


def _sarif_row(result: dict[str, Any], region: dict[str, Any]) -> Row:
    """SARIF knows no cells: there the message begins with the place, and no column is said."""
    text: str = result["message"]["text"]
    in_cell = re.match(r"cell (\d+), line (\d+): ", text)
    if in_cell is None:
        return 0, region["startLine"], region["startColumn"], f"{result['ruleId']} {text}"
    message = f"{result['ruleId']} {text[in_cell.end() :]}"
    return int(in_cell[1]), int(in_cell[2]), 0, message
