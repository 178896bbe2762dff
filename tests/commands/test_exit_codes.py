"""The exit code of `dropout-lint check`, and what it says of files that cannot be checked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from dropout_lint import lint_source
from tests.commands.running import BROKEN, BROKEN_LINE, CALL, CONCISE, RIGHT, WRONG, cli, codes, write

pytestmark = pytest.mark.usefixtures("folder")


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
