"""`explain`, `rules`, `--verbose` and `--show-unknown`: what the linter believes and why."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from dropout_lint import Settings, judging, lint_source
from dropout_lint.commands import explain
from dropout_lint.finding import Confidence
from dropout_lint.rules import RULES
from dropout_lint.rules.page import page_of
from dropout_lint.selection import CODES
from tests.commands.running import RIGHT, WRONG, cli, notebook, process
from tests.fixture_files import all_fixtures

KERAS = "--keras-version=3.15"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(WRONG["KFD101"], encoding="utf-8")
    (tmp_path / "b.py").write_text(WRONG["KFD102"], encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("command", ["show", "explain"])
@pytest.mark.parametrize(
    ("text", "says"), [(None, "o such file"), ("import keras\nkeras.trainable = (", "error")]
)
def test_what_cannot_be_read_is_2(command: str, text: str | None, says: str) -> None:
    if text is not None:
        Path("c.py").write_text(text, encoding="utf-8")
    done = cli(command, "c.py:1" if command == "explain" else "c.py")
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert "Traceback" not in done.err


def test_explain_a_rule() -> None:
    for code in CODES:
        assert cli("explain", code) == (0, page_of(code), "")
    assert cli("explain", "kfd101").out.startswith("# KFD101 frozen-dropout-active\n")
    done = cli("explain", "KDF101")
    assert (done.code, done.out) == (2, "")
    assert "'KDF101' is neither a rule nor FILE:LINE (did you mean 'KFD101'?)" in done.err


def test_a_rule_s_page_has_all_of_it() -> None:
    for rule in RULES:
        page = page_of(rule.code) or ""
        for part in (rule.why, rule.wrong, rule.right, rule.cure, rule.limits, rule.evidence):
            assert part.strip() in page


def test_explain_a_finding() -> None:
    (finding,) = lint_source(WRONG["KFD101"], "a.py")
    done = cli("explain", KERAS, "a.py:12")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"a.py:12:12: KFD101 {finding.problem}\n")
    assert f"\n\nHere: {finding.cure}.\n" in done.out
    steps = [line for line in done.out.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")]
    assert [step.split(": ")[0] for step in steps] == [
        "1. a.py:7:10", "2. a.py:9:1", "3. a.py:12:12", "4. a.py:15:1"
    ]  # fmt: skip
    assert "\n9 | base.trainable = False\n  | ----------------------\n" in done.out
    assert "\nWhy: Freezing stops weights, not randomness" in done.out
    assert "\nCure: Call the frozen part with training=False" in done.out
    assert "It holds for Keras 3.10–3.15, and is certain: every object on the way was seen." in done.out


def test_the_reported_line_is_part_of_the_story() -> None:
    for rule in RULES:
        Path("c.py").write_text(rule.wrong, encoding="utf-8")
        keras = {"2": "2", "3.16": "3.16"}.get(rule.kerases[:1], "3.15")
        settings = Settings(keras_version=keras, opt_in=frozenset({rule.code}))
        for finding in lint_source(rule.wrong, "c.py", settings):
            done = cli("explain", f"--keras-version={keras}", f"c.py:{finding.place.line}")
            place = f"c.py:{finding.place.line}:{finding.place.column + 1}: "
            assert re.search(rf"^\d\. {re.escape(place)}", done.out, re.MULTILINE), rule.code


@pytest.mark.parametrize("where", ["a.py:12:12", "a.py:12:", "a.py:9", "a.py:7", "./a.py:15"])
def test_explain_by_any_place_of_the_story(where: str) -> None:
    assert "KFD101" in cli("explain", KERAS, where).out


def test_explain_says_what_check_leaves_out() -> None:
    not_reported = "`dropout-lint check` does not report it"
    assert not_reported not in cli("explain", KERAS, "a.py:12").out
    text = WRONG["KFD101"].replace("base(new_inputs)", "base(new_inputs)  # noqa")
    Path("a.py").write_text(text, encoding="utf-8")
    assert not_reported in cli("explain", KERAS, "a.py:12").out
    Path("c.py").write_text(WRONG["KFD105"], encoding="utf-8")
    assert not_reported in cli("explain", "--keras-version=2", "c.py:13").out


def test_explain_where_nothing_is() -> None:
    done = cli("explain", KERAS, "a.py:3")
    assert (done.code, done.out) == (2, "")
    assert done.err == "dropout-lint: error: no finding there; there is one at a.py:12:12\n"
    Path("c.py").write_text(RIGHT["KFD101"], encoding="utf-8")
    assert cli("explain", KERAS, "c.py:3").err == "dropout-lint: error: no finding there or in the file\n"


@pytest.mark.parametrize("where", ["n.ipynb:2:12", "n.ipynb:cell 2:12:12"])
def test_explain_in_a_notebook(where: str) -> None:
    Path("n.ipynb").write_text(notebook("x = 1\n" * 20, WRONG["KFD101"]), encoding="utf-8")
    assert cli("explain", KERAS, where).out.startswith("n.ipynb:cell 2:12:12: KFD101")
    assert cli("explain", KERAS, "n.ipynb:1:12").code == 2


def test_explain_without_a_line_says_how() -> None:
    assert "Say a.py:LINE; `dropout-lint check a.py` lists them" in cli("explain", "a.py").err
    Path("n.ipynb").write_text(notebook("x = 1\n"), encoding="utf-8")
    assert "Say n.ipynb:CELL:LINE" in cli("explain", "n.ipynb").err


def test_explain_joins_kerases() -> None:
    assert "holds for Keras 3.0–3.15, and" in cli("explain", "--keras-version=>=3.0,<3.16", "a.py:12").out


def test_every_role_of_a_finding_has_a_sentence() -> None:
    roles = {
        related.role
        for fixture in all_fixtures()
        if any(fixture.expected.values())
        for finding in lint_source(fixture.text, fixture.name)
        for related in finding.related
    }
    assert roles <= set(explain._STEPS)
    assert len(roles) > 5
    assert set(explain._CONFIDENCE) == set(Confidence)


def test_rules_are_all_there() -> None:
    lines = cli("rules").out.splitlines()
    assert [line.split()[0] for line in lines] == ["code", *CODES]
    for rule, line in zip(RULES, lines[1:], strict=False):
        assert rule.name in line
        assert rule.summary in line
        assert ("opt-in" in line) is not rule.default


def test_rules_lose_nothing_on_a_narrow_terminal(folder: Path) -> None:
    for width in ("40", "80", "125"):
        done = process("rules", cwd=folder, env={"COLUMNS": width})
        words = " ".join(done.out.split())
        for rule in RULES:
            assert f"{rule.code} {rule.name}" in words
            assert "…" not in words
        if width != "125":
            assert all(" ".join(rule.summary.split()) in words for rule in RULES)


def test_narrow_terminals(folder: Path) -> None:
    for args in (["rules"], ["show", KERAS, "a.py"], ["check", KERAS, "a.py"]):
        done = process(*args, cwd=folder, env={"COLUMNS": "40"})
        assert done.code in (0, 1)
        assert max(map(len, done.out.splitlines())) <= 40
        assert "KFD101" in done.out or "Dropout" in done.out


def test_verbose_says_why_this_keras() -> None:
    Path("requirements.txt").write_text("keras==2.15.0\n", encoding="utf-8")
    Path("c.py").write_text("x = 1\n", encoding="utf-8")
    done = cli("check", "--verbose", ".")
    assert done.err.splitlines() == [
        f"{name}.py: judged for Keras 2.15 (requirements.txt:1: keras==2.15.0)" for name in "ab"
    ]
    assert cli("check", ".").err == ""
    done = cli("check", "--verbose", "-", stdin=WRONG["KFD101"])
    assert done.err.startswith("-: judged for Keras ")


def test_asking_for_more_analyses_a_file_once(monkeypatch: pytest.MonkeyPatch) -> None:
    analysed = []
    simulated = judging.histories

    def counted(*args: Any, **keywords: Any) -> Any:
        analysed.append(args)
        return simulated(*args, **keywords)

    monkeypatch.setattr(judging, "histories", counted)
    text = WRONG["KFD101"]
    for args in (["a.py"], ["-"]):
        analysed.clear()
        assert cli("check", "--verbose", "--show-unknown", *args, stdin=text).err.count(": judged for ") == 1
        assert len(analysed) == 1


def test_asking_for_more_changes_no_finding() -> None:
    for text in WRONG.values():
        Path("c.py").write_text(text, encoding="utf-8")
        assert cli("check", "--verbose", "--show-unknown", "c.py").out == cli("check", "c.py").out


def test_what_is_said_of_a_fixed_file_is_about_the_fixed_program() -> None:
    text = WRONG["KFD302"].replace("model.fit(", "for batch in unseen:\n    model.fit(")
    Path("c.py").write_text(f"from elsewhere import unseen\nif ():\n    pass\n{text}", encoding="utf-8")
    before = cli("check", "--show-unknown", "c.py").err
    assert cli("fix", "--show-unknown", "c.py").err == before
    assert "trainable" in Path("c.py").read_text(encoding="utf-8")


PARTLY = """\
import keras

