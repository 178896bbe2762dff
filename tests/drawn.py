"""Which tests the plain run takes: all that cost little, and of the costly kinds those that the commit draws.

`pytest` takes a few minutes: what executes Keras, or repeats one question over every fixture, is drawn by the
hash of the commit's files, so each commit asks other cases, and anybody who has it can draw the same.
`pytest --whole` runs everything, `pytest --rest` what the plain run leaves out. Where files, `-k` or `-m` say
what to run, nothing is left out. DROPOUT_LINT_SEED draws by another number, "fresh" by a new one.
"""

from __future__ import annotations

import os
import random
import subprocess
import zlib
from contextlib import suppress
from pathlib import Path

import pytest

# The share of the tests of a file, or of a folder, that the plain run takes. Those that are not
# parametrised always run.
SHARES = {
    "tests/commands/test_same_findings.py": 0.3,
    "tests/commands/test_trying.py": 0.5,
    "tests/fixes/test_execution.py": 0.25,
    "tests/fixes/test_fixes.py": 0.25,
    "tests/fixes/test_notebooks.py": 0.25,
    "tests/integration/": 0.4,
    "tests/keras/test_wirings.py": 0.3,
    "tests/metamorphic/": 0.25,
    "tests/mutation/": 0.25,
    "tests/oracle/": 0.3,
    "tests/robustness/": 0.3,
    "tests/test_rule_pages.py": 0.3,
    "tests/test_tables.py": 0.2,
}
# Tests that draw their own cases, fewer in the plain run: the rest has them once more, with all.
_DRAWING = ("tests/differential/",)
_SEED = "DROPOUT_LINT_SEED"
_MODE = "DROPOUT_LINT_TESTS"


def add_options(parser: pytest.Parser) -> None:
    """`--whole` and `--rest`."""
    parser.addoption("--whole", action="store_true", help="run every test, not only those that are drawn")
    parser.addoption("--rest", action="store_true", help="run only what a run without options leaves out")


def configure(config: pytest.Config) -> None:
    """Settles what is run, for this process and for those that it starts: they must draw the same."""
    os.environ.setdefault(_SEED, str(seed()))
    if _MODE not in os.environ:
        named = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
        chosen = named or config.option.keyword or config.option.markexpr or config.option.whole
        os.environ[_MODE] = "rest" if config.option.rest else "whole" if chosen else "drawn"


def seed() -> int:
    """The number by which everything is drawn: DROPOUT_LINT_SEED, else the hash of the commit's files."""
    given = os.environ.get(_SEED) or _tree()
    return random.SystemRandom().randrange(1_000_000) if given == "fresh" else int(given) % 1_000_000


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes out of a collection what the plain run leaves out, or all but that; says how many."""
    mode = os.environ[_MODE]
    if mode == "whole":
        return
    again = [item for item in items if mode == "rest" and item.nodeid.startswith(_DRAWING)]
    left_out = [item for item in items if _is_drawn(item) is (mode == "rest") and item not in again]
    if left_out:
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
        config.hook.pytest_deselected(items=left_out)


def count(whole: int, drawn: int) -> int:
    """How many cases a test that makes its own looks at."""
    return drawn if os.environ.get(_MODE) == "drawn" else whole


def summary() -> str:
    """One line on what was run."""
    said = {
        "drawn": "of the costly kinds the tests drawn by this number ran: all of them with --whole",
        "rest": "what a run without options leaves out ran",
        "whole": "everything that was named ran",
    }
    return f"{_SEED}={os.environ[_SEED]}: {said[os.environ[_MODE]]}"


def _is_drawn(item: pytest.Item) -> bool:
    share = next((part for start, part in SHARES.items() if item.nodeid.startswith(start)), 1.0)
    if share == 1.0 or "[" not in item.nodeid:
        return True
    return zlib.crc32(f"{os.environ[_SEED]} {item.nodeid}".encode()) < share * 2**32


def _tree() -> str:
    """A number that stands for the files of the commit; "fresh" outside of a repository."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD^{tree}"]
    with suppress(OSError):
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode == 0:
            return str(int(done.stdout.strip(), 16))
    return "fresh"
