"""Programs of several files, and notebooks: written to a folder of their own, and linted by path."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dropout_lint import Settings, lint_path
from dropout_lint.source.notebook import read_notebook
from tests.metamorphic.relation import Files

Verdict = list[tuple[int, str]]


@contextmanager
def written(files: Files) -> Iterator[Path]:
    """The files in a project folder; gives the main file."""
    with tempfile.TemporaryDirectory(prefix="metamorphic-") as folder:
        for name, text in {"pyproject.toml": "[project]\nname = 'program'\n", **files}.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield Path(folder, next(iter(files)))


def lint_files(files: Files, settings: Settings) -> dict[str, Verdict]:
    """For each file its findings as (line, code); lines of a notebook as of its cells joined."""
    with written(files) as main:
        return {name: _lint(main.parent / name, text, settings) for name, text in files.items()}


def shown(name: str, text: str) -> str:
    """A file's program: of a notebook, the text of its cells."""
    return "\n".join(cell.source for cell in read_notebook(text).cells) if name.endswith(".ipynb") else text


def _lint(path: Path, text: str, settings: Settings) -> Verdict:
    starts = [0, 0]
    if path.suffix == ".ipynb":
        for cell in read_notebook(text).cells:
            starts.append(starts[-1] + cell.source.count("\n") + 1)
    found = lint_path(path, settings)
    return sorted((starts[finding.place.cell] + finding.place.line, finding.code) for finding in found)
