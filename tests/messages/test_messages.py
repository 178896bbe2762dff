"""The messages are those that were reviewed, and each rule has some."""

from __future__ import annotations

from difflib import unified_diff

from dropout_lint.rules import RULES
from tests.messages.programs import RECORD, told


def test_messages_are_those_that_were_reviewed() -> None:
    before, now = RECORD.read_text(encoding="utf-8"), told()
    difference = "\n".join(unified_diff(before.splitlines(), now.splitlines(), lineterm=""))
    assert not difference, f"read them, then python -m tests.messages\n{difference}"


def test_each_rule_speaks() -> None:
    text = RECORD.read_text(encoding="utf-8")
    assert [rule.code for rule in RULES if f"] {rule.code} " not in text] == []
