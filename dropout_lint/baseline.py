"""Findings that a project knows of and has put up with: only what is new is reported.

A known finding is kept by its code, its file, the function or class around it and the text of its line, not
by the number of the line: code that moves stays known, and a second fault of the same kind is new.
"""

from __future__ import annotations

import ast
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from dropout_lint.checking import Checked
from dropout_lint.finding import Finding
from dropout_lint.pyproject import BaselineError

VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """What makes two findings the same one.

    Args:
        path: of its file, relative to the folder of the baseline, with slashes.
        code: of its rule.
        symbol: the functions and classes around it, joined by dots; empty at the top level.
        text: its line without the blanks around it.
    """

    path: str
    code: str
    symbol: str
    text: str


class Lines:
    """What a baseline needs to know of a file beside its findings.

    Args:
        line: gives the text of a finding's line.
        text: gives the program that a finding is in.
    """

    def __init__(self, line: Callable[[Finding], str], text: Callable[[Finding], str]) -> None:
        self._line, self._text = line, text
        self._symbols: dict[tuple[str, int], list[tuple[int, int, str]]] = {}

    def known(self, finding: Finding, folder: Path) -> Known:
        """The key of a finding in a baseline that lies in a folder."""
        path = os.path.relpath(os.path.abspath(finding.place.path), folder).replace(os.sep, "/")
        return Known(path, finding.code, self._symbol(finding), self._line(finding).strip())

    def _symbol(self, finding: Finding) -> str:
        place = (finding.place.path, finding.place.cell)
        if place not in self._symbols:
            self._symbols[place] = list(_definitions(self._text(finding)))
        line = finding.place.line
        around = [name for first, last, name in self._symbols[place] if first <= line <= last]
        return ".".join(around)


def _definitions(text: str) -> Iterable[tuple[int, int, str]]:
    """The first line, the last line and the name of every function and class, outer ones first."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.lineno, node.end_lineno or node.lineno, node.name
        waiting += ast.iter_child_nodes(node)


def without_known(checked: Iterable[Checked], file: str, lines: Lines) -> list[Checked]:
    """Leaves out what the baseline holds; of equal findings as many as it has.

    Raises:
        BaselineError: the file is no baseline.
        OSError: it cannot be read.
    """
    held = Counter(_read(file))
    folder = Path(os.path.abspath(file)).parent
    results = []
    for one in checked:
        left = []
        for finding in one.findings:
            key = lines.known(finding, folder)
            if held[key] > 0:
                held[key] -= 1
            else:
                left.append(finding)
        results.append(replace(one, findings=tuple(left), known=len(one.findings) - len(left)))
    return results


def write(findings: Iterable[Finding], file: str, lines: Lines) -> int:
    """Writes a baseline that holds these findings, in one step; says how many.

    Raises:
        OSError: the file cannot be written.
    """
    folder = Path(os.path.abspath(file)).parent
    counted = Counter(lines.known(finding, folder) for finding in findings)
    rows = [
        {"path": key.path, "code": key.code, "symbol": key.symbol, "text": key.text, "count": count}
        for key, count in sorted(counted.items())
    ]
    text = json.dumps({"version": VERSION, "findings": rows}, indent=1, ensure_ascii=False) + "\n"
    beside = Path(f"{file}.writing")
    # Half of a surrogate pair, in the name of a file, is written as JSON escapes it.
    beside.write_text(text, encoding="utf-8", errors="backslashreplace")
    os.replace(beside, file)
    return sum(counted.values())


def _read(file: str) -> dict[Known, int]:
    try:
        content = json.loads(Path(file).read_text(encoding="utf-8", errors="surrogateescape"))
        if content["version"] != VERSION:
            raise BaselineError(f"{file}: a baseline of another version: write it anew with --write-baseline")
        return {
            Known(row["path"], row["code"], row["symbol"], row["text"]): int(row["count"])
            for row in content["findings"]
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BaselineError(f"{file}: is no baseline: write one with --write-baseline") from error
