"""`dropout-lint check`: each option as a user gives it, exit codes, streams."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dropout_lint
from dropout_lint import __version__, lint_source
from dropout_lint.cli import FORMATS
from dropout_lint.selection import CODES
from tests.commands.running import BROKEN, BROKEN_LINE, RIGHT, WRONG, cli, codes, process

CALL = next(n for n, line in enumerate(WRONG["KFD101"].splitlines(), 1) if "base(new_inputs" in line)
CONCISE = ("check", "--output-format=concise")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


def test_clean_is_0_and_findings_are_1() -> None:
    assert cli("check", write("right.py", RIGHT["KFD101"])) == (0, "No findings in 1 file.\n", "")
    done = cli(*CONCISE, write("wrong.py", WRONG["KFD101"]))
    (finding,) = lint_source(WRONG["KFD101"], "wrong.py")
    assert done == (1, f"wrong.py:{CALL}:12: KFD101 {finding.brief}\n", "")
    assert cli("check", "--exit-zero", "wrong.py").code == 0
    assert "\n1 finding in 1 of 2 files.\n" in cli("check", "right.py", "wrong.py").out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["-", "a.py"], "- (standard input) stands alone"),
        (["no/such.py"], "no/such.py:1: error: cannot be read: no such file or folder"),
        (["--select=KFD110", "."], "--select: no rule's code begins with 'KFD110'"),
        (["--ignore=E501", "."], "--ignore: no rule's code begins with 'E501'"),
        (["--keras-version=banana", "."], "--keras-version: not a Keras version or specifier: 'banana'"),
        (["--keras-version=1.2", "."], "--keras-version: no Keras version matches '1.2'"),
        (["--min-confidence=sure", "."], "--min-confidence: not a confidence level: 'sure'"),
        (["--output-format=xml", "."], "--output-format: no format 'xml'"),
        (["-j0", "."], "not a number of processes: '0'"),
        (["--config=no.toml", "."], "no.toml: No such file"),
        (["--sel=KFD1", "."], "unrecognized arguments: --sel=KFD1"),
        (["--slect=KFD1", "."], "unrecognized arguments: --slect=KFD1 (did you mean '--select'?)"),
    ],
)
def test_errors_are_2(args: list[str], says: str) -> None:
    write("right.py", RIGHT["KFD101"])
    done = cli("check", *args)
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err


def test_an_error_in_the_configuration_is_2() -> None:
    write("pyproject.toml", "[tool.dropout-lint]\nslect = []\n")
    done = cli("check", write("right.py", RIGHT["KFD101"]))
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("unknown key 'slect' in [tool.dropout-lint] (did you mean 'select'?)\n")
    assert cli("check", "--isolated", "right.py").code == 0


def test_what_was_not_checked_is_not_counted() -> None:
    write("b.py", BROKEN)
    assert cli("check", "a.py", "b.py").out == "2 files could not be checked.\n"
    write("c.py", RIGHT["KFD101"])
    assert cli("check", "a.py", "c.py").out == "1 file could not be checked; nothing found in 1 other file.\n"


@pytest.mark.parametrize(
    ("start", "known"),
    [
        ("import keras\n", True),
        ("from keras.layers import Dense\n", True),
        ("if True:\n    import os, tf_keras\n", True),
        ("import tensorflow as tf\nDense = tf.keras.layers.Dense\n", True),
        ("import tensorflow as tf\n", False),
        ("# import of keras\nimport kerastuner\n", False),
    ],
)
def test_what_imports_keras_and_is_no_python_is_never_without_findings(start: str, known: bool) -> None:
    write("a.py", f"{start}def (:\n")
    done = cli("check", "a.py")
    assert (done.code, "No findings" in done.out) == ((1, False) if known else (0, True))
    assert ("a.py:" in done.err) is known
    write("n.ipynb", f'{{"cells": [{{"source": [{start!r}'.replace("'", '"'))
    done = cli("check", "n.ipynb")
    assert (done.code, "No findings" in done.out) == ((1, False) if known else (0, True))


def test_what_is_no_python_is_said_in_a_few_words() -> None:
    write("a.py", BROKEN)
    assert cli("check", "a.py").err == f"a.py:{BROKEN_LINE}: error: cannot be parsed: invalid syntax\n"
    assert cli("show", "a.py").err.endswith(f"a.py:{BROKEN_LINE}: cannot be parsed: invalid syntax\n")


def test_what_is_no_python_is_1_as_in_ruff_and_flake8() -> None:
    write("a.py", BROKEN)
    write("b.py", WRONG["KFD101"])
    done = cli(*CONCISE, ".")
    assert (done.code, codes(done)) == (1, ["KFD101"])
    assert done.err.startswith(f"a.py:{BROKEN_LINE}: error: cannot be parsed: ")
    assert cli("check", "a.py").code == 1
    assert cli("check", "--exit-zero", "a.py").code == 0


def test_other_python_that_is_no_python_is_nobody_s_business() -> None:
    write("broken.py", "say 'hello'\n")
    Path("latin.py").write_bytes(b"# caf\xe9\n")
    assert cli("check", ".") == (0, "No findings in 2 files.\n", "")
    Path("latin.py").write_bytes(b"import keras  # caf\xe9\nlayer.trainable = False\n")
    assert cli("check", ".").err.startswith("latin.py:1: error: cannot be parsed: ")


def test_what_may_not_be_read_is_2(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: str | Path, *args: Any, **more: Any) -> int:
        if os.path.basename(path) == "a.py":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **more)

    write("a.py", WRONG["KFD101"])
    monkeypatch.setattr(os, "open", refuse)
    done = cli("check", "a.py")
    assert (done.code, done.err) == (2, "a.py:1: error: cannot be read: Permission denied\n")


def test_a_folder_that_ends_in_py_is_a_folder() -> None:
    write("train.py/inner.py", WRONG["KFD101"])
    assert codes(cli(*CONCISE, ".")) == ["KFD101"]


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


def test_a_file_that_is_passed_over_says_so_when_asked() -> None:
    write("long.py", "import keras\nx.trainable = False\n" + "\n" * 20_001)
    assert cli(*CONCISE, "long.py").code == 0
    done = cli(*CONCISE, "--extend-select=KFD900", "long.py")
    assert (done.code, codes(done)) == (1, ["KFD900"])


def test_whether_a_long_file_is_python_is_not_asked() -> None:
    """It is not analysed, and to find out would take longer than all that is."""
    write("long.py", "import keras\n" + "a = (\n" * 30_000)
    write("short.py", "import keras\n" + "a = (\n" * 30)
    assert cli(*CONCISE, "long.py").code == 0
    done = cli(*CONCISE, "short.py")
    assert (done.code, "cannot be parsed" in done.err) == (1, True)


def test_what_is_too_deep_to_be_parsed_is_no_error() -> None:
    write("deep.py", "import keras\na = " + "-" * 3_000 + "1\n")
    done = cli(*CONCISE, "deep.py")
    assert (done.code, done.out, done.err) == (0, "", "")


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


LOADED = """
import sys
from dropout_lint.cli import main
code = main(sys.argv[1:])
print("heavy:", code, sorted({"libcst", "rich", "keras", "flake8", "concurrent"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("args", "heavy"),
    [
        (["check", "--output-format=concise", "."], "heavy: 0 []"),
        (["check", "."], "heavy: 0 []"),
        (["check", "--output-format=concise", "wrong"], "heavy: 1 ['libcst']"),
    ],
)
def test_a_tree_without_keras_imports_nothing_heavy(args: list[str], heavy: str, folder: Path) -> None:
    Path("wrong").mkdir()
    write("wrong/.gitignore", "")
    for number in range(30):
        write(f"{number}.py", "import numpy\nlayer.trainable = False\n")
    if args[-1] == "wrong":
        write("wrong/wrong.py", WRONG["KFD101"])
    command = [sys.executable, "-c", LOADED, *args]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == heavy


def test_asking_for_the_version_imports_next_to_nothing() -> None:
    program = (
        "import sys\nfrom dropout_lint.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        "print(sorted(name for name in sys.modules if name.startswith('dropout_lint')))\n"
        "print(sorted({'typing', 'dataclasses', 'logging', 'pathlib', 'libcst', 'rich'} & set(sys.modules)))"
    )
    # -S: what the environment's .pth files import is not ours.
    environment = {**os.environ, "PYTHONPATH": str(Path(dropout_lint.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.splitlines() == [
        f"dropout-lint {__version__}",
        "['dropout_lint', 'dropout_lint.argument_types', 'dropout_lint.cli', 'dropout_lint.help_texts']",
        "[]",
    ]


def test_asking_for_the_version_takes_no_longer_than_argparse_twice() -> None:
    programs = ["import argparse", "from dropout_lint.cli import main\nmain(['--version'])"]
    times: dict[str, list[float]] = {program: [] for program in programs}
    for _ in range(7):
        for program in programs:
            start = _children_time()
            subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
            times[program].append(_children_time() - start)
    least, own = (min(times[program]) for program in programs)
    assert own < 2 * least


def _children_time() -> float:
    """Processor time of the processes started here: whatever else runs has no part in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
