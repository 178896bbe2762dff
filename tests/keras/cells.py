"""The cells of the tables of measurements: what one Keras was measured to do with one program."""

from __future__ import annotations

KERASES = ("2", "3.15", "3.16")
# Keras 2, 3.15 and 3.16; one string where they agree.
Cells = str | tuple[str, str, str]


def cell(cells: Cells, keras: str) -> str:
    """The cell of one Keras."""
    return cells if isinstance(cells, str) else cells[KERASES.index(keras)]
