"""`dropout-lint rules`: all rules in a table."""

from __future__ import annotations

import sys

from rich.table import Table

from dropout_lint.reporters.pretty import console_for
from dropout_lint.rules import RULES
from dropout_lint.selection import NOT_ANALYSED


def run(color: bool = True) -> int:
    """Prints the table."""
    table = Table(box=None, pad_edge=False)
    for heading in ("code", "name", "Keras", "default"):
        table.add_column(heading, no_wrap=heading == "code", overflow="fold")
    table.add_column("says", ratio=1)
    for rule in RULES:
        default = "on" if rule.default else "opt-in"
        table.add_row(rule.code, rule.name, rule.kerases, default, rule.summary)
    table.add_row(NOT_ANALYSED, "not-analysed", "all", "opt-in", "a file was passed over, with the reason")
    console = console_for(sys.stdout, color)
    console.print(table)
    return 0
