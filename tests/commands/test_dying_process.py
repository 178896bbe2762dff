"""A process that dies of a file costs that file, not the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import WRONG

BAD = ("bad1.py", "train05_bad.py")
# The linter knows no file that does this to it. Processes are forked, so that they have what is patched.
DRIVER = """\
import os, signal, sys
from dropout_lint import cli
from dropout_lint.cache import results
from dropout_lint.commands import check
check_file = check.check_file
def dying(path, *arguments, **named):
    if "bad" in path:
        os.kill(os.getpid(), getattr(signal, sys.argv[1]))
    return check_file(path, *arguments, **named)
check.check_file = results.check_file = dying
sys.exit(cli.main(["check", "-j2", "--output-format", "concise", "."]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="where processes are forked")
@pytest.mark.parametrize("how", ["SIGSEGV", "SIGKILL"])
def test_the_others_are_reported_and_it_is_named(how: str, tmp_path: Path) -> None:
    good = [f"train{n:02}.py" for n in range(14)]
    for name in [*good, *BAD]:
        (tmp_path / name).write_text(WRONG["KFD101"], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, how],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == good
    assert all(": KFD101 " in line for line in done.stdout.splitlines())
    reason = "cannot be analysed: the process that did it has died"
    assert done.stderr.splitlines() == [f"{name}:1: error: {reason}" for name in BAD]
    assert done.returncode == 1
