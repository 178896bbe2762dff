"""The public API on input of every kind: it answers, or says clearly why not."""

from __future__ import annotations

import gc
from contextlib import suppress
from pathlib import Path

import pytest

from dropout_lint import Confidence, Settings, lint_path, lint_source
from dropout_lint.rules import RULES

WRONG = RULES[0].wrong
SHOW_FAILURES = Settings(opt_in=frozenset({"KFD900"}))


def codes(source: str, settings: Settings | None = None) -> list[str]:
    return [finding.code for finding in lint_source(source, "program.py", settings)]


def test_a_finding_tells_the_whole_story() -> None:
    (finding,) = lint_source(WRONG, "train.py")
    assert finding.code == "KFD101"
    assert (finding.place.path, finding.confidence) == ("train.py", Confidence.CERTAIN)
    lines = WRONG.splitlines()
    shown = {related.role: lines[related.place.line - 1] for related in finding.related}
    assert shown == {
        "created": "hidden = layers.Dropout(0.5)(hidden)",
        "frozen": "base.trainable = False",
        "called": "features = base(new_inputs)",
        "trained": "model.fit(np.random.rand(16, 8), np.random.rand(16, 1), verbose=0)",
    }
    start, end = finding.place.column, finding.place.end_column
    assert lines[finding.place.line - 1][start:end] == "base(new_inputs)"


@pytest.mark.parametrize("change", ["\r\n", "\r"])
def test_line_ends(change: str, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(WRONG.replace("\n", change).encode())
    assert [finding.code for finding in lint_path(path)] == ["KFD101"]


@pytest.mark.parametrize(
    ("prefix", "encoding"),
    [
        ("", "utf-8-sig"),
        ("# -*- coding: latin-1 -*-\n# é\n", "latin-1"),
        ("# coding: cp1252\n# “\n", "cp1252"),
    ],
)
def test_encodings(prefix: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes((prefix + WRONG).encode(encoding))
    assert [finding.code for finding in lint_path(path)] == ["KFD101"]


@pytest.mark.parametrize(
    "content",
    [WRONG.encode() + b"x = (", b"# keras trainable \xff\n", b"# coding: no-such\nkeras", b"\xfe\xff"],
)
def test_what_is_no_python_is_a_syntax_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(content)
    with pytest.raises(SyntaxError):
        lint_path(path)


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 20_001,
        "#" * 1_000_001,
        "x = " + "+".join(["1"] * 5_000),
        "x = " + "(" * 150 + "1" + ")" * 150,
        "x = " + "[" * 90 + "]" * 90,
        "if a == 0:\n    pass\n" + "".join(f"elif a == {n}:\n    b = {n}\n" for n in range(1_000)),
        "x = 10 ** 10 ** 7\ny = 'x' * 10 ** 9\nz = [0] * 10 ** 10\n",
        "def f(n):\n    return f(n + 1)\nf(0)\n",
        "while True:\n    pass\n",
        "for i in range(10 ** 9):\n    x = [i]\n",
        "def f(x):\n" + "".join(f"    if x{n}: y = {n}\n" for n in range(60)),
        "\0",
        "x = '\ud800'",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_programs_cost_little_and_break_nothing(text: str) -> None:
    program = f"{WRONG}\n{text}\n"
    try:
        found = codes(program, SHOW_FAILURES)
    except SyntaxError:
        return
    assert found in (["KFD101"], ["KFD900"])


def test_settings_are_checked() -> None:
    with pytest.raises(ValueError, match="banana"):
        lint_source("", settings=Settings(keras_version="banana"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_prefilter_changes_nothing(rule: object) -> None:
    for source in (getattr(rule, "wrong"), getattr(rule, "right")):  # noqa: B009
        for keras in ("2", "3.15", "3.16"):
            on, off = Settings(keras_version=keras), Settings(keras_version=keras, prefilter=False)
            assert lint_source(source, "p.py", on) == lint_source(source, "p.py", off)


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("text", [RULES[0].wrong, "import keras\nlayer.trainable = ("])
def test_the_collector_is_left_as_it_was(text: str, on: bool) -> None:
    was_on = gc.isenabled()
    (gc.enable if on else gc.disable)()
    try:
        with suppress(SyntaxError):
            lint_source(text)
        assert gc.isenabled() == on
    finally:
        (gc.enable if was_on else gc.disable)()
