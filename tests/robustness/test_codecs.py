"""Every codec that Python ships, declared by a file: the file itself, and one that it imports."""

from __future__ import annotations

import ast
import encodings
import pkgutil
import re
import subprocess
import sys
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from dropout_lint import lint_path
from dropout_lint.flake8_plugin import DropoutLintPlugin
from dropout_lint.rules import RULES
from tests.commands.running import cli

WRONG = RULES[0].wrong
CODECS = sorted(
    module.name for module in pkgutil.iter_modules(encodings.__path__) if module.name != "aliases"
)
# What is ASCII in these is not what it says, or they are none for text.
_NO_PYTHON = {
    "base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec",
    "idna", "mbcs", "oem", "punycode", "undefined",
    "cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140",
    "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le",
}  # fmt: skip
_MODEL, _, _TRAINING = WRONG.partition("base.trainable = False\n")


def _program(codec: str) -> str:
    return f"# coding: {codec}\n{WRONG}"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in each encoding, and one that imports a module in it."""
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text('[project]\ndependencies = ["keras==3.15"]\n')
    for codec in CODECS:
        Path(f"own_{codec}.py").write_text(_program(codec))
        Path(f"model_{codec}.py").write_text(f"# coding: {codec}\n{_MODEL}")
        Path(f"train_{codec}.py").write_text(
            f"from model_{codec} import *\nbase.trainable = False\n{_TRAINING}"
        )
    return tmp_path


def test_there_are_many() -> None:
    assert len(CODECS) > 110
    assert set(CODECS) >= _NO_PYTHON


def test_the_command_line(project: Path) -> None:
    """Each file has its finding, or an error with a reason; none ends the run."""
    done = cli("check", "--output-format=concise", "-j1", *sorted(Path().glob("own_*.py")))
    assert done.code == 1
    said = {line.split(":")[0]: line for line in (done.out + done.err).splitlines()}
    for codec in CODECS:
        line = said.get(f"own_{codec}.py", "")
        if codec not in _NO_PYTHON:
            assert "KFD101" in line, codec
        elif line:  # else what it says is another program
            assert re.search(r"error: cannot be parsed: .{10}", line), line
    assert all(f"own_{codec}.py" in said for codec in ("rot_13", "undefined", "idna", "hex_codec", "utf_16"))


def test_the_functions(project: Path) -> None:
    for codec in CODECS:
        importer = Path(f"train_{codec}.py")
        lines = importer.read_text().splitlines(keepends=True)
        found = [text for _, _, text, _ in DropoutLintPlugin(ast.Module([], []), lines, str(importer)).run()]
        assert codec in _NO_PYTHON or (len(found) == 1 and found[0].startswith("KFD101"))
        codes: list[str] = []
        with suppress(SyntaxError) if codec in _NO_PYTHON else nullcontext():
            codes = [finding.code for finding in lint_path(f"own_{codec}.py")]
        assert codec in _NO_PYTHON or codes == ["KFD101"]


def test_what_could_not_be_imported_is_said(project: Path) -> None:
    """A module that cannot be read silences a finding of its importer; not without a word."""
    for codec in ("rot_13", "undefined", "idna", "utf_16"):
        done = cli("check", "--show-unknown", f"train_{codec}.py")
        assert done.out.startswith("No findings in 1 file. 1 training run not fully known")
        assert f"unknown: module model_{codec} cannot be read" in done.err


def test_flake8_over_all_of_them(project: Path) -> None:
    """flake8 itself cannot read files in some of them; those that import one it can."""
    files = [name for codec in CODECS for name in (f"own_{codec}.py", f"train_{codec}.py")]
    files = [name for name in files if name.startswith("train_") or name[4:-3] not in _NO_PYTHON]
    command = [sys.executable, "-m", "flake8", "--isolated", "-j1", "--select=KFD,E9", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    found = {line.split(":")[0] for line in done.stdout.splitlines() if "KFD101" in line}
    assert found >= {name for name in files if name.split("_", 1)[1][:-3] not in _NO_PYTHON}
