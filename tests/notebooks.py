"""Programs cut into notebook cells."""

from __future__ import annotations

import ast
import itertools
import json
from collections.abc import Sequence
from typing import Any


def cut(program: str) -> list[str]:
    """A cell for each top-level statement, with the comments and empty lines before it."""
    cells: list[list[str]] = [[]]
    statements = ast.parse(program).body
    ends = {statement.end_lineno for statement in statements}
    joined = {a.end_lineno for a, b in itertools.pairwise(statements) if a.end_lineno == b.lineno}
    for number, line in enumerate(program.split("\n"), 1):
        cells[-1].append(line)
        if number in ends - joined:
            cells.append([])
    return ["\n".join(cell) for cell in cells]


def notebook(cells: Sequence[str], as_list: bool = True) -> str:
    """The `.ipynb` text of a notebook with these code cells, a Markdown cell before each."""
    made: list[dict[str, Any]] = []
    for cell in cells:
        source = cell.splitlines(keepends=True) if as_list else cell
        made.append({"cell_type": "markdown", "metadata": {}, "source": ["# keras trainable\n", "text"]})
        made.append(
            {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": source}
        )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
