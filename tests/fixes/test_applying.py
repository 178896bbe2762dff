"""Fixes are applied until none is left, and what would make things worse is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dropout_lint import Applicability, Edit, Finding, Fix, Place, Settings
from dropout_lint.fixes.applying import fixed_source, fixed_text
from tests.fixes.test_restraint import CLASS, GRAPH, HEAD, MORE, TAIL, TRAINING


def _finding(
    code: str, line: int, text: str, grade: Applicability = Applicability.SAFE, end: int = 1
) -> Finding:
    place = Place(path="p.py", line=line, column=0, end_line=line, end_column=end)
    return Finding(place, code, "message", fix=Fix("title", grade, (Edit(place, text),)))


def _lint(text: str) -> list[Finding]:
    """Letters: a becomes b; c becomes d, which is worse; e is cured by what does not parse."""
    if "!" in text:
        raise SyntaxError("!")
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line == "a":
            found.append(_finding("KFD101", number, "b"))
        elif line == "c":
            found.append(_finding("KFD102", number, "d"))
        elif line == "d":
            found.append(_finding("KFD103", number, "x", Applicability.UNSAFE))
        elif line == "e":
            found.append(_finding("KFD104", number, "!"))
    return found


def test_all_at_once() -> None:
    fixed = fixed_text("a\nx\na", _lint, unsafe=False)
    assert (fixed.text, len(fixed.applied), fixed.left) == ("b\nx\nb", 2, ())


def test_the_bad_ones_are_left_out() -> None:
    fixed = fixed_text("a\nc\ne\na", _lint, unsafe=False)
    assert fixed.text == "b\nc\ne\nb"
    assert [f.code for f in fixed.applied] == ["KFD101", "KFD101"]
    assert [(f.code, f.fix) for f in fixed.left] == [("KFD102", None), ("KFD104", None)]
    assert [(f.code, why) for f, why in fixed.held_back] == [
        ("KFD102", "it would lead to KFD103"),
        ("KFD104", "the result would not parse"),
    ]


def test_what_another_fix_does_too_counts() -> None:
    def lint(text: str) -> list[Finding]:
        found = [_finding("KFD101", n, "b") for n, line in enumerate(text.split("\n"), 1) if line == "a"]
        edits = tuple(edit for finding in found if finding.fix is not None for edit in finding.fix.edits)
        return [replace(f, fix=Fix("title", Applicability.SAFE, edits)) for f in found]

    fixed = fixed_text("a\nx\na", lint, unsafe=False)
    assert (fixed.text, len(fixed.applied), fixed.left) == ("b\nx\nb", 2, ())


def test_a_fix_may_need_the_next_one() -> None:
    fixed = fixed_text("c", _lint, unsafe=True)
    assert (fixed.text, [f.code for f in fixed.applied]) == ("x", ["KFD102", "KFD103"])


def test_only_what_counts_is_fixed() -> None:
    fixed = fixed_text(
        "a\na", _lint, unsafe=False, keep=lambda _, found: [f for f in found if f.place.line == 2]
    )
    assert (fixed.text, fixed.left) == ("a\nb", ())


def test_overlapping_fixes_wait_for_the_next_round() -> None:
    def lint(text: str) -> list[Finding]:
        return [_finding("KFD101", 1, text[1:], end=len(text))] * (len(text) - 1)

    assert fixed_text("aaa", lint, unsafe=False).text == "a"


def test_a_failure_of_the_linter_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    import dropout_lint.linter as linter

    real = linter.lint_file

    def failing(file: object, settings: Settings) -> list[Finding]:
        if "training=False" in getattr(file, "text", ""):
            raise RuntimeError("a fault")
        return real(file, settings)  # type: ignore[arg-type]

    monkeypatch.setattr(linter, "lint_file", failing)
    fixed = fixed_source(GRAPH, "p.py", Settings(keras_version="2"))
    assert (fixed.text, fixed.applied) == (GRAPH, ())
    assert [f.code for f in fixed.left] == ["KFD101"]


def test_unsafe_only_when_asked() -> None:
    settings = Settings(keras_version="3.15")
    assert fixed_source(GRAPH, "p.py", settings).applied == ()
    fixed = fixed_source(GRAPH, "p.py", settings, unsafe=True)
    assert [f.code for f in fixed.applied] == ["KFD101"]
    assert fixed.left == ()


def test_a_freeze_spelled_rightly_gets_what_frozen_parts_need() -> None:
    body = CLASS + "        h = self.base(inputs)\n" + TAIL
    program = HEAD.replace("base.trainable", "base.trainble") + MORE + body + TRAINING
    fixed = fixed_source(program, "p.py", Settings(keras_version="3.15"))
    assert "base.trainable = False" in fixed.text
    assert "self.base(inputs, training=False)" in fixed.text
    assert "self.dropout(h, training=training)" in fixed.text
    # in a graph no safe fix follows: what was random before is now spoken of
    graph = GRAPH.replace("base.trainable", "base.trainble")
    safe = fixed_source(graph, "p.py", Settings(keras_version="3.15"))
    assert safe.text == GRAPH
    assert [(f.code, f.fix is not None) for f in safe.left] == [("KFD101", True)]
    assert safe.held_back == ()
    both = fixed_source(graph, "p.py", Settings(keras_version="3.15"), unsafe=True)
    assert both.left == ()


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_stay(end: str) -> None:
    program = GRAPH.replace("\n", end)
    fixed = fixed_source(program, "p.py", Settings(keras_version="3.15"), unsafe=True)
    assert fixed.applied
    plain = fixed_source(GRAPH, "p.py", Settings(keras_version="3.15"), unsafe=True)
    assert fixed.text == plain.text.replace("\n", end)
