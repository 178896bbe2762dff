"""Writes README's table of rules from the rules' own metadata.

python -m tests.rules_table
"""

from __future__ import annotations

from pathlib import Path

from dropout_lint.rules import RULES
from dropout_lint.rules.notices import NOTICES
from dropout_lint.rules.rule import Rule

README = Path(__file__).resolve().parents[1] / "README.md"
START = "<!-- rules-table: written by `python -m tests.rules_table` -->\n"
END = "<!-- end of rules-table -->\n"


def table() -> str:
    """The table as Markdown."""
    rows = ["| code | name | says | Keras | default |", "|---|---|---|---|---|"]
    rows += [_row(rule) for rule in RULES]
    return "\n".join([*rows, *(f"| {n.code} | {n.name} | {n.summary} | | opt-in |" for n in NOTICES)]) + "\n"


def _row(rule: Rule) -> str:
    default = "on" if rule.default else "opt-in"
    return f"| {rule.code} | {rule.name} | {rule.summary} | {rule.kerases} | {default} |"


def updated(text: str) -> str:
    """README's text with the table as it should be."""
    before, rest = text.split(START)
    return before + START + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
