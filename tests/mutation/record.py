"""The recorded witnesses: for each break that is noticed, one who notices it.

`python -m tests.mutation --record` searches for them and writes the record.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.mutation.noticing import Witness

_FILE = Path(__file__).with_name("witnesses.json")


def recorded() -> dict[str, Witness]:
    """The witness of each break that has one, by the break's name."""
    if not _FILE.exists():
        return {}
    table = json.loads(_FILE.read_text(encoding="utf-8"))
    return {name: Witness(*parts) for name, parts in table.items()}


def write(witnesses: dict[str, Witness]) -> None:
    """Replaces the record; one line for each break."""
    lines = [f" {json.dumps(name)}: {json.dumps(witnesses[name])}" for name in sorted(witnesses)]
    _FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
