"""What the tests of the oracle run, and how they read its tables."""

from textwrap import dedent
from typing import Any

from tests.oracle import Oracle

Table = dict[str, Any]
DATA = """\
import numpy as np
import tensorflow as tf
import keras
from keras import layers
x, y = np.ones((4, 6), "float32"), np.zeros((4, 1), "float32")
"""


def run(oracle: Oracle, source: str, data: str = DATA) -> Table:
    """The table of a program that must not fail."""
    table = oracle.run_source(data + dedent(source))
    assert table["error"] is None
    return table


def marked(text: str, mark: str) -> int:
    """The line that carries this marker comment."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.endswith(f"# {mark}"))


def activities(text: str, run_row: Table) -> set[tuple[Any, ...]]:
    """Rows with markers for lines: (class, marker or line, n, route, frozen, flag, active)."""
    names = {
        number: line.rsplit("# ", 1)[1] for number, line in enumerate(text.splitlines(), 1) if "# " in line
    }
    return {
        (
            row["layer"][0],
            names.get(row["layer"][1], row["layer"][1]),
            row["layer"][2],
            " ".join(str(names.get(line, line)) for line in row["route"]),
            row["frozen"],
            row["flag"],
            row["active"],
        )
        for row in run_row["activities"]
    }


def updates(run_row: Table) -> dict[str, tuple[bool, bool | None]]:
    """Class and n -> (trainable, updated)."""
    return {
        f"{row['layer'][0]}{row['layer'][2]}": (row["trainable"], row["updated"])
        for row in run_row["updates"]
    }
