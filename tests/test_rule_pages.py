"""Each rule's page is true: its wrong example is reported where claimed, its right one never."""

from __future__ import annotations

import pkgutil

import pytest

import dropout_lint.rules
from dropout_lint import Settings, lint_source
from dropout_lint.reproducing.stories import STORIES
from dropout_lint.rules import RULES
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Rule
from tests.conftest import Kerases
from tests.fixture_files import KERASES

CLAIMS = {
    "all": {"2", "3.15", "3.16"},
    "2": {"2"},
    "2; 3.16 for base.call()": {"2"},
    "3": {"3.15", "3.16"},
    "3.0–3.15": {"3.15"},
    "≥ 3.10; 2 if the callee takes no training": {"3.15", "3.16"},
    "3 in call(); 3.16 in graphs": {"3.15", "3.16"},
}
CASES = [pytest.param(rule, keras, id=f"{rule.code}-{keras}") for rule in RULES for keras in KERASES]


def _codes(source: str, keras: str) -> set[str]:
    settings = Settings(keras_version=keras, opt_in=frozenset(rule.code for rule in RULES))
    return {finding.code for finding in lint_source(source, "example.py", settings)}


@pytest.mark.parametrize(("rule", "keras"), CASES)
def test_wrong_example_is_reported_where_claimed(rule: Rule, keras: str) -> None:
    assert (rule.code in _codes(rule.wrong, keras)) is (keras in CLAIMS[rule.kerases])


@pytest.mark.parametrize(("rule", "keras"), CASES)
def test_right_example_is_silent(rule: Rule, keras: str) -> None:
    codes = _codes(rule.right, keras)
    assert rule.code not in codes
    assert codes == set() or keras not in CLAIMS[rule.kerases]


@pytest.mark.parametrize(("rule", "keras"), CASES)
def test_examples_run(rule: Rule, keras: str, kerases: Kerases) -> None:
    if keras not in CLAIMS[rule.kerases]:
        return
    oracle = kerases.get(keras)
    for example in (rule.wrong, rule.right):
        assert oracle.run_source(example, "example.py")["error"] is None


def test_every_rule_file_is_registered() -> None:
    modules = {m.name for m in pkgutil.iter_modules(dropout_lint.rules.__path__) if m.name.startswith("kfd")}
    assert modules == {f"{rule.code.lower()}_{rule.name.replace('-', '_')}" for rule in RULES}
    assert [rule.code for rule in RULES] == sorted({rule.code for rule in RULES})


def test_every_claim_is_made_and_can_be_shown() -> None:
    assert {rule.claim for rule in RULES} == set(Claim) == set(STORIES)
