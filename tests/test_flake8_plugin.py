"""The plugin as flake8 runs it: a process of its own, on files, on stdin, with options and noqa."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint import lint_source
from dropout_lint.rules import RULES
from dropout_lint.selection import CODES, OPT_IN
from tests.fixture_files import all_fixtures

WRONG = {rule.code: rule.wrong for rule in RULES}
CALL = next(n for n, line in enumerate(WRONG["KFD101"].splitlines(), 1) if "base(new_inputs" in line)


def flake8(*args: str, cwd: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flake8", "--isolated", *args]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, check=False)


def test_reports_line_and_one_based_column(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(WRONG["KFD101"], encoding="utf-8")
    done = flake8("--select=KFD", "train.py", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(
        f"train.py:{CALL}:12: KFD101 'base' is frozen (line 9), but its Dropout (line 7)"
    )


def test_on_by_default(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(WRONG["KFD101"], encoding="utf-8")
    assert " KFD101 " in flake8("train.py", cwd=tmp_path).stdout


@pytest.mark.parametrize(("version", "codes"), [("3.15", {"KFD102"}), ("2.15", set()), (">=3.16", set())])
def test_keras_version_option(version: str, codes: set[str], tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(WRONG["KFD102"], encoding="utf-8")
    done = flake8("--select=KFD", f"--kfd-keras-version={version}", "train.py", cwd=tmp_path)
    assert {line.split()[1] for line in done.stdout.splitlines()} == codes


def test_option_in_the_configuration_file(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(WRONG["KFD102"], encoding="utf-8")
    (tmp_path / ".flake8").write_text("[flake8]\nkfd-keras-version = 2.15\nselect = KFD\n", encoding="utf-8")
    command = [sys.executable, "-m", "flake8", "train.py"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout == ""


def test_our_own_configuration_counts_where_flake8_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(WRONG["KFD102"], encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        "[tool.dropout-lint]\nkeras-version = '2.15'\n", encoding="utf-8"
    )

    def reported(*args: str, stdin: str | None = None) -> bool:
        done = flake8("--select=KFD", *args, cwd=tmp_path, stdin=stdin)
        return " KFD102 " in done.stdout

    assert not reported("train.py")
    assert not reported("-", stdin=WRONG["KFD102"])
    assert reported("--kfd-keras-version=3.15", "train.py")


def test_an_error_in_our_configuration_stops_flake8(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.dropout-lint]\nkeras-versoin = '2'\n", encoding="utf-8")
    (tmp_path / "train.py").write_text("x = 1\n", encoding="utf-8")
    done = flake8("train.py", cwd=tmp_path)
    assert done.returncode == 1
    assert "unknown key 'keras-versoin' in [tool.dropout-lint] (did you mean 'keras-version'?)" in done.stdout
    assert "Traceback" not in done.stderr


def test_an_error_in_the_configuration_of_one_file_is_a_notice(tmp_path: Path) -> None:
    for name, table in (("a", "x = 1"), ("b", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "train.py").write_text(WRONG["KFD101"], encoding="utf-8")
        text = f"[tool.dropout-lint]\n{table}\n"
        (tmp_path / name / "pyproject.toml").write_text(text, encoding="utf-8")
    done = flake8("--select=KFD,KFD900", ".", cwd=tmp_path)
    first, second = sorted(done.stdout.splitlines())
    assert first.startswith("./a/train.py:1:1: KFD900 not analysed: ")
    assert second.startswith(f"./b/train.py:{CALL}:12: KFD101")


@pytest.mark.parametrize(
    "option", ["--kfd-keras-version=banana", "--kfd-keras-version=1.2", "--kfd-min-confidence=sure"]
)
def test_bad_option_values_are_errors(option: str, tmp_path: Path) -> None:
    done = flake8(option, "--version", cwd=tmp_path)
    assert done.returncode == 2
    assert option.split("=")[0] in done.stderr


def test_noqa_on_the_reported_line(tmp_path: Path) -> None:
    lines = WRONG["KFD101"].splitlines()
    lines[CALL - 1] += "  # noqa: KFD101"
    (tmp_path / "train.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert flake8("--select=KFD", "train.py", cwd=tmp_path).stdout == ""


def test_stdin_with_a_display_name_that_does_not_exist(tmp_path: Path) -> None:
    done = flake8("--select=KFD", "--stdin-display-name=no/such.py", "-", cwd=tmp_path, stdin=WRONG["KFD101"])
    assert done.stdout.startswith(f"no/such.py:{CALL}:12: KFD101")


def test_columns_count_code_points(tmp_path: Path) -> None:
    source = WRONG["KFD101"].replace("features = base", 'note = "é🎉"; features = base')
    (tmp_path / "train.py").write_text(source, encoding="utf-8")
    assert f"train.py:{CALL}:25: KFD101" in flake8("--select=KFD", "train.py", cwd=tmp_path).stdout


def test_same_findings_as_the_api(tmp_path: Path) -> None:
    fixtures = [fixture for fixture in all_fixtures() if any(fixture.expected.values())][::6]
    expected = []
    for number, fixture in enumerate(fixtures):
        source = fixture.path.read_text(encoding="utf-8")
        (tmp_path / f"f{number:03}.py").write_text(source, encoding="utf-8")
        for found in lint_source(source):
            place = f"{found.place.line}:{found.place.column + 1}"
            expected.append(f"./f{number:03}.py:{place}: {found.code} {found.message}")
    done = flake8("--select=KFD", "-j2", ".", cwd=tmp_path)
    assert sorted(done.stdout.splitlines()) == sorted(expected)


BROKEN = "import keras\nlayer.trainable = False\n"


@pytest.mark.parametrize(
    ("args", "shown"),
    [([], False), (["--extend-select=KFD"], False), (["--select=KFD"], False), (["--ignore=E501"], False),
     (["--extend-select=KFD900"], True), (["--select=KFD9"], True)],
)  # fmt: skip
def test_a_failure_is_one_opt_in_notice(args: list[str], shown: bool, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "run.py").write_text(
        "import dropout_lint.linter, sys\n"
        "def boom(*_): raise RuntimeError('on\\npurpose')\n"
        "dropout_lint.linter.lint_file = boom\n"
        "from flake8.main import cli\n"
        "sys.exit(cli.main(sys.argv[1:]))\n",
        encoding="utf-8",
    )
    command = [sys.executable, "run.py", "--isolated", *args, "train.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ("train.py:1:1: KFD900 not analysed: RuntimeError: on purpose" in done.stdout) is shown
    assert "Traceback" not in done.stderr


LOADED = """
import sys
from flake8.main import cli
cli.main(["--isolated", "-j1", "--select=KFD", *sys.argv[1:]])
print("heavy:", sorted({"libcst", "tensorflow", "keras", "rich"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("source", "heavy"),
    [
        ("import os\nprint(os.name)\n", "[]"),
        ("import numpy\nlayer.trainable = False\n", "[]"),
        ("from tensorflow import keras\nmodel = keras.Sequential()\n", "[]"),
        (WRONG["KFD101"], "['libcst']"),
    ],
)
def test_imports_nothing_heavy_without_need(source: str, heavy: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-c", LOADED, "program.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == f"heavy: {heavy}"


def test_codes_are_those_of_the_rules() -> None:
    assert (*(rule.code for rule in RULES), "KFD900", "KFD901") == CODES
    assert {rule.code for rule in RULES if not rule.default} | {"KFD900", "KFD901"} == set(OPT_IN)


@pytest.mark.parametrize(
    ("args", "shown"),
    [([], False), (["--select=KFD"], False), (["--ignore=E501"], False), (["--select=KFD,KFD105"], True),
     (["--extend-select=KFD105"], True), (["--extend-select=KFD107"], False)],
)  # fmt: skip
def test_opt_in_rules_speak_only_when_named(args: list[str], shown: bool, tmp_path: Path) -> None:
    (tmp_path / "gan.py").write_text(WRONG["KFD105"], encoding="utf-8")
    assert (" KFD105 " in flake8(*args, "gan.py", cwd=tmp_path).stdout) is shown
