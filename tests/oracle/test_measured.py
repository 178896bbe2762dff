"""The oracle against facts that were measured without it, against losses and plain arithmetic."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.oracle import Oracle
from tests.oracle.kerases import CHOICES
from tests.oracle.reading import Table, run
from tests.oracle.wirings import ENTRIES, PRELUDE, WIRINGS


def is_active(text: str, run_row: Table, mark: str) -> str:
    """Y, -, or ? if there is no row for the layers made at lines with the marker, or for their clones."""
    lines = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith(f"# {mark}")}
    hits = [row["active"] for row in run_row["activities"] if origin(row["layer"]) in lines]
    return "?" if not hits else "Y" if any(hits) else "-"


def origin(key: list[Any]) -> int:
    """The line of creation, for a clone that of the original."""
    line = key[1] if isinstance(key[2], int) else key[2].rsplit(" ", 1)[1].split("#")[0]
    return int(line)


@pytest.mark.parametrize("name", WIRINGS)
def test_agrees_with_the_measured_facts(oracle: Oracle, name: str) -> None:
    source, cells = WIRINGS[name]
    text = PRELUDE + source + ENTRIES
    table = oracle.run_source(text)
    if table["error"]:
        cell = "raises"
        assert table["error"].startswith("TypeError")
    else:
        frozen = "".join(is_active(text, run_row, "frozen") for run_row in table["runs"])
        cell = f"{frozen} h{is_active(text, table['runs'][0], 'head')}"
    assert cell == cells[CHOICES.index(oracle.keras)]


BLACK_BOX = [
    "func", "func-false", "func-none", "func-partial", "func-direct-call", "sequential",
    "sub-base-no-training", "sub-no-argument", "sub-no-argument-true", "sub-inherits", "sub-false",
    "sub-none", "sub-direct-call", "wrapper", "lambda-false", "time-distributed-false",
    "bidirectional-false", "siamese", "clone-whole", "functional-subclass",
]  # fmt: skip


@pytest.mark.parametrize("name", BLACK_BOX)
def test_losses_vary_where_a_random_layer_is_active(oracle: Oracle, name: str, tmp_path: Path) -> None:
    entries = """
import json, pathlib
m.compile(keras.optimizers.SGD(0.0), "mse")
losses = [float(m.train_on_batch(x, y)) for _ in range(6)]
pathlib.Path(__file__).with_name("losses.json").write_text(json.dumps(losses))
"""
    prelude = PRELUDE.replace('np.ones((4, 6), "float32")', 'np.random.normal(size=(4, 6)).astype("float32")')
    text = (prelude + WIRINGS[name][0]).replace("Dropout(0.4)", "Dropout(0.0)").replace(
        "np.zeros(", "np.ones("
    ) + entries
    program = tmp_path / "program.py"
    program.write_text(text)
    table = oracle.run(program)
    assert table["error"] is None
    losses = json.loads((tmp_path / "losses.json").read_text())
    varies = (max(losses) - min(losses)) / max(losses) > 1e-3
    assert varies == any(row["active"] for run_row in table["runs"] for row in run_row["activities"])


def test_a_frozen_dropout_drops(oracle: Oracle) -> None:
    run(
        oracle,
        """
        drop = layers.Dropout(0.5)
        drop.trainable = False
        ones = np.ones((100, 10), "float32")
        assert set(np.unique(drop(ones, training=True))) == {0.0, 2.0}
        assert set(np.unique(drop(ones, training=False))) == {1.0}
        """,
    )
