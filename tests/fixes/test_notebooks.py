"""Fixes in notebooks are those of the same program as a script, and nothing else of the file changes."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from dropout_lint import Settings
from dropout_lint.fixes.applying import fixed_source
from dropout_lint.fixes.notebooks import fixed_notebook
from dropout_lint.fixes.writing import read, write
from dropout_lint.source.notebook import read_notebook
from tests.fixes.cases import programs
from tests.fixes.programs import Program
from tests.fixes.test_restraint import GRAPH

SETTINGS = Settings(keras_version="3.15")
SCRIPTS = [program for program in programs() if type(program) is Program and "3.15" in program.kerases]


def _cells(text: str) -> list[str]:
    """A program cut before each statement that no other one shares a line with."""
    starts = sorted({_start(node) for node in ast.parse(text).body})
    lines = text.splitlines()
    ends = [*(start - 1 for start in starts[1:]), len(lines)]
    return ["\n".join(lines[(0 if i == 0 else starts[i] - 1) : end]) for i, end in enumerate(ends)]


def _start(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _notebook(cells: list[str], *, as_list: bool) -> dict[str, Any]:
    def source(text: str) -> Any:
        return text.splitlines(keepends=True) if as_list else text

    code = [
        {"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": [], "source": source(cell)}
        for cell in cells
    ]
    prose: list[dict[str, Any]] = [
        {"cell_type": "markdown", "metadata": {}, "source": source("# é → base(x)")}
    ]
    return {
        "cells": prose + code,
        "metadata": {"kernelspec": {"name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _sources(text: str) -> list[str]:
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return [cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]) for cell in cells]


@pytest.mark.parametrize("program", SCRIPTS, ids=lambda program: program.name)
def test_as_the_script(program: Program) -> None:
    settings = Settings(keras_version="3.15", opt_in=program.opt_in)
    plain = "\n".join(_cells(program.text))
    script = fixed_source(plain, program.name, settings, unsafe=True)
    text = json.dumps(_notebook(_cells(program.text), as_list=True), indent=1, ensure_ascii=False) + "\n"
    notebook = fixed_notebook(text, "train.ipynb", settings, unsafe=True)
    # what follows in another cell needs no blank lines before it
    lines = ("\n".join(_sources(notebook.text)).splitlines(), script.text.splitlines())
    assert [line for line in lines[0] if line] == [line for line in lines[1] if line]
    assert [f.code for f in notebook.applied] == [f.code for f in script.applied]


@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("ensure_ascii", [True, False])
@pytest.mark.parametrize("end", ["", "\n"])
def test_the_file_keeps_its_form(as_list: bool, indent: int | None, ensure_ascii: bool, end: str) -> None:
    def dumped(notebook: dict[str, Any]) -> str:
        return json.dumps(notebook, indent=indent, ensure_ascii=ensure_ascii) + end

    cells = _cells(GRAPH.replace("import numpy", "# ü\nimport numpy"))
    fixed = fixed_notebook(dumped(_notebook(cells, as_list=as_list)), "train.ipynb", SETTINGS, unsafe=True)
    assert len(fixed.applied) == 1
    assert fixed.text == dumped(_notebook(_sources(fixed.text), as_list=as_list))
    changed = [old for old, new in zip(cells, _sources(fixed.text), strict=True) if old != new]
    assert changed == ["base.trainable = False"]


def test_magics_and_what_is_no_python_stay() -> None:
    cells = ["!pip install keras", "%%bash\nls (", *_cells(GRAPH), "%time model.fit(", "model.summary?"]
    text = json.dumps(_notebook(cells, as_list=True), indent=1) + "\n"
    fixed = fixed_notebook(text, "train.ipynb", SETTINGS, unsafe=True)
    assert len(fixed.applied) == 1
    (changed,) = [cell for cell in _sources(fixed.text) if cell not in cells]
    assert changed.startswith("base.trainable = False\nfor ")


def test_written_back(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    text = json.dumps(_notebook(_cells(GRAPH), as_list=True), indent=1, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    original = read(path)
    fixed = fixed_notebook(original.text, str(path), SETTINGS, unsafe=True)
    write(original, fixed.text)
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf{\r\n")
    assert len(_sources(after.decode("utf-8-sig"))) == len(_cells(GRAPH))
    assert fixed.left == ()


@pytest.mark.parametrize(
    ("cell", "text", "fixed"),
    [
        (r'"a = \"\u00e9\"\n\/b"', 'a = "é"\n/b(c)', r'"a = \"\u00e9\"\n\/b(c)"'),
        (r'"\ud83c\udf89 a \u0062"', "🎉 d b", r'"\ud83c\udf89 d \u0062"'),
        (
            r'["\u00e9 = 1\n", "b\u0020= 2\n", "\/"]',
            "é = 1\nb = 3\n/",
            r'["\u00e9 = 1\n", "b\u0020= 3\n", "\/"]',
        ),
        (r'["\u0061\n", "\u0062"]', "a\nc\nb", r'["\u0061\n", "c\n", "\u0062"]'),
        (r'["\u0061"]', "", "[]"),
        (r'"\ud83c"', "🎉", r'"\ud83c\udf89"'),
    ],
)
def test_what_does_not_change_keeps_its_escapes(cell: str, text: str, fixed: str) -> None:
    """Tools escape each in their own way; a fix shows in a diff as no more than it is."""
    around = '{"cells": [{"cell_type": "code", "source": %s}], "metadata": {"x": "\\u00e9\\/"}}'
    new = read_notebook(around % cell).with_sources({1: text})
    assert new == around % fixed
    assert read_notebook(new).cells[0].source == text
