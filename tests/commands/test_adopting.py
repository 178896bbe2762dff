"""Adopting the linter in old code: a baseline, noqa comments, and those that are no longer needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.running import WRONG, cli
from tests.notebooks import notebook

FAULT = WRONG["KFD101"]
LINE = "features = base(new_inputs)"
ISOLATED = "--isolated"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of forty files with a fault each."""
    assert LINE in FAULT
    monkeypatch.chdir(tmp_path)
    for number in range(40):
        (tmp_path / f"train_{number}.py").write_text(FAULT, encoding="utf-8")
    return tmp_path


def test_a_baseline_leaves_what_is_new(project: Path) -> None:
    assert cli("check", ISOLATED, "--write-baseline=known.json", ".").code == 0
    known = cli("check", ISOLATED, "--baseline=known.json", ".")
    assert (known.code, known.out) == (0, "No findings in 40 files. 40 findings known to the baseline.\n")
    for path in project.glob("*.py"):  # every line moves
        path.write_text(f"# a note\n\n{FAULT}", encoding="utf-8")
    assert cli("check", ISOLATED, "--baseline=known.json", ".").code == 0
    (project / "train_7.py").write_text(
        FAULT.replace(LINE, f"other = base(new_inputs)\n{LINE}").replace("(features)", "(features + other)"),
        encoding="utf-8",
    )
    new = cli("check", ISOLATED, "--baseline=known.json", "--output-format=concise", ".")
    assert new.code == 1
    (row,) = new.out.splitlines()
    assert row.startswith("train_7.py:")
    assert "KFD101" in row


def test_a_second_fault_of_the_same_text_is_new(project: Path) -> None:
    cli("check", ISOLATED, "--write-baseline=known.json", "train_1.py")
    (project / "train_1.py").write_text(f"def one():\n{_indented(FAULT)}\n\none()\n{FAULT}", encoding="utf-8")
    found = cli("check", ISOLATED, "--baseline=known.json", "--output-format=json", "train_1.py")
    assert len(json.loads(found.out)["findings"]) == 1


def _indented(text: str) -> str:
    return "".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def test_a_fault_in_another_function_is_another_fault(project: Path) -> None:
    path = project / "train_2.py"
    path.write_text(f"def one():\n{_indented(FAULT)}\n\none()\n", encoding="utf-8")
    cli("check", ISOLATED, "--write-baseline=known.json", "train_2.py")
    assert json.loads((project / "known.json").read_text("utf-8"))["findings"][0]["symbol"] == "one"
    path.write_text(f"def two():\n{_indented(FAULT)}\n\ntwo()\n", encoding="utf-8")
    assert cli("check", ISOLATED, "--baseline=known.json", "train_2.py").code == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1}'])
def test_what_is_no_baseline_is_an_error(project: Path, content: str) -> None:
    (project / "known.json").write_text(content, encoding="utf-8")
    done = cli("check", ISOLATED, "--baseline=known.json", "train_1.py")
    assert done.code == 2
    assert done.err.startswith("dropout-lint: error: known.json: ")
    assert done.err.count("\n") == 1


def test_a_baseline_that_is_not_there_is_an_error(project: Path) -> None:
    assert cli("check", ISOLATED, "--baseline=none.json", "train_1.py").code == 2


def test_noqa_comments_are_added_with_their_reason(project: Path) -> None:
    shown = cli("check", ISOLATED, "--add-noqa", "--noqa-reason=see #12", "--diff", "train_3.py")
    assert f"+{LINE}  # noqa: KFD101 -- see #12\n" in shown.out
    assert (project / "train_3.py").read_text("utf-8") == FAULT
    done = cli("check", ISOLATED, "--add-noqa", "--noqa-reason=see #12", ".")
    assert (done.code, done.out) == (0, "40 findings silenced, none left in 40 files.\n")
    assert (project / "train_3.py").read_text("utf-8") == FAULT.replace(
        LINE, f"{LINE}  # noqa: KFD101 -- see #12"
    )
    assert cli("check", ISOLATED, ".").code == 0
    assert cli("check", ISOLATED, "--extend-select=KFD901", ".").code == 0


