"""`dropout-lint check`: each option as a user gives it, where settings come from, streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint import __version__
from dropout_lint.cli import FORMATS
from dropout_lint.selection import CODES
from tests.commands.running import BROKEN, CALL, CONCISE, RIGHT, WRONG, cli, codes, process, write

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([], ["KFD101", "KFD302"]),
        (["--select=KFD1"], ["KFD101"]),
        (["--select", "KFD3,KFD2"], ["KFD302"]),
        (["--ignore=KFD1"], ["KFD302"]),
        (["--ignore=KFD1", "--extend-select=KFD101"], ["KFD101", "KFD302"]),
        (["--select=ALL", "--ignore=KFD302"], ["KFD101"]),
        (["--select=KFD2"], []),
        (["--select=KFD1", "--select=KFD3"], ["KFD101", "KFD302"]),
        (["--ignore=KFD1", "--ignore=KFD3"], []),
    ],
)
def test_selection(args: list[str], expected: list[str]) -> None:
    write("a.py", WRONG["KFD101"])
    write("b.py", WRONG["KFD302"])
    assert codes(cli(*CONCISE, *args, ".")) == expected


def test_opt_in_rules_speak_when_named() -> None:
    write("gan.py", WRONG["KFD105"])
    keras_2 = "--keras-version=2"
    assert codes(cli(*CONCISE, keras_2, "gan.py")) == []
    for args in (["--extend-select=KFD105"], ["--select=KFD1"], ["--select=ALL"]):
        assert codes(cli(*CONCISE, keras_2, *args, "gan.py")) == ["KFD105"]
    assert codes(cli(*CONCISE, keras_2, "--select=KFD", "gan.py")) == []


def test_keras_version_and_min_confidence() -> None:
    write("a.py", WRONG["KFD102"])
    assert codes(cli(*CONCISE, "--keras-version=>=3.0,<3.16", "a.py")) == ["KFD102"]
    assert codes(cli(*CONCISE, "--keras-version", "2.15", "a.py")) == []
    write("b.py", WRONG["KFD101"].replace("features =", "tune(base)\nfeatures ="))
    for level, expected in (("likely", ["KFD101"]), ("possible", ["KFD101"]), ("certain", [])):
        assert codes(cli(*CONCISE, f"--min-confidence={level}", "b.py")) == expected


def test_configuration_of_each_file() -> None:
    write("a/pyproject.toml", "[tool.dropout-lint]\nkeras-version = '2'\n")
    write("b/pyproject.toml", "[tool.dropout-lint]\nkeras-version = '3.15'\nexclude = ['old']\n")
    for name in ("a/train.py", "b/train.py", "b/old/train.py"):
        write(name, WRONG["KFD102"])
    done = cli(*CONCISE, "a", "b")
    assert done.out.startswith("b/train.py:")
    assert codes(done) == ["KFD102"]
    assert codes(cli(*CONCISE, "b/old/train.py")) == ["KFD102"]
    assert codes(cli(*CONCISE, "--force-exclude", "b/old/train.py")) == []
    assert codes(cli(*CONCISE, "--config=b/pyproject.toml", "a")) == ["KFD102"]
    assert codes(cli(*CONCISE, "--keras-version=3.15", "a")) == ["KFD102"]


def test_a_folder_is_excluded_by_what_is_above_it() -> None:
    write("pyproject.toml", "[tool.dropout-lint]\nexclude = ['old']\n")
    write("old/pyproject.toml", "[tool.dropout-lint]\n")
    write("old/a.py", WRONG["KFD101"])
    warning = "dropout-lint: warning: no Python file or notebook in .\n"
    assert cli("check", ".") == (0, "No findings in 0 files.\n", warning)
    assert codes(cli(*CONCISE, "old")) == ["KFD101"]


def test_noqa() -> None:
    write("a.py", WRONG["KFD101"].replace("base(new_inputs)", "base(new_inputs)  # noqa: KFD101"))
    assert cli(*CONCISE, "a.py").code == 0
    assert codes(cli(*CONCISE, "--disable-noqa", "a.py")) == ["KFD101"]


def test_standard_input() -> None:
    assert cli(*CONCISE, "-", stdin=WRONG["KFD101"]).out.startswith(f"-:{CALL}:12: KFD101")
    done = cli(*CONCISE, "--stdin-filename=no/such.py", "-", stdin=WRONG["KFD101"])
    assert done.out.startswith(f"no/such.py:{CALL}:12: KFD101")
    assert "base(new_inputs)" in cli("check", "-", stdin=WRONG["KFD101"]).out
    assert cli("check", "-", stdin=BROKEN).code == 1
    write("pyproject.toml", "[tool.dropout-lint]\nper-file-ignores = { 'tests/*' = ['KFD1'] }\n")
    assert cli(*CONCISE, "--stdin-filename=tests/a.py", "-", stdin=WRONG["KFD101"]).code == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_standard_input_in_its_own_encoding(encoding: str) -> None:
    content = ("# coding: latin-1\n# é\n" if encoding == "latin-1" else "") + WRONG["KFD101"]
    assert codes(cli(*CONCISE, "-", stdin=content.encode(encoding))) == ["KFD101"]


def test_processes_change_nothing() -> None:
    for number in range(9):
        write(f"{number}.py", WRONG["KFD101" if number % 2 else "KFD102"])
    for name in ("00.py", "4a.py", "other.py", "z.py"):
        write(name, "x = 1\n")
    alone = cli(*CONCISE, "-j1", ".")
    assert len(alone.out.splitlines()) == 9
    assert cli(*CONCISE, "-j2", ".") == alone


def test_without_a_path_this_folder_is_checked() -> None:
    write("a.py", WRONG["KFD101"])
    assert codes(cli(*CONCISE)) == ["KFD101"]


def test_files_named_twice_are_checked_once() -> None:
    write("a/b.py", WRONG["KFD101"])
    assert codes(cli(*CONCISE, "a/b.py", "a", ".", "./a/b.py")) == ["KFD101"]


def test_help_teaches() -> None:
    for args in (["--help"], ["check", "--help"]):
        done = cli(*args)
        assert done.code == 0
        assert "examples:" in done.out
        assert "exit codes" in done.out
        assert max(map(len, done.out.splitlines())) <= 115
    assert cli("--version").out == f"dropout-lint {__version__}\n"
    assert cli().code == 2


@pytest.mark.parametrize("name", [b"caf\xe9.py", b"a\nb.py", b"-x.py", b"a b.py", "é🎉.py".encode()])
def test_any_name_in_any_format(name: bytes, folder: Path) -> None:
    path = os.fsdecode(name)
    write(path, WRONG["KFD101"])
    for name_of_format in FORMATS:
        done = process("check", f"--output-format={name_of_format}", ".", cwd=folder)
        assert (done.code, done.err) == (1, "")
        assert "KFD101" in done.out
    if not path.startswith("-"):
        assert process("check", path, cwd=folder).code == 1


def test_roots_are_where_modules_are_found() -> None:
    head, tail = WRONG["KFD101"].split("new_inputs = ", 1)
    write("lib/python/nets.py", head)
    write("train.py", f"import numpy as np\nfrom nets import base, keras, layers\nnew_inputs = {tail}")
    write("pyproject.toml", "[project]\nname = 'p'\n")
    assert codes(cli(*CONCISE, "train.py")) == []
    write("pyproject.toml", "[tool.dropout-lint]\nroots = ['lib/python']\n")
    done = cli(*CONCISE, "train.py")
    assert codes(done) == ["KFD101"]
    flake8 = [sys.executable, "-m", "flake8", "--select=KFD", "train.py"]
    assert " KFD101 " in subprocess.run(flake8, capture_output=True, text=True, check=False).stdout
    write("pyproject.toml", "[project]\nname = 'p'\n")
    flake8.append("--kfd-roots=lib/python")
    assert " KFD101 " in subprocess.run(flake8, capture_output=True, text=True, check=False).stdout


def test_a_reader_that_leaves_early_is_no_error(folder: Path) -> None:
    for number in range(12):
        write(f"{number}.py", WRONG["KFD101"] * 3)
    command = f"{sys.executable} -m dropout_lint check -j1 . | head -1; echo ${{PIPESTATUS[0]}} >&2"
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("0.py:")
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_an_ascii_terminal_is_no_error(folder: Path) -> None:
    write("é.py", WRONG["KFD102"])
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = process("check", "é.py", cwd=folder, env=ascii_only)
    assert done.code == 1
    assert done.out.startswith("\\xe9.py:")
    assert "KFD102" in done.out
    assert "Traceback" not in done.err
    rules = process("rules", cwd=folder, env=ascii_only)
    assert "3.0-3.15" in rules.out
    assert ">= 3.10" in rules.out


def test_codes_are_known_to_the_command_line() -> None:
    assert set(WRONG) | {"KFD900", "KFD901"} == set(CODES)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "setup.cfg",
            "[flake8]\n[tool:dropout-lint]\nselect = KFD1\n",
            "setup.cfg: section [tool:dropout-lint] is",
        ),
        ("tox.ini", "[dropout-lint]\n", "tox.ini: section [dropout-lint] is ignored"),
        ("dropout-lint.toml", "select = []\n", "dropout-lint.toml is ignored"),
        ("sub/.dropout-lint.toml", "", "sub/.dropout-lint.toml is ignored"),
        ("setup.cfg", "[flake8]\n# [dropout-lint]\n", ""),
        ("pyproject.toml", "[tool.dropout-lint]\n", ""),
    ],
)
def test_settings_that_nobody_reads_are_spoken_of(name: str, text: str, says: str) -> None:
    write("sub/a.py", RIGHT["KFD101"])
    write(name, text)
    done = cli("check", "sub/a.py", ".")
    assert done.code == 0
    read = "settings are read from [tool.dropout-lint] in pyproject.toml"
    assert len(done.err.splitlines()) == bool(says)
    if says:
        assert done.err.startswith(f"dropout-lint: warning: {says}")
        assert done.err.endswith(f" ignored: {read}\n")
    assert cli("check", "--isolated", "sub/a.py").err == ""
