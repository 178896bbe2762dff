"""`dropout-lint rules`: all rules in a table."""

from __future__ import annotations

import json
import sys

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from dropout_lint.reporters.pretty import console_for
from dropout_lint.rules import RULES
from dropout_lint.rules.notices import NOTICES
from dropout_lint.rules.page import described
from dropout_lint.selection import CODES

_HEADINGS = ("code", "name", "Keras", "default", "says")
# In fewer columns a table has no room for what the rules say.
_FOR_A_TABLE = 120


def run(color: bool = True, as_json: bool = False) -> int:
    """Prints the table; on a narrow terminal a list. For programs: what is known of every rule."""
    if as_json:
        json.dump([described(code) for code in CODES], sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return 0
    rows: list[tuple[str, ...]] = [
        (r.code, r.name, r.kerases, "on" if r.default else "opt-in", r.summary) for r in RULES
    ]
    rows += [(n.code, n.name, "all", "opt-in", n.summary) for n in NOTICES]
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
