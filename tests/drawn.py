"""Which tests the plain run takes: all that cost little, and of the costly kinds those that the commit draws.

`pytest` takes a few minutes: what executes Keras, or repeats one question over every fixture, is drawn by the
hash of the commit's files, so each commit asks other cases, and anybody who has it can draw the same.
`pytest --whole` runs everything, `pytest --rest` what the plain run leaves out, `pytest --more` a share of
that, for machines that check each commit. Where files, `-k` or `-m` say what to run, nothing is left out.
DROPOUT_LINT_SEED draws by another number, "fresh" by a new one.
"""

from __future__ import annotations

import os
import random
import subprocess
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest

_Case = TypeVar("_Case")

# The share of the tests of a file, or of a folder, that the plain run takes. Those that are not
# parametrised always run.
SHARES = {
    "tests/commands/test_same_findings.py": 0.1,
    "tests/commands/test_trying.py": 0.5,
    "tests/fixes/test_execution.py": 0.1,
    "tests/fixes/test_fixes.py": 0.08,
    "tests/fixes/test_notebooks.py": 0.1,
    "tests/integration/": 0.25,
    "tests/interpreter/test_states.py": 0.1,
    "tests/keras/test_saved_by_another_program.py": 0.3,
    "tests/keras/test_wirings.py": 0.1,
    "tests/metamorphic/": 0.1,
    "tests/mutation/": 0.1,
    "tests/oracle/": 0.08,
    "tests/robustness/": 0.25,
    "tests/safety/test_same_bytes.py": 0.2,
    "tests/source/test_notebook.py": 0.2,
    "tests/test_rule_pages.py": 0.1,
    "tests/test_tables.py": 0.05,
}
# Tests that draw their own cases, fewer in the plain run: the rest has them once more, with all.
_DRAWING = (
    "tests/differential/",
    "tests/commands/test_trying.py",
    "tests/fuzzing/test_fuzzing.py",
    "tests/integration/test_language_server.py::test_every_fixture",
    "tests/integration/test_notebook_routes.py",
    "tests/reproducing/",
    "tests/test_runtime.py",
    "tests/test_unknowns.py::test_what_is_not_known_is_never_said_to_be_none",
)
# The share of the rest that `--more` takes.
_MORE = 0.1
_SEED = "DROPOUT_LINT_SEED"
_MODE = "DROPOUT_LINT_TESTS"


def add_options(parser: pytest.Parser) -> None:
    """`--whole`, `--rest` and `--more`."""
    parser.addoption("--whole", action="store_true", help="run every test, not only those that are drawn")
    parser.addoption("--rest", action="store_true", help="run only what a run without options leaves out")
    parser.addoption("--more", action="store_true", help="run a share of what --rest would run")


def configure(config: pytest.Config) -> None:
    """Settles what is run, for this process and for those that it starts: they must draw the same."""
    os.environ.setdefault(_SEED, str(seed()))
    if _MODE not in os.environ:
        named = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
        chosen = named or config.option.keyword or config.option.markexpr or config.option.whole
        asked = "rest" if config.option.rest else "more" if config.option.more else None
        os.environ[_MODE] = asked or ("whole" if chosen else "drawn")


def seed() -> int:
    """The number by which everything is drawn: DROPOUT_LINT_SEED, else the hash of the commit's files."""
    given = os.environ.get(_SEED) or _tree()
    return random.SystemRandom().randrange(1_000_000) if given == "fresh" else int(given) % 1_000_000


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes out of a collection what the plain run leaves out, or all but that; says how many."""
    mode = os.environ[_MODE]
    if mode == "whole":
        return
    left_out = [item for item in items if not _is_wanted(item, mode)]
    if left_out:
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
        config.hook.pytest_deselected(items=left_out)


def count(whole: int, drawn: int) -> int:
    """How many cases a test that makes its own looks at."""
    return whole if _is_whole() else drawn


def some(cases: Iterable[_Case], drawn: int) -> list[_Case]:
    """The cases of a test that asks one question of each: all of them, or so many that are drawn."""
    listed = list(cases)
    if _is_whole() or len(listed) <= drawn:
        return listed
    chosen = random.Random(seed()).sample(range(len(listed)), drawn)
    return [listed[number] for number in sorted(chosen)]


def _is_whole() -> bool:
    return os.environ.get(_MODE) not in ("drawn", "more")


def summary() -> str:
    """One line on what was run."""
    said = {
        "drawn": "of the costly kinds the tests drawn by this number ran: all of them with --whole",
        "rest": "what a run without options leaves out ran",
        "more": "of what a run without options leaves out a share ran: all of it with --rest",
        "whole": "everything that was named ran",
    }
    return f"{_SEED}={os.environ[_SEED]}: {said[os.environ[_MODE]]}"


def _is_wanted(item: pytest.Item, mode: str) -> bool:
    if mode == "drawn":
        return _is_drawn(item)
    if mode == "rest":
        return not _is_drawn(item) or item.nodeid.startswith(_DRAWING)
    return not _is_drawn(item) and _chance(f"more {item.nodeid}") < _MORE


def _is_drawn(item: pytest.Item) -> bool:
    share = next((part for start, part in SHARES.items() if item.nodeid.startswith(start)), 1.0)
    if share == 1.0 or "[" not in item.nodeid:
        return True
    return _chance(item.nodeid) < share


def _chance(name: str) -> float:
    """A number from 0 to 1 that the seed and a name settle."""
    return zlib.crc32(f"{os.environ[_SEED]} {name}".encode()) / 2**32


def _tree() -> str:
    """A number that stands for the files of the commit; "fresh" outside of a repository."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD^{tree}"]
    with suppress(OSError):
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode == 0:
            return str(int(done.stdout.strip(), 16))
    return "fresh"
