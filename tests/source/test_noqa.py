"""Suppression comments mean what they mean to flake8: each case is shown to flake8 itself."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from flake8.processor import FileProcessor
from flake8.violation import Violation
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_lint.checking import check_text
from dropout_lint.config import Config
from dropout_lint.rules import RULES
from dropout_lint.source.noqa import Silence

PROGRAM = RULES[0].wrong
CALL = "base(new_inputs)"

# What stands on the line of the finding, or in place of its call.
COMMENTS = [
    "# noqa",
    "# NOQA",
    "# NoQA: KFD101",
    "#noqa",
    "#  noqa",
    "# noqa: KFD101",
    "# noqa:KFD101",
    "# noqa:  KFD101",
    "# noqa : KFD101",
    "# noqa: kfd101",
    "# noqa KFD101",
    "# noqa: KFD1",
    "# noqa: KFD",
    "# noqa: K",
    "# noqa: KFD102",
    "# noqa: E501,KFD101",
    "# noqa: E501 KFD101",
    "# noqa: E501, W291",
    "# noqa: KFD101 because it is meant",
    "# noqa: KFD101because",
    "# noqa: because it is meant",
    "# why not # noqa: KFD101",
    "# noqa: KFD102  # noqa: KFD101",
    "# ruff: noqa",
    "# flake8: noqa",
    "# flake8: noqa: KFD101",
    "# type: ignore",
]
CALLS = {
    "the last line of brackets": "base(\n    new_inputs\n)  # noqa",
    "the first line of brackets": "base(  # noqa\n    new_inputs\n)",
    "after a backslash": "\\\n    base(new_inputs)  # noqa: KFD101",
    "before a backslash": "base(new_inputs) if True else \\\n    None  # noqa: KFD101",
    "in a multi-line string": "base(new_inputs), '''\n# noqa\n'''",
    "after a multi-line string": "base(new_inputs), '''\n\n'''  # noqa: KFD101",
    "after a multi-line f-string": "base(new_inputs), f'''\n{base}\n'''  # noqa: KFD101",
    "in a string of the line": "base(new_inputs), '# noqa'",
    "on the next line": "base(new_inputs)\n# noqa",
    "after a form feed": "base(new_inputs)\n\f\nNone  # noqa",
}
FILES = {
    "first line": f"# flake8: noqa\n{PROGRAM}",
    "last line": f"{PROGRAM}\n# flake8: noqa\n",
    "indented": f"{PROGRAM}\nif True:\n    # FLAKE8: NOQA\n    pass\n",
    "equals": f"# flake8=noqa\n{PROGRAM}",
    "codes of others": f"# flake8: noqa: E501\n{PROGRAM}",
    "after code": f"x = 1  # flake8: noqa\n{PROGRAM}",
    "in a string": f"x = '''\n# flake8: noqa\n'''\n{PROGRAM}",
    "ruff's": f"# ruff: noqa\n{PROGRAM}",
    "two blanks": f"# flake8:  noqa\n{PROGRAM}",
    "no blank": f"#flake8: noqa\n{PROGRAM}",
}


def programs() -> dict[str, str]:
    found = {comment: PROGRAM.replace(CALL, f"{CALL}  {comment}") for comment in COMMENTS}
    found |= {name: PROGRAM.replace(CALL, call) for name, call in CALLS.items()}
    return found | FILES


@pytest.fixture(scope="module")
def flake8_says(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """For each program whether flake8 reports it; all in one run."""
    folder = tmp_path_factory.mktemp("noqa")
    for number, text in enumerate(programs().values()):
        (folder / f"p{number}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "flake8", "--isolated", "--select=KFD,E9", "-j1", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert " E9" not in done.stdout
    reported = {Path(line.split(":")[0]).stem for line in done.stdout.splitlines()}
    return {name: f"p{number}" in reported for number, name in enumerate(programs())}


@pytest.mark.parametrize("name", programs())
def test_as_flake8(name: str, flake8_says: dict[str, bool]) -> None:
    findings = check_text(programs()[name], "program.py", Config())
    assert bool(findings) is flake8_says[name]


def test_the_table_has_both_answers(flake8_says: dict[str, bool]) -> None:
    answers = list(flake8_says.values())
    assert min(answers.count(True), answers.count(False)) >= 10, json.dumps(flake8_says, indent=1)


def test_the_program_is_reported_when_comments_are_not_heard() -> None:
    for text in (FILES["first line"], PROGRAM.replace(CALL, f"{CALL}  # noqa")):
        assert check_text(text, "program.py", Config(), noqa=False)


def test_text_that_is_no_python_is_judged_line_by_line() -> None:
    silence = Silence("x = (  # noqa\ny = '''\n")
    assert silence.covers(1, "KFD101")
    assert not silence.covers(2, "KFD101")
    assert not silence.covers(9, "KFD101")


PIECES = st.sampled_from(
    ["x = 1", "f(", ")", "'''", '"""', "f'''{", "}'''", "\\", "[", "]", "if x:", "pass", "    ", "\t", "\f",
     "# noqa", "  # noqa: KFD101", "# NOQA:KFD1,E5", "# noqa: E501", "#noqa", "'# noqa'", "# noqa : X1",
     "# flake8: noqa", "é = '🎉'"]
)  # fmt: skip
LINES = st.lists(st.lists(PIECES, max_size=4).map("".join), max_size=8)


@settings(max_examples=400, deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n"]))
def test_as_flake8_on_any_text(lines: list[str], end: str) -> None:
    """Against the parts of flake8 that decide it, on texts that need not be Python."""
    text = "\n".join(lines)
    kept = [f"{line}\n" for line in lines[:-1]] + lines[-1:]
    options = Namespace(
        hang_closing=False, indent_size=4, max_doc_length=None, max_line_length=79, verbose=0,
        disable_noqa=False, stdin_display_name="stdin",
    )  # fmt: skip
    processor = FileProcessor("no-such-file.py", options, lines=list(kept))
    silence = Silence(text.replace("\n", end))
    assert silence.whole_file is processor.should_ignore_file()
    for number in range(1, len(kept) + 1):
        own = processor.noqa_line_for(number)
        if own is None:  # flake8 then reads the line from the file
            own = kept[number - 1]
        violation = Violation("KFD101", "no-such-file.py", number, 1, "text", own)
        assert silence.covers(number, "KFD101") is violation.is_inline_ignored(disable_noqa=False)
