"""What a reporter gets: the results of all files, and the lines they speak of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from dropout_lint.checking import Checked, Problem
from dropout_lint.finding import Applicability, Finding, Place
from dropout_lint.source.notebook import NotebookFile, read_notebook
from dropout_lint.source.reading import content_of, decode, texts_of

_PROBLEMS = {"unreadable": "read", "unparsable": "parsed", "unwritable": "written", "unanalysed": "analysed"}


class Report:
    """The results of a run.

    Args:
        checked: one for each file, in order.
        given: the content of files that are not to be read (standard input), by path.
    """

    def __init__(self, checked: Sequence[Checked], given: dict[str, bytes] | None = None) -> None:
        self.checked = checked
        self._given = given or {}
        self._lines: dict[str, dict[int, list[str]]] = {}
        self._notebooks: dict[str, NotebookFile | None] = {}

    @cached_property
    def findings(self) -> list[Finding]:
        """All findings, file by file."""
        return [finding for file in self.checked for finding in file.findings]

    @cached_property
    def problems(self) -> list[Problem]:
        """All files that could not be checked."""
        return [file.problem for file in self.checked if file.problem is not None]

    @cached_property
    def files(self) -> int:
        """How many files were checked."""
        return sum(file.problem is None or file.problem.kind == "unwritable" for file in self.checked)

    def line(self, place: Place, number: int | None = None) -> str:
        """The text of a place's first line, or another line of its file; empty if it is gone."""
        if place.path not in self._lines:
            self._lines[place.path] = self._read(place.path)
        lines = self._lines[place.path].get(place.cell, [])
        number = place.line if number is None else number
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def program(self, place: Place) -> str:
        """The text of the script or cell that a place is in; empty if it is gone."""
        if place.path not in self._lines:
            self._lines[place.path] = self._read(place.path)
        return "\n".join(self._lines[place.path].get(place.cell, []))

    def raw_line(self, place: Place) -> int | None:
        """The line of a notebook's own file (JSON) that a place in a cell is in; None if it is gone."""
        path = place.path
        if path not in self._notebooks:
            try:
                self._notebooks[path] = read_notebook(decode(self._content(path), path))
            except (OSError, SyntaxError):
                self._notebooks[path] = None
        notebook = self._notebooks[path]
        if notebook is None or place.cell > len(notebook.cells):
            return None
        try:
            return notebook.raw_line(place.cell, place.line)
        except ValueError:
            return None

    def _content(self, path: str) -> bytes:
        return self._given[path] if path in self._given else content_of(path)

    def _read(self, path: str) -> dict[int, list[str]]:
        try:
            texts = texts_of(decode(self._content(path), path), path)
            return {cell: text.split("\n") for cell, text in texts.items()}
        except (OSError, SyntaxError):  # it has changed since it was checked
            return {}


def where(place: Place) -> str:
    """A place as editors and terminals understand it: `train.py:3:5`, `nb.ipynb:cell 2:3:5`."""
    cell = f"cell {place.cell}:" if place.cell else ""
    return f"{named(place.path)}:{cell}{place.line}:{place.column + 1}"


def in_notebook(place: Place) -> str:
    """What formats that know no cells put before a message."""
    return f"cell {place.cell}, line {place.line}: " if place.cell else ""


def named(path: str) -> str:
    """A path at the beginning of a line: plain, and no command to a program that reads along.

    GitHub takes lines of a log that begin with "::" for commands.
    """
    return f"./{plain(path)}" if path.startswith(("::", "##[")) else plain(path)


def strict(value: Any) -> Any:
    """What strict readers of JSON take: halves of surrogate pairs, of which names of files may have any, are
    written out."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    return [strict(item) for item in value] if isinstance(value, list | tuple) else value


def plain(text: str) -> str:
    """Text without control characters: a file's name or content must not steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def in_repository(path: str) -> str:
    """A path relative to the root of its git repository, as GitHub reads it; outside of any, to the working
    directory, where it is below that."""
    absolute = os.path.abspath(path)
    relative = os.path.relpath(absolute, _repository(os.path.dirname(absolute)) or os.curdir)
    return absolute if relative.split(os.sep)[0] == os.pardir else relative.replace(os.sep, "/")


@lru_cache(maxsize=1024)
def _repository(folder: str) -> str | None:
    """The root of the git repository that a folder is in."""
    if os.path.exists(os.path.join(folder, ".git")):
        return folder
    above = os.path.dirname(folder)
    return None if above == folder else _repository(above)


def uri(path: str) -> str:
    """A path as a URI reference; see `in_repository`."""
    from urllib.parse import quote

    named = in_repository(path)
    return Path(named).as_uri() if os.path.isabs(named) else quote(os.fsencode(named))


def summary(report: Report, *, written: bool = True) -> str:
    """A line on the whole run, and one on what can be fixed.

    Args:
        report: the results.
        written: the fixes are in the files; else this is what they would do.
    """
    files = _count(report.files, "file")
    failed = sum(problem.kind != "unwritable" for problem in report.problems)
    trouble = f" {_count(failed, 'file')} could not be checked." if failed else ""
    fixed = sum(file.fixed for file in report.checked)
    done = f"{_count(fixed, 'finding')} {'fixed' if written else 'would be fixed'}, " if fixed else ""
    silenced, known = (sum(getattr(f, n) for f in report.checked) for n in ("silenced", "known"))
    if silenced:
        done += f"{_count(silenced, 'finding')} {'silenced' if written else 'would be silenced'}, "
    trouble += f" {_count(known, 'finding')} known to the baseline." if known else ""
    trouble += _partly_seen(report)
    if failed and not report.findings and not done:
        others = f"; nothing found in {_count(report.files, 'other file')}" if report.files else ""
        return f"{_count(failed, 'file')} could not be checked{others}.{trouble.partition('checked.')[2]}"
    if not report.findings:
        return f"{done}none left in {files}.{trouble}" if done else f"No findings in {files}.{trouble}"
    places = len({finding.place.path for finding in report.findings})
    found = f"{len(report.findings):,} left" if done else _count(len(report.findings), "finding")
    return f"{done}{found} in {places:,} of {files}.{trouble}{_fixable(report)}"


def _partly_seen(report: Report) -> str:
    """How many training runs could not be seen whole: finding nothing there says nothing."""
    count = sum(file.open_runs for file in report.checked)
    return f" {_count(count, 'training run')} not fully known (--show-unknown)." if count else ""


def _fixable(report: Report) -> str:
    """How many findings have a fix, by its grade; and which fixes were held back."""
    grades = [finding.fix.grade for finding in report.findings if finding.fix is not None]
    safe, unsafe = grades.count(Applicability.SAFE), grades.count(Applicability.UNSAFE)
    parts = [f"{safe:,} with --fix"] if safe else []
    parts += [f"{unsafe:,} with --fix --unsafe-fixes"] if unsafe else []
    fixable = f"\nFixable: {', '.join(parts)}." if parts else ""
    held = [(finding, why) for file in report.checked for finding, why in file.held_back]
    lines = [f"\nNot fixed: {where(f.place)} {f.code}, since {why}." for f, why in held]
    return "".join([fixable, *lines])


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """Problems in words, one line each."""
    for problem in problems:
        what = _PROBLEMS[problem.kind]
        yield f"{named(problem.path)}:{problem.line}: error: cannot be {what}: {plain(problem.reason)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
