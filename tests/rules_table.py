"""Writes what is said of all rules elsewhere than in their files: README's table, the codes that
`dropout_lint.selection` knows without them, and what pyproject.toml may select by its schema.

python -m tests.rules_table
"""

from __future__ import annotations

import re
from pathlib import Path

from dropout_lint.rules import RULES
from dropout_lint.rules.notices import NOTICES
from dropout_lint.rules.rule import Rule

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
SELECTION = ROOT / "dropout_lint" / "selection.py"
SCHEMA = ROOT / "dropout_lint" / "config.schema.json"
_TABLE = ("<!-- rules-table: written by `python -m tests.rules_table` -->\n", "<!-- end of rules-table -->\n")
_CODES = ("# <codes: written by `python -m tests.rules_table`>\n", "# <end of codes>\n")
_PATTERN = ('"pattern": "^(ALL|', ')$"')


def table() -> str:
    """README's table as Markdown."""
    rows = ["| code | name | says | Keras | default |", "|---|---|---|---|---|"]
    rows += [_row(rule) for rule in RULES]
    return "\n".join([*rows, *(f"| {n.code} | {n.name} | {n.summary} | | opt-in |" for n in NOTICES)]) + "\n"


def _row(rule: Rule) -> str:
    default = "on" if rule.default else "opt-in"
    return f"| {rule.code} | {rule.name} | {rule.summary} | {rule.kerases} | {default} |"


def _codes() -> str:
    """The codes as Python."""
    rules = {"_OF_RULES": RULES, "_OFF_BY_DEFAULT": [rule for rule in RULES if not rule.default]}
    lines: list[str] = []
    for name, named in rules.items():
        lines += [f"{name} = (", *(f'    "{rule.code}",' for rule in named), ")"]
    return "\n".join(lines) + "\n"


def _prefixes() -> str:
    """All codes and beginnings of codes, as alternatives of a regular expression."""
    codes = [one.code for one in (*RULES, *NOTICES)]
    begun = {length: sorted({code[:length] for code in codes}) for length in (1, 2, 3, 4, 5)}
    last = ("[" + "".join(code[5] for code in codes if code.startswith(ten)) + "]" for ten in begun[5])
    whole = [f"{ten}{digits}?" for ten, digits in zip(begun[5], last, strict=True)]
    return "|".join([*(word for length in (1, 2, 3, 4) for word in begun[length]), *whole])


def updated(path: Path) -> str:
    """The text of one of the files as it should be."""
    (start, end), new = {
        README: (_TABLE, table),
        SELECTION: (_CODES, _codes),
        SCHEMA: (_PATTERN, _prefixes),
    }[path]
    stretch = re.compile(f"(?<={re.escape(start)}).*?(?={re.escape(end)})", re.DOTALL)
    return stretch.sub(lambda _: new(), path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for written in (README, SELECTION, SCHEMA):
        written.write_text(updated(written), encoding="utf-8")
