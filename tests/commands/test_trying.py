"""`explain CODE --run`: real Keras shows what each rule's page says."""

from __future__ import annotations

from typing import Any

import pytest

from dropout_lint.commands import trying
from dropout_lint.rules import RULES
from dropout_lint.rules.rule import Rule
from tests.commands.running import cli
from tests.test_rule_pages import CLAIMS

# Rules whose page is about a frozen random layer that drops in training.
_ACTIVE = {"KFD101", "KFD104", "KFD105", "KFD106", "KFD107", "KFD108"}
CASES = [
    pytest.param(rule, keras, id=f"{rule.code}-{keras}")
    for rule in RULES
    for keras in ("2", "3.15")
    if keras in CLAIMS[rule.kerases]
]


def _try(text: str, keras: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1" if keras == "2" else "0")
    return trying.try_program(text)


def _frozen_and_active(seen: dict[str, Any]) -> bool:
    return any(
        row["frozen"] and row["active"]
        for run in seen["runs"]
        if run["training"]
        for row in run["layers"].values()
    )


def _deeds(seen: dict[str, Any]) -> list[str]:
    """What was seen, without the lines of the program."""
    lines = trying.table(seen)
    return [" ".join(word for word in line.split() if not word.rstrip("),").isdigit()) for line in lines]


@pytest.mark.keras
@pytest.mark.parametrize(("rule", "keras"), CASES)
def test_keras_shows_what_the_page_says(rule: Rule, keras: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, right = (_try(text, keras, monkeypatch) for text in (rule.wrong, rule.right))
    assert (wrong["error"], right["error"]) == (None, None)
    assert wrong["keras"].startswith(keras)
    assert _deeds(wrong) != _deeds(right)
    if rule.code in _ACTIVE:
        assert (_frozen_and_active(wrong), _frozen_and_active(right)) == (True, False)


def test_without_keras_the_programs_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "find_spec", lambda name: None)
    done = cli("explain", "KFD101", "--run")
    assert done.code == 0
    assert "  9 base.trainable = False" in done.out
    assert done.out.count("Not executed: no TensorFlow is installed beside dropout-lint.") == 2


def test_a_program_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "SECONDS", 0.01)
    monkeypatch.setattr(trying, "find_spec", lambda name: True)
    with pytest.raises(trying.NotTried, match="did not end"):
        trying.try_program("while True: pass\n")


def test_only_rules_can_be_tried() -> None:
    done = cli("explain", "train.py:3", "--run")
    assert (done.code, done.out) == (2, "")
