"""The runnable programs under fixtures/ and what each expects, written in the programs themselves.

A trailing comment says which rule reports that line, and under which Kerases:

    x = base(inputs)  # expect: KFD101
    x = base(inputs, training=False)  # expect: KFD102 [3.15], KFD202 [3.16]

A header line `# keras: 3.15, 3.16` names the Kerases that the program is for; without one, all.
A header line `# opt-in: KFD105` switches a rule on that is off by default.

A program is a script, a notebook (its cells, in order, are the program), or a folder under
fixtures/projects/ with a `main.py` and the modules that it imports. Every file of a project has its own
marks: what is reported there when that file is linted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dropout_lint import Settings, lint_path
from dropout_lint.source.cells import notebook
from dropout_lint.source.magics import ANYTHING
from dropout_lint.source.notebook import read_notebook

FOLDER = Path(__file__).resolve().parents[1] / "fixtures"
PROJECTS = FOLDER / "projects"
KERASES = ("2", "3.15", "3.16")

_HEADER = re.compile(r"^# keras: *(?P<list>[\d., ]+)$", re.MULTILINE)
_OPT_IN = re.compile(r"^# opt-in: *(?P<list>[KFD\d, ]+)$", re.MULTILINE)
_MARKER = re.compile(r"# expect: (?P<list>.+)$")
_CODE = re.compile(r"(KFD\d{3})(?: *\[([\d., ]+)\])?")


# As in the oracle's tables: a number in the program itself, "name.py:12" in another file of it.
Line = int | str


@dataclass(frozen=True)
class Fixture:
    """One program.

    Args:
        path: its file; of a project, `main.py`.
        kerases: the Kerases it is executed and linted for.
        opt_in: the opt-in rules that are on for it.
        expected: for each Keras the (line, code) pairs, sorted.
    """

    path: Path
    kerases: tuple[str, ...]
    expected: dict[str, list[tuple[Line, str]]]
    opt_in: frozenset[str]

    @property
    def name(self) -> str:
        return self.path.relative_to(FOLDER).as_posix()

    @cached_property
    def text(self) -> str:
        """The program; of a project, the main file's."""
        return _program(self.path)

    @property
    def files(self) -> list[Path]:
        """Every Python file of a project, the main file first; of another program, its only file."""
        return _files(self.path)

    def lint(self, keras: str) -> list[tuple[Line, str]]:
        """The findings of all its files, as (line, code), sorted."""
        settings = Settings(keras_version=keras, opt_in=self.opt_in)
        found: list[tuple[Line, str]] = []
        for file in self.files:
            starts = _starts(file)
            for finding in lint_path(file, settings):
                line = starts[finding.place.cell] + finding.place.line
                found.append((_line(self.path, file, line), finding.code))
        return sorted(found, key=str)

    def run(self, oracle: Any) -> dict[str, Any]:
        """The oracle's table of the program; a notebook is run as the script that its cells make."""
        if self.path.suffix == ".ipynb":
            # Outside of Jupyter a magic has no value.
            table: dict[str, Any] = oracle.run_source(self.text.replace(ANYTHING, '""'))
        else:
            table = oracle.run(self.path)
        return table


def read(path: Path) -> Fixture:
    """Reads a program's expectations.

    Raises:
        ValueError: a marker is malformed or names a Keras the program is not for.
    """
    text = _program(path)
    header = _HEADER.search(text)
    kerases = _list(header["list"]) if header else KERASES
    expected: dict[str, list[tuple[Line, str]]] = {keras: [] for keras in kerases}
    for file in _files(path):
        for number, line in enumerate(_program(file).splitlines(), 1):
            marker = _MARKER.search(line)
            if marker is not None:
                for keras, code in _marks(marker["list"], kerases, f"{file}:{number}"):
                    expected[keras].append((_line(path, file, number), code))
    opt_in = _OPT_IN.search(text)
    codes = frozenset(_list(opt_in["list"])) if opt_in else frozenset()
    return Fixture(path, kerases, {keras: sorted(pairs, key=str) for keras, pairs in expected.items()}, codes)


def all_fixtures() -> list[Fixture]:
    """Every program that is a script, in order of its name."""
    return [read(path) for path in sorted(FOLDER.rglob("*.py")) if PROJECTS not in path.parents]


def all_programs() -> list[Fixture]:
    """Every script, notebook and project."""
    others = [*sorted(FOLDER.rglob("*.ipynb")), *sorted(PROJECTS.glob("*/main.py"))]
    return [*all_fixtures(), *(read(path) for path in others)]


def _marks(text: str, kerases: tuple[str, ...], where: str) -> Iterator[tuple[str, str]]:
    """(Keras, code) of one marker."""
    if rest := _CODE.sub("", text).strip(" ,"):
        raise ValueError(f"{where}: not a marker: {rest!r}")
    for code, only in _CODE.findall(text):
        for keras in _list(only) if only else kerases:
            if keras not in kerases:
                raise ValueError(f"{where}: {keras} is not among the program's Kerases")
            yield keras, code


def _files(path: Path) -> list[Path]:
    if PROJECTS not in path.parents:
        return [path]
    return [path, *(file for file in sorted(path.parent.rglob("*.py")) if file != path)]


def _program(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    return notebook(str(path), [cell.source for cell in read_notebook(text).cells]).text


def _starts(path: Path) -> list[int]:
    """For each cell, from 1, the number of lines of the program before it; 0 for what is in no cell."""
    starts = [0, 0]
    if path.suffix == ".ipynb":
        for cell in read_notebook(path.read_text(encoding="utf-8")).cells:
            starts.append(starts[-1] + cell.source.count("\n") + 1)
    return starts


def _line(program: Path, file: Path, number: int) -> Line:
    return number if file == program else f"{file.relative_to(program.parent).as_posix()}:{number}"


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
