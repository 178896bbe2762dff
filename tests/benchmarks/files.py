"""The files that are measured."""

from __future__ import annotations

import random
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from dropout_lint.api import MAX_CHARACTERS, MAX_LINES
from dropout_lint.source.prefilter import may_concern

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


def candidates(folder: Path, at_most: int) -> tuple[list[Text], float]:
    """Files that the prefilter lets pass, drawn at random, and the share that it lets pass."""
    everything = list(texts(folder))
    passed = [one for one in everything if may_concern(one.text) and _is_analysed(one)]
    share = len(passed) / len(everything) if everything else 0.0
    random.Random(6).shuffle(passed)
    return passed[:at_most], share


def _is_analysed(one: Text) -> bool:
    return len(one.text) <= MAX_CHARACTERS and one.lines <= MAX_LINES


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
