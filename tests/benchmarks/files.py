"""The files that are measured."""

from __future__ import annotations

import random
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

from dropout_lint import Settings
from dropout_lint.api import MAX_CHARACTERS, MAX_LINES
from dropout_lint.linter import lint_file
from dropout_lint.screening.text import may_concern
from dropout_lint.source.text import SourceFile

REPOSITORY = Path(__file__).parents[2]
FIXTURES = REPOSITORY / "fixtures"


@dataclass(frozen=True, slots=True)
class Text:
    """A file and what is in it."""

    path: Path
    text: str

    @property
    def lines(self) -> int:
        return self.text.count("\n")


def package(name: str) -> Path:
    """The folder of an installed package; it is found, not imported."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"the package {name} is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


def texts(folder: Path) -> Iterator[Text]:
    """The Python files under a folder that can be read, in order."""
    return read(sorted(folder.rglob("*.py")))


def read(paths: Iterable[Path]) -> Iterator[Text]:
    """Those of the files that can be read."""
    for path in paths:
        try:
            with tokenize.open(path) as stream:
                yield Text(path, stream.read())
        except (OSError, SyntaxError, UnicodeDecodeError):
            continue


@dataclass(frozen=True, slots=True)
class Candidates:
    """The files of a folder that cost something.

    Args:
        files: how many there are.
        passed: those that the prefilter lets pass.
        run: those of them that the interpreter runs; the others are put aside on the way to it.
    """

    files: int
    passed: list[Text]
    run: list[Text]


def candidates(folder: Path) -> Candidates:
    """The candidates under a folder, in an order drawn at random."""
    everything = list(texts(folder))
    passed = [one for one in everything if _passes(one)]
    random.Random(6).shuffle(passed)
    return Candidates(len(everything), passed, [one for one in passed if _is_run(one)])


def _passes(one: Text) -> bool:
    small = len(one.text) <= MAX_CHARACTERS and one.lines <= MAX_LINES
    return small and may_concern(one.text, one.path)


class _Run(Exception):
    """The interpreter was asked to run a program."""


def _is_run(one: Text) -> bool:
    """Whether linting a file comes as far as running it."""
    with mock.patch("dropout_lint.judging.run_roots", side_effect=_Run):
        try:
            lint_file(SourceFile(str(one.path), one.text), Settings())
        except _Run:
            return True
        except SyntaxError:
            return False
    return False


def changed(text: str, count: Iterator[int]) -> str:
    """The same program with a constant that no other text has."""
    return f"{text}\n_ = {next(count)}\n"


def without_tests(folder: Path) -> list[Path]:
    """The Python files of a package that are not its tests."""
    return [path for path in sorted(folder.rglob("*.py")) if not _is_test(path.relative_to(folder).parts)]


def _is_test(parts: Iterable[str]) -> bool:
    return any(
        part in ("test", "tests", "idlelib", "site-packages")
        or part.startswith("test_")
        or part.endswith("_test.py")
        for part in parts
    )
