"""`dropout-lint fix`, `check --fix` and `--diff`: what they write, print and return."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint.fixes import writing
from tests.commands.running import BROKEN, WRONG, cli

SAFE = WRONG["KFD302"]
FIXED = SAFE.replace("trainble", "trainable")
# Its fix is safe for Keras 2, where a flag in the graph counts.
KEEP = ("--keras-version=3.15",)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(SAFE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("args", [("fix",), ("check", "--fix")])
def test_safe_fixes_are_written(args: tuple[str, ...]) -> None:
    assert cli(*args, "a.py") == (0, "1 finding fixed, none left in 1 file.\n", "")
    assert Path("a.py").read_text(encoding="utf-8") == FIXED
    assert cli(*args, "a.py") == (0, "No findings in 1 file.\n", "")


def test_check_says_what_is_fixable() -> None:
    done = cli("check", "a.py")
    assert "  = safe fix: Write trainable\n" in done.out
    assert done.out.endswith("1 finding in 1 of 1 file.\nFixable: 1 with --fix.\n")
    assert Path("a.py").read_text(encoding="utf-8") == SAFE


def test_unsafe_fixes_only_when_asked_for() -> None:
    Path("a.py").write_text(WRONG["KFD101"], encoding="utf-8")
    assert "1 with --fix --unsafe-fixes." in cli("check", *KEEP, "a.py").out
    done = cli("fix", *KEEP, "a.py")
    assert done.code == 1
    assert Path("a.py").read_text(encoding="utf-8") == WRONG["KFD101"]
    assert cli("fix", *KEEP, "--unsafe-fixes", "a.py").code == 0
    assert Path("a.py").read_text(encoding="utf-8") != WRONG["KFD101"]


@pytest.mark.parametrize("args", [("fix", "--diff"), ("check", "--diff"), ("check", "--fix", "--diff")])
def test_a_difference_is_printed_and_nothing_written(args: tuple[str, ...]) -> None:
    done = cli(*args, "a.py")
    assert done.code == 1
    assert done.out.startswith("--- a/a.py\n+++ b/a.py\n@@ ")
    assert "-base.trainble = False\n+base.trainable = False\n" in done.out
    assert done.err == "1 finding would be fixed, none left in 1 file.\n"
    assert Path("a.py").read_text(encoding="utf-8") == SAFE
    assert cli("fix", "--diff", "--exit-zero", "a.py").code == 0


@pytest.mark.parametrize("end", ["\n", ""])
def test_git_applies_the_difference(end: str) -> None:
    git = shutil.which("git")
    assert git is not None
    text = f"{SAFE.strip()}\nbase.trainble = False{end}"
    Path("a.py").write_text(text, encoding="utf-8")
    Path("d.patch").write_text(cli("fix", "--diff", "a.py").out, encoding="utf-8")
    subprocess.run([git, "apply", "d.patch"], check=True)
    assert Path("a.py").read_text(encoding="utf-8") == text.replace("trainble", "trainable")


def test_encoding_and_line_ends_are_kept() -> None:
    before = f"# coding: latin-1\n# é\n{SAFE}".replace("\n", "\r\n").encode("latin-1")
    Path("a.py").write_bytes(before)
    assert cli("fix", "a.py").code == 0
    assert Path("a.py").read_bytes() == before.replace(b"trainble", b"trainable")


def test_what_is_left_is_counted() -> None:
    Path("b.py").write_text(WRONG["KFD101"], encoding="utf-8")
    Path("c.py").write_text(BROKEN, encoding="utf-8")
    done = cli("fix", *KEEP, ".")
    assert "1 finding fixed, 1 left in 1 of 2 files. 1 file could not be checked.\nFixable: 1 " in done.out


def test_a_read_only_file_stays_as_it_is() -> None:
    Path("a.py").chmod(0o444)
    done = cli("fix", "a.py")
    assert (done.code, done.err) == (2, "a.py:1: error: cannot be written: it is read-only\n")
    assert Path("a.py").read_text(encoding="utf-8") == SAFE


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig"])
def test_standard_input_keeps_its_encoding(encoding: str, folder: Path) -> None:
    """Whatever that of the terminal is."""
    before = f"# coding: {encoding.removesuffix('-sig')}\n# é\n{SAFE}".encode(encoding)
    command = [sys.executable, "-m", "dropout_lint", "fix", "-"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        command, input=before, capture_output=True, cwd=folder, env=environment, check=False
    )
    assert (done.returncode, done.stdout) == (0, before.replace(b"trainble", b"trainable"))


def test_standard_input_that_cannot_be_decoded_comes_out_as_it_came(folder: Path) -> None:
    before = b"import keras  # \xe9\nkeras.trainable = False\n"
    command = [sys.executable, "-m", "dropout_lint", "fix", "-"]
    done = subprocess.run(command, input=before, capture_output=True, cwd=folder, check=False)
    assert (done.returncode, done.stdout) == (1, before)


def test_standard_input_gives_the_fixed_program() -> None:
    done = cli("fix", "-", stdin=SAFE)
    assert done == (0, FIXED, "1 finding fixed, none left in 1 file.\n")
    assert cli("fix", "-", stdin=FIXED).out == FIXED
    done = cli("fix", "-", stdin=BROKEN)
    assert (done.code, done.out) == (1, BROKEN)
    left = cli("fix", "--select=KFD1", "-", stdin=WRONG["KFD101"])
    assert (left.code, left.out) == (1, WRONG["KFD101"])
    assert "KFD101" in left.err
    assert cli("fix", "-", stdin=SAFE.replace("\n", "\r\n")).out == FIXED.replace("\n", "\r\n")
    assert cli("fix", "--diff", "-", stdin=SAFE).out.startswith("--- a/-\n+++ b/-\n")


@pytest.mark.parametrize("change", ["  # noqa", "  # noqa: KFD302"])
def test_what_is_silenced_is_not_fixed(change: str) -> None:
    silenced = SAFE.replace("base.trainble = False", f"base.trainble = False{change}")
    Path("a.py").write_text(silenced, encoding="utf-8")
    assert cli("fix", "a.py").code == 0
    assert Path("a.py").read_text(encoding="utf-8") == silenced
    assert cli("fix", "--disable-noqa", "a.py").out.startswith("1 finding fixed,")


def test_what_is_not_selected_is_not_fixed() -> None:
    assert cli("fix", "--ignore=KFD302", "a.py").code == 0
    assert Path("a.py").read_text(encoding="utf-8") == SAFE


def test_a_file_that_cannot_be_written_is_2_and_keeps_its_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(original: writing.Original, text: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(writing, "write", refuse)
    done = cli("fix", "a.py")
    assert done.code == 2
    assert done.err == "a.py:1: error: cannot be written: Permission denied\n"
    assert "KFD302" in done.out


def test_notebooks() -> None:
    cells = [SAFE, "base.trainble = False  # noqa"]
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    before = json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    Path("n.ipynb").write_text(before, encoding="utf-8")
    after = before.replace("base.trainble = False\\n", "base.trainable = False\\n")
    assert after != before
    assert cli("fix", "-", "--stdin-filename=n.ipynb", stdin=before).out == after
    assert cli("fix", "--diff", "n.ipynb").out.startswith("--- a/n.ipynb\n+++ b/n.ipynb\n")
    assert cli("fix", "n.ipynb").out == "1 finding fixed, none left in 1 file.\n"
    assert Path("n.ipynb").read_text(encoding="utf-8") == after


def test_many_files_in_processes() -> None:
    for number in range(8):
        Path(f"{number}.py").write_text(SAFE, encoding="utf-8")
    assert cli("fix", "-j2", ".").out == "9 findings fixed, none left in 9 files.\n"
