"""`dropout-lint rules`: all rules in a table."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from dropout_lint.reporters.pretty import console_for
from dropout_lint.rules import RULES
from dropout_lint.selection import NOT_ANALYSED

_HEADINGS = ("code", "name", "Keras", "default", "says")
# In fewer columns a table has no room for what the rules say.
_FOR_A_TABLE = 120


def run(color: bool = True) -> int:
    """Prints the table; on a narrow terminal a list."""
    rows: list[tuple[str, ...]] = [
        (r.code, r.name, r.kerases, "on" if r.default else "opt-in", r.summary) for r in RULES
    ]
    rows.append((NOT_ANALYSED, "not-analysed", "all", "opt-in", "a file was passed over, with the reason"))
    console = console_for(sys.stdout, color)
    (_write_table if console.width >= _FOR_A_TABLE else _write_list)(rows, console)
    return 0


def _write_table(rows: list[tuple[str, ...]], console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in _HEADINGS[:-1]:
        table.add_column(heading, no_wrap=heading == "code", overflow="fold")
    table.add_column(_HEADINGS[-1], ratio=1, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _write_list(rows: list[tuple[str, ...]], console: Console) -> None:
    for code, name, kerases, default, says in rows:
        console.print(f"{code} {name}", style="bold")
        console.print(Padding(f"{says} (Keras: {kerases}; {default})", (0, 0, 0, 4)))
