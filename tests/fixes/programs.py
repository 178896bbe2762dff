"""The programs whose fixes are tested: scripts, notebooks and files of projects."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dropout_lint import Edit, Finding, Place, Settings, lint_notebook, lint_source
from dropout_lint.fixes.applying import Fixed, fixed_source
from dropout_lint.fixes.editing import edited
from dropout_lint.fixes.notebooks import edited_notebook, fixed_notebook
from dropout_lint.judging import histories
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.source.magics import ANYTHING
from dropout_lint.source.notebook import read_notebook
from dropout_lint.source.reading import program_of
from tests.fixture_files import PROJECTS, Fixture, Line
from tests.oracle import Oracle


@dataclass(frozen=True)
class Program:
    """A program with faults: a script, a fixture's or a rule's wrong example.

    Args:
        name: what tests call it, and how findings name it.
        text: the content of the file that is linted and fixed.
        kerases: those it is for.
        opt_in: the opt-in rules that are on.
    """

    name: str
    text: str
    kerases: tuple[str, ...]
    opt_in: frozenset[str]

    @property
    def filename(self) -> str:
        return self.name

    def settings(self, keras: str) -> Settings:
        return Settings(keras_version=keras, opt_in=self.opt_in)

    def findings(self, keras: str) -> list[Finding]:
        """What the linter says of it under one Keras."""
        return lint_source(self.text, self.filename, self.settings(keras))

    def has_ways(self, keras: str) -> bool:
        """Whether there is more than one way through it, as far as the linter knows."""
        told = histories(program_of(self.text, self.filename), behaviours(keras))
        return any(sum(trace.whole_program for trace in history.traces) > 1 for history in told)

    def edited(self, edits: Iterable[Edit]) -> str:
        """Its text after edits."""
        return edited(self.text, edits)

    def fixed(self, keras: str) -> Fixed:
        """What comes of it when all fixes are applied."""
        return fixed_source(self.text, self.filename, self.settings(keras), unsafe=True)

    def script(self) -> str:
        """What Python would run."""
        return self.text

    def line(self, place: Place) -> Line:
        """How the tables of the oracle call the line of a place."""
        return place.line

    def run(self, oracle: Oracle) -> dict[str, Any]:
        """What Keras does with it."""
        table: dict[str, Any] = oracle.run_source(self.script())
        return table


@dataclass(frozen=True)
class Notebook(Program):
    """A notebook; it is run as the script that its cells make."""

    def findings(self, keras: str) -> list[Finding]:
        return lint_notebook(self.text, self.filename, self.settings(keras))

    def edited(self, edits: Iterable[Edit]) -> str:
        return edited_notebook(self.text, edits)

    def fixed(self, keras: str) -> Fixed:
        return fixed_notebook(self.text, self.filename, self.settings(keras), unsafe=True)

    def script(self) -> str:
        # Outside of Jupyter a magic has no value.
        return program_of(self.text, self.filename).text.replace(ANYTHING, '""')

    def line(self, place: Place) -> Line:
        return place.line + sum(self._lengths[: place.cell - 1])

    @cached_property
    def _lengths(self) -> list[int]:
        return [cell.source.count("\n") + 1 for cell in read_notebook(self.text).cells]


@dataclass(frozen=True)
class ProjectFile(Program):
    """One file of a project, whose other files are read from the disk. The project is run by its main.py."""

    path: Path

    @property
    def filename(self) -> str:
        return str(self.path)

    @property
    def _project(self) -> Path:
        return PROJECTS / self.path.relative_to(PROJECTS).parts[0]

    def line(self, place: Place) -> Line:
        inside = Path(place.path).relative_to(self._project).as_posix()
        return place.line if inside == "main.py" else f"{inside}:{place.line}"

    def run(self, oracle: Oracle) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="fixed-project-") as folder:
            copy = Path(shutil.copytree(self._project, Path(folder, self._project.name)))
            (copy / self.path.relative_to(self._project)).write_text(self.text, encoding="utf-8")
            table: dict[str, Any] = oracle.run(copy / "main.py")
            return table


def programs_of(fixture: Fixture) -> list[Program]:
    """A fixture's files that have findings."""
    kind = (fixture.kerases, fixture.opt_in)
    if PROJECTS not in fixture.path.parents:
        made = Notebook if fixture.path.suffix == ".ipynb" else Program
        return [made(fixture.name, fixture.path.read_text(encoding="utf-8"), *kind)]
    return [
        ProjectFile(f"projects/{file.relative_to(PROJECTS)}", file.read_text(encoding="utf-8"), *kind, file)
        for file in fixture.files
        if "# expect:" in file.read_text(encoding="utf-8")
    ]