def test_notebooks_have_baselines_and_comments_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "lesson.ipynb"
    path.write_text(notebook(["%matplotlib inline", FAULT]), encoding="utf-8")
    cli("check", ISOLATED, "--write-baseline=known.json", "lesson.ipynb")
    path.write_text(notebook(["1", "2", FAULT]), encoding="utf-8")
    assert cli("check", ISOLATED, "--baseline=known.json", "lesson.ipynb").code == 0
    assert cli("check", ISOLATED, "lesson.ipynb").code == 1
    assert cli("check", ISOLATED, "--add-noqa", "lesson.ipynb").code == 0
    assert f"{LINE}  # noqa: KFD101" in path.read_text("utf-8")
    assert cli("check", ISOLATED, "lesson.ipynb").code == 0


@pytest.mark.parametrize(
    ("comment", "unused"),
    [
        ("# noqa: KFD101", []),
        ("# noqa: KFD1", []),
        ("# noqa", []),
        ("# noqa: E501", []),
        ("# noqa: KFD105", []),  # of a rule that is off
        ("# noqa: KFD106", ["KFD106"]),
        ("# noqa: KFD101, KFD3", ["KFD3"]),
    ],
)
def test_comments_that_silence_nothing(project: Path, comment: str, unused: list[str]) -> None:
    (project / "train_4.py").write_text(FAULT.replace(LINE, f"{LINE}  {comment}"), encoding="utf-8")
    done = cli("check", ISOLATED, "--extend-select=KFD901", "--output-format=json", "train_4.py")
    rows = [f for f in json.loads(done.out)["findings"] if f["code"] == "KFD901"]
    assert [row["message"].split()[1] for row in rows] == unused


def test_a_string_is_no_comment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text('"# noqa: KFD101"\nimport keras  # noqa: KFD102\n', encoding="utf-8")
    done = cli("check", ISOLATED, "--extend-select=KFD901", "--output-format=concise", "a.py")
    assert [row.split(":")[1] for row in done.out.splitlines()] == ["2"]


@pytest.mark.parametrize(
    "options",
    [
        ("--fix", "--add-noqa"),
        ("--baseline=a", "--write-baseline=b"),
        ("--statistics", "--output-format=sarif"),
    ],
)
def test_what_excludes_each_other(project: Path, options: tuple[str, ...]) -> None:
    done = cli("check", *options, "train_1.py")
    assert done.code == 2
    assert "exclude each other" in done.err


def test_statistics_count_the_rules(project: Path) -> None:
    assert cli("check", ISOLATED, "--statistics", ".").out.startswith(
        "40  KFD101  frozen-dropout-active\n40 findings"
    )
    rows = json.loads(cli("check", ISOLATED, "--statistics", "--output-format=json", ".").out)
    assert [(row["code"], row["count"]) for row in rows] == [("KFD101", 40)]


def test_a_report_goes_into_a_file(project: Path) -> None:
    done = cli("check", ISOLATED, "--output-file=report.txt", "--output-format=concise", "train_1.py")
    assert (done.code, done.out) == (1, "")
    assert "KFD101" in (project / "report.txt").read_text("utf-8")
    assert sorted(path.suffix for path in project.iterdir() if path.suffix != ".py") == [".txt"]


def test_quiet_says_nothing_without_findings(project: Path) -> None:
    (project / "clean.py").write_text("import keras\n", encoding="utf-8")
    done = cli("check", ISOLATED, "-q", "clean.py")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert "KFD101" in cli("check", ISOLATED, "-q", "train_1.py").out


def test_excluded_by_option(project: Path) -> None:
    done = cli("check", ISOLATED, "--exclude=train_1*.py, train_2*.py", ".")
    assert "in 18 of 18 files" in done.out


def test_settings_are_shown_and_nothing_is_linted(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.dropout-lint]\nignore = ["KFD104"]\n', encoding="utf-8")
    done = cli("check", "--show-settings", "--exclude=train_2*", ".")
    assert done.code == 0
    assert done.out.startswith("# pyproject.toml: train_0.py, train_1.py, train_10.py and 26 more files\n")
    assert 'ignore = ["KFD104"]\n' in done.out
    assert 'exclude = ["train_2*"]\n' in done.out
