"""The programs that are built for findings: the linter says the same of them, and Keras shows it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.commands import trying
from dropout_lint.rules import RULES
from tests.commands.running import cli
from tests.drawn import count
from tests.fixture_files import FOLDER
from tests.reproducing.__main__ import LEAST, executed
from tests.reproducing.cases import KERASES, Case, cases, drawn, texts

_EVERYTHING = frozenset(rule.code for rule in RULES)
# The code of a program in small may be its neighbour's: the same fact in other words.
_NEIGHBOURS = {"KFD101": {"KFD106"}, "KFD104": {"KFD303"}}


def _codes(text: str, keras: str) -> set[str]:
    found = lint_source(text, "program.py", Settings(keras_version=keras, opt_in=_EVERYTHING))
    return {finding.code for finding in found}


@pytest.mark.parametrize("keras", KERASES)
def test_the_linter_says_of_them_what_it_said_of_the_program(keras: str) -> None:
    found = list(cases(keras, drawn(count(10_000, 25))))
    built = [case for case in found if case.made is not None]
    assert len(built) >= LEAST * len(found) - 2  # a few cannot be, and say why
    assert all(case.why for case in found if case.made is None)
    same = [case for case in built if _is_the_same(case)]
    assert len(same) >= 0.97 * len(built) - 1, [c.name for c in built if not _is_the_same(c)]


def _is_the_same(case: Case) -> bool:
    assert case.made is not None
    shown, cured = _codes(case.made.shown.text, case.keras), _codes(case.made.cured.text, case.keras)
    return bool(shown & {case.code, *_NEIGHBOURS.get(case.code, ())}) and case.code not in cured


@pytest.mark.keras
@pytest.mark.parametrize("keras", KERASES)
def test_keras_shows_what_the_findings_claim(keras: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "")
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "1")
    found = list(cases(keras, drawn(count(60, 8))))
    seen = executed(texts(found), keras)
    assert [(case.name, case.code, case.faults(seen)) for case in found if case.faults(seen)] == []


def _process(*arguments: str, keras: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(FOLDER.parent),
        "TF_USE_LEGACY_KERAS": "1" if keras == "2" else "0",
    }
    command = [sys.executable, "-m", "dropout_lint", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=900
    )


@pytest.mark.keras
@pytest.mark.parametrize("keras", KERASES)
def test_a_finding_is_seen_and_its_program_kept(keras: str, tmp_path: Path) -> None:
    bomb = "import pathlib\npathlib.Path('run').touch()\n"  # the program itself is never run
    text = bomb + next(rule.wrong for rule in RULES if rule.code == "KFD101")
    Path(tmp_path, "train.py").write_text(text, encoding="utf-8")
    done = _process("explain", "train.py:14", "--run", "--write", "small.py", keras=keras, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    said = r"As said: in the run of line \d+, Dropout \(line \d+\) is {}\."
    active, off = said.format("active"), said.format("off")
    assert len(re.findall(active, done.stdout)) == len(re.findall(off, done.stdout)) == 1, done.stdout
    assert f"Keras {keras}" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.py", "train.py"]
    assert "KFD101" in Path(tmp_path, "small.py").read_text("utf-8").splitlines()[0]
    assert "KFD101" in _codes(Path(tmp_path, "small.py").read_text("utf-8"), keras)


def test_without_keras_the_program_is_printed_and_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(trying, "find_spec", lambda name: None)
    monkeypatch.chdir(tmp_path)
    path = FOLDER / "freezing" / "constructor_keyword.py"
    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "# expect" in text)
    done = cli("explain", f"{path}:{line}", "--run", "--write", "small.py")
    assert done.code == 0
    assert "layers.LSTM(8, " in done.out
    assert done.out.count("Not executed: no TensorFlow is installed beside dropout-lint.") == 2
    again = cli("explain", f"{path}:{line}", "--run", "--write", "small.py")
    assert again.code == 2  # what is there is not overwritten
    assert "small.py" in again.err


def test_what_cannot_be_built_says_why() -> None:
    path = FOLDER / "layers" / "rate_by_epoch.py"
    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "# expect" in text)
    done = cli("explain", f"{path}:{line}", "--run")
    assert done.code == 0
    assert "No small program shows it: what a callback changes within one fit()" in done.out


def test_what_is_asked_for_in_vain() -> None:
    assert cli("explain", "KFD101", "--write", "x.py").code == 2
    assert cli("explain", "KFD101", "--run", "--write", "x.py").code == 2
    path = FOLDER / "freezing" / "constructor_keyword.py"
    assert cli("explain", f"{path}:1", "--run").code == 2
