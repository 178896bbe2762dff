"""Code frames, as people see them."""

from __future__ import annotations

import io
import json
import shlex
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest
from rich.cells import cell_len

from dropout_lint import Finding, Related
from dropout_lint.checking import Checked
from dropout_lint.reporters import reporter
from dropout_lint.reporters.report import Report
from tests.commands.running import cli
from tests.reporters.reports import WRONG, everything, one_finding, place, report, written


def frame(text: str) -> str:
    """What is expected, without the indentation of the test."""
    return dedent(text).removeprefix("\n")


def test_a_finding_with_its_whole_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    (finding,) = one_finding().findings
    head, *lines = written("text", one_finding()).splitlines()
    story = "'base' is frozen (line 9), but its Dropout (line 7) is active in fit() (line 15)"
    assert head == f"train.py:12:12: KFD101 {story}"
    assert "\n".join(lines) + "\n" == frame(
        """
           |
         7 | hidden = layers.Dropout(0.5)(hidden)
           |          ------------------- created here
         8 | base = keras.Model(inputs, layers.Dense(4)(hidden))
         9 | base.trainable = False
           | ---------------------- frozen here
        ...
        12 | features = base(new_inputs)
           |            ^^^^^^^^^^^^^^^^ called here
        ...
        15 | model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)
           | ------------------------------------------------------------------ trained here
          = help: {cure}
          = unsafe fix: Set the rate of the Dropouts in base to 0
          = note: dropout-lint explain KFD101 says more

        1 finding in 1 of 1 file.
        Fixable: 1 with --fix --unsafe-fixes.
        """
    ).replace("{cure}", finding.cure)
    assert finding.cure.startswith("wrap it in a Layer")


def test_other_files_and_cells_have_blocks_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    finding = Finding(
        place("a.py", 2, 0, 1),
        "KFD101",
        "m",
        related=(
            Related("created", place("b.py", 10, 4, 5)),
            Related("frozen", place("a.py", 1, 0, 1)),
            Related("called", place("a.py", 2, 0, 1)),
            Related("trained", place("a.py", 2, 0, 1)),
            Related("affected", place("a.py", 4, 0, 1)),
        ),
    )
    texts = {"a.py": "x\ny\n\tz\nw\n", "b.py": "\n" * 9 + "\tab c\n"}
    assert written("text", report(finding, texts=texts)) == frame(
        """
        a.py:2:1: KFD101 m
           |
         1 | x
           | - frozen here
         2 | y
           | ^ called and trained here
         3 |     z
         4 | w
           | - affected here
          ::: b.py:10:5
           |
        10 |     ab c
           |        - created here
          = note: dropout-lint explain KFD101 says more

        1 finding in 1 of 1 file.
        """
    )


def test_several_marks_on_a_line_and_no_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    finding = Finding(
        place("a.py", 1, 4, 5), "KFD302", "m", related=(Related("created", place("a.py", 1, 0, 1)),)
    )
    assert written("text", report(finding, texts={"a.py": "a = b\n"})) == frame(
        """
        a.py:1:5: KFD302 m
          |
        1 | a = b
          | - created here
          |     ^
          = note: dropout-lint explain KFD302 says more

        1 finding in 1 of 1 file.
        """
    )


def test_wide_characters_keep_the_marks_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    text = "名 = '🎉'; f(x)\n"
    lines = written("text", report(Finding(place("a.py", 1, 9, 13), "KFD302", "m"), texts={"a.py": text}))
    _, _, code, mark, *_ = lines.splitlines()
    assert cell_len(code[: code.index("f(x)")]) == cell_len(mark[: mark.index("^")])
    assert mark.endswith("^^^^")


def test_over_several_lines_the_first_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    finding = Finding(place("a.py", 1, 4, 1, end_line=3), "KFD302", "m")
    shown = written("text", report(finding, texts={"a.py": "x = f(  \n1\n)\n"}))
    assert "1 | x = f(\n  |     ^^\n" in shown


@pytest.mark.parametrize("width", [30, 40, 60])
@pytest.mark.parametrize("start", [0, 10, 50, 90])
def test_narrow_terminals_cut_lines_but_show_what_is_marked(
    width: int, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    line = "".join("é🎉" if n == start else "ab"[n % 2] for n in range(120))
    marked = place("a.py", 1, start, start + 2)
    finding = Finding(marked, "KFD302", "m " * 30, related=(Related("frozen", marked),))
    lines = written("text", report(finding, texts={"a.py": line + "\n"})).splitlines()
    assert max(map(cell_len, lines)) <= width
    code, mark = next((a, b) for a, b in pairwise(lines) if "^" in b)
    assert mark.count("^") == cell_len("é🎉")
    assert cell_len(code[: code.index("é")]) == cell_len(mark[: mark.index("^")])


def test_the_whole_report_fits_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    for what in (one_finding(), everything()):
        assert max(map(cell_len, written("text", what).splitlines())) <= 40


def test_a_file_that_has_gone_shows_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    shown = written("text", report(Finding(place("no/such.py", 3, 0, 5), "KFD302", "m")))
    assert "no/such.py:3:1: KFD302 m\n" in shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "color", "colours"),
    [({}, True, True), ({}, False, False), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, True, False)],
)
def test_colours_only_where_they_are_wanted(
    environment: dict[str, str], color: bool, colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", **environment}.items():
        monkeypatch.setenv(name, value)
    out = Terminal()
    reporter("text").write(one_finding(), out, color)
    assert ("\x1b[" in out.getvalue()) is colours
    assert "KFD101" in out.getvalue()


def test_a_pipe_gets_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    assert "\x1b" not in written("text", one_finding(), color=True)


def test_the_first_finding_of_a_file_says_which_keras_it_is_judged_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("a b.py").write_text("x = 1\ny = 2\n", encoding="utf-8")
    findings = tuple(
        Finding(place("a b.py", line, 0, 1), "KFD101", "is on: end it", problem="is on", cure="end it")
        for line in (1, 2)
    )
    keras = "judged for Keras 3.3–3.15 (pyproject.toml:9: keras>=3.3)"
    shown = written("text", Report([Checked("a b.py", findings, keras=keras)]))
    assert shown == frame(
        """
        a b.py:1:1: KFD101 is on
          |
        1 | x = 1
          | ^
          = help: end it
          = note: dropout-lint explain 'a b.py:1' tells how it came to be
          = note: judged for Keras 3.3–3.15 (pyproject.toml:9: keras>=3.3)

        a b.py:2:1: KFD101 is on
          |
        2 | y = 2
          | ^
          = help: end it
          = note: dropout-lint explain 'a b.py:2' tells how it came to be

        2 findings in 1 of 1 file.
        """
    )


def test_the_note_names_a_command_that_finds_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text(WRONG, encoding="utf-8")
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": WRONG}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    Path("n.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    for name, numbers in (("train.py", "12"), ("n.ipynb", "1:12")):
        done = cli("check", name)
        (note,) = (line for line in done.out.splitlines() if "how it came to be" in line)
        command = note.removeprefix("  = note: dropout-lint ").removesuffix(" tells how it came to be")
        assert command == f"explain {name}:{numbers}"
        assert cli(*shlex.split(command)).out.splitlines()[0] == done.out.splitlines()[0]
        assert "  = note: judged for Keras " in done.out