tower = keras.models.load_model("tower.keras")
model = keras.Sequential([tower, keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit([[1.0]], [[1.0]])
"""


def test_silence_is_told_from_a_run_that_was_not_seen_whole() -> None:
    Path("c.py").write_text(PARTLY, encoding="utf-8")
    plain = cli("check", "c.py")
    assert plain.out == "No findings in 1 file. 1 training run not fully known (--show-unknown).\n"
    assert (plain.code, plain.err) == (0, "")
    reason = (
        "the layers of what load_model() gives cannot be seen but by dropout_lint.runtime.frozen_activity"
    )
    done = cli("check", "--show-unknown", "c.py")
    assert done.err == f"c.py:6:1: not fully known: fit(), because {reason} (c.py:3:9)\n"
    (run,) = json.loads(cli("check", "--output-format=json", "c.py").out)["open_runs"]
    assert (run["entry"], run["place"]["line"]) == ("fit()", 6)
    assert [(why["reason"], why["place"]["line"]) for why in run["reasons"]] == [(reason, 3)]
    shown = cli("show", "c.py").out
    assert (
        f"moves the weights of Dense (line 4); whether others move is not known: {reason} (line 3)" in shown
    )
    assert f"whether a layer in it acts otherwise in training is not known: {reason} (line 3)" in shown
    assert "not fully known" not in cli("check", "a.py").out


def test_what_trains_an_unknown_model_is_counted_too() -> None:
    Path("c.py").write_text("import keras\nfrom shop import make\nmake().fit(1, 2)\n", encoding="utf-8")
    assert "1 training run not fully known" in cli("check", "c.py").out
    assert "whether there is one is not known" in cli("show", "c.py").out


def test_show_unknown_says_what_and_why() -> None:
    text = WRONG["KFD101"].replace("model.fit(", "for batch in unseen:\n    model.fit(")
    Path("c.py").write_text(f"from elsewhere import unseen\n{text}", encoding="utf-8")
    assert cli("check", "c.py").err == ""
    done = cli("check", "--show-unknown", "--output-format=json", "c.py")
    assert json.loads(done.out)["version"] == 2
    assert done.err == "c.py:16:1: unknown: a loop over something unknown, run twice\n"


def test_a_page_on_a_terminal_is_formatted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    out = Terminal()
    monkeypatch.setattr("sys.stdout", out)
    assert explain.run(["KFD101"], explain.Overrides()) == 0
    assert "\x1b[" in out.getvalue()
    assert "## Why" not in out.getvalue()
