"""On a real terminal: colours, a progress bar where there is much to do, nothing of it elsewhere."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.commands.running import WRONG


def on_terminal(args: list[str], cwd: Path, **env: str) -> tuple[str, str]:
    """What a run prints on a terminal: to standard output, and to standard error."""
    command = [sys.executable, "-m", "dropout_lint", *args]
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "CI")}
    environment = clean | {"TERM": "xterm-256color", **env}
    ends = [pty.openpty(), pty.openpty()]
    read = [b"", b""]

    def collect(number: int) -> None:
        while True:
            try:
                data = os.read(ends[number][0], 65536)
            except OSError:  # how Linux says that nobody writes any more
                return
            if not data:
                return
            read[number] += data

    with subprocess.Popen(command, cwd=cwd, env=environment, stdout=ends[0][1], stderr=ends[1][1]) as running:
        for _, end in ends:
            os.close(end)
        readers = [threading.Thread(target=collect, args=[number]) for number in range(2)]
        for reader in readers:
            reader.start()
        running.wait(timeout=120)
        for reader in readers:
            reader.join()
    for end, _ in ends:
        os.close(end)
    return read[0].decode(), read[1].decode()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    for number in range(24):
        (tmp_path / f"{number}.py").write_text(WRONG["KFD103"], encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_progress_bar_shows_on_the_error_stream(jobs: str, many: Path) -> None:
    out, err = on_terminal(["check", f"-j{jobs}", "--output-format=json", "."], many)
    assert "Checking" in err
    assert "100%" in err
    assert "Checking" not in out
    assert '"KFD103"' in out


def test_no_progress_bar_for_a_few_files(many: Path) -> None:
    _, err = on_terminal(["check", "1.py", "2.py"], many)
    assert err == ""


def test_colours(many: Path) -> None:
    assert "\x1b[1;31mKFD103" in on_terminal(["check", "1.py"], many)[0]
    assert "\x1b" not in on_terminal(["check", "--no-color", "1.py"], many)[0]
    assert "\x1b" not in on_terminal(["check", "1.py"], many, NO_COLOR="1")[0]
    for command in (["rules"], ["explain", "KFD101"], ["show", "1.py"]):
        assert "\x1b[" in on_terminal(command, many)[0]
        assert "\x1b" not in on_terminal([*command, "--no-color"], many)[0]


def test_what_is_in_a_file_does_not_steer_the_terminal(tmp_path: Path) -> None:
    """Also in a difference, which is exact where a program reads it."""
    (tmp_path / "a.py").write_text(f"# \x1b]0;owned\x07\n{WRONG['KFD106']}")
    for command in (["fix", "--diff", "--unsafe-fixes", "a.py"], ["check", "--no-color", "a.py"]):
        out, _ = on_terminal(command, tmp_path)
        assert "KFD106" in out or "+++ b/a.py" in out
        assert not {"\x1b", "\x07"} & set(out)
