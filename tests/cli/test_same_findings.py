"""Every fixture gives the same findings whichever way it is checked."""

from __future__ import annotations

import ast
import io
import json
from argparse import Namespace
from contextlib import redirect_stdout
from itertools import pairwise
from typing import Any

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.cli import main
from dropout_lint.flake8_plugin import DropoutLintPlugin
from tests.cli.running import cli
from tests.fixture_files import FOLDER, Fixture, all_fixtures

FIXTURES = all_fixtures()
OPT_IN = ["KFD105", "KFD107"]
Row = tuple[int, int, str]


@pytest.fixture(scope="module")
def sarif() -> dict[str, list[Row]]:
    """What one run over the whole folder writes as SARIF."""
    out = io.StringIO()
    with redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.chdir(FOLDER)
        main(["check", "--isolated", f"--extend-select={','.join(OPT_IN)}", "--output-format=sarif", "."])
    rows: dict[str, list[Row]] = {}
    for result in json.loads(out.getvalue())["runs"][0]["results"]:
        physical = result["locations"][0]["physicalLocation"]
        region: dict[str, Any] = physical["region"]
        if "startColumn" not in region:  # in a notebook
            continue
        row = region["startLine"], region["startColumn"], f"{result['ruleId']} {result['message']['text']}"
        rows.setdefault(physical["artifactLocation"]["uri"], []).append(row)
    return rows


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_the_same_by_every_way(
    fixture: Fixture, sarif: dict[str, list[Row]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    source = fixture.path.read_text(encoding="utf-8")
    findings = lint_source(source, fixture.name, Settings(opt_in=frozenset(OPT_IN)))
    expected = [(f.place.line, f.place.column + 1, f"{f.code} {f.message}") for f in findings]
    assert sarif.get(fixture.name, []) == expected
    assert _by_flake8(fixture.name, source) == expected
    assert _by_stdin(fixture.name, source) == expected


@pytest.mark.parametrize("fixture", FIXTURES[::3], ids=lambda fixture: fixture.name)
def test_the_same_in_a_notebook(fixture: Fixture) -> None:
    """Each statement of the program in a cell of its own; a message names cells instead of lines."""
    cells = _cells(fixture.text)
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    text = json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    args = ["check", "--isolated", f"--extend-select={','.join(OPT_IN)}", "--output-format=json", "-"]
    done = cli(*args, "--stdin-filename=notebook.ipynb", stdin=text)
    starts = [sum(cell.count("\n") + 1 for cell in cells[:n]) for n in range(len(cells))]
    found = [
        (starts[place["cell"] - 1] + place["line"], place["column"], code)
        for place, code in ((f["place"], f["code"]) for f in json.loads(done.out)["findings"])
    ]
    findings = lint_source(fixture.text, "script.py", Settings(opt_in=frozenset(OPT_IN)))
    assert found == [(f.place.line, f.place.column + 1, f.code) for f in findings]


def _cells(text: str) -> list[str]:
    lines = text.split("\n")
    tops = [node.lineno - 1 for node in ast.parse(text).body if not getattr(node, "decorator_list", None)]
    edges = [0, *tops[1:], len(lines)]
    return ["\n".join(lines[start:end]) for start, end in pairwise(edges)]


def _by_flake8(name: str, source: str) -> list[Row]:
    options = Namespace(
        select=None, extend_select=OPT_IN, kfd_keras_version="", kfd_min_confidence="", kfd_roots=[]
    )
    plugin = DropoutLintPlugin(ast.parse(source), source.splitlines(keepends=True), name, options)
    return [(line, column + 1, text) for line, column, text, _ in plugin.run()]


def _by_stdin(name: str, source: str) -> list[Row]:
    args = ["check", "--isolated", f"--extend-select={','.join(OPT_IN)}", "--output-format=concise", "-"]
    done = cli(*args, f"--stdin-filename={name}", stdin=source)
    rows = [line.removeprefix(f"{name}:").split(":", 2) for line in done.out.splitlines()]
    return [(int(line), int(column), text.strip()) for line, column, text in rows]
