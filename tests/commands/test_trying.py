"""`explain CODE --run`: real Keras shows what each rule's page says."""

from __future__ import annotations

from typing import Any

import pytest

from dropout_lint.commands import trying
from dropout_lint.rules import RULES, codes_that
from dropout_lint.rules.claim import OF_FROZEN_PARTS, Claim
from tests.commands.running import cli
from tests.drawn import count, some
from tests.test_rule_pages import CLAIMS

# Rules whose page is about a frozen random layer that drops in training.
_ACTIVE = codes_that(OF_FROZEN_PARTS - {Claim.FALSE_OVERRIDDEN, Claim.NOTHING_TO_FREEZE})
KERASES = ("2", "3.15")


@pytest.fixture(scope="module", params=KERASES)
def tried(request: pytest.FixtureRequest) -> tuple[str, dict[str, tuple[dict[str, Any], dict[str, Any]]]]:
    """What was seen of the wrong and the right example of every rule that speaks of this Keras."""
    keras: str = request.param
    rules = some([rule for rule in RULES if keras in CLAIMS[rule.kerases]], 6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TF_USE_LEGACY_KERAS", "1" if keras == "2" else "0")
        seen = trying.try_programs([text for rule in rules for text in (rule.wrong, rule.right)])
    return keras, {rule.code: (seen[2 * n], seen[2 * n + 1]) for n, rule in enumerate(rules)}


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
def test_keras_shows_what_the_pages_say(
    tried: tuple[str, dict[str, tuple[dict[str, Any], dict[str, Any]]]],
) -> None:
    keras, pages = tried
    assert len(pages) >= count(15, 6)
    for code, (wrong, right) in pages.items():
        assert (code, wrong["error"], right["error"]) == (code, None, None)
        assert wrong["keras"].startswith(keras)
        assert _deeds(wrong) != _deeds(right), code
        if code in _ACTIVE:
            assert (code, _frozen_and_active(wrong), _frozen_and_active(right)) == (code, True, False)


@pytest.mark.keras
def test_what_one_program_sets_the_next_does_not_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    start = "import tensorflow as tf\nfrom tensorflow import keras\n"
    call = "flip = keras.layers.RandomFlip()\nwith tf.GradientTape():\n    flip(tf.ones((1, 2, 2, 1)))\n"
    phase = "keras.backend.set_learning_phase(0)\n"
    with_phase, without = trying.try_programs([start + phase + call, start + call])
    active = [
        [row["active"] for run in seen["runs"] for row in run["layers"].values()]
        for seen in (with_phase, without)
    ]
    assert active == [[False], [True]]


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
        trying.try_programs(["while True: pass\n"])


def test_only_rules_can_be_tried() -> None:
    done = cli("explain", "train.py:3", "--run")
    assert (done.code, done.out) == (2, "")
