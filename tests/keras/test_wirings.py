"""Every wiring that was measured by hand: the simulation and the instrumented Keras say the same."""

from __future__ import annotations

from typing import Any

import pytest

from dropout_lint.judging import simulate
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.source.text import SourceFile
from tests.conftest import Kerases
from tests.keras.cells import KERASES, Cells, cell
from tests.keras.train_entries import TRAIN_ENTRIES
from tests.keras.wirings import WIRINGS
from tests.tables import Table, simulated


def _cases(wirings: dict[str, tuple[str, Cells]], raising: bool) -> list[Any]:
    return [
        pytest.param(text, keras, cell(cells, keras), id=f"{name} [{keras}]")
        for name, (text, cells) in wirings.items()
        for keras in KERASES
        if raising or cell(cells, keras) != "raises"
    ]


def _executed(text: str, keras: str, kerases: Kerases) -> Table | None:
    """The runs of a program as Keras executes it; None when it raises a TypeError, as some must."""
    table = kerases.get(keras).run_source(text)
    if table["error"] is None:
        runs: Table = table["runs"]
        return runs
    assert table["error"].startswith("TypeError")
    return None


def _simulated(text: str, keras: str) -> list[Table]:
    file = SourceFile("program.py", text)
    traces = simulate(file, behaviours(keras)[-1])
    return [simulated(file, trace) for trace in traces if trace.whole_program]


def _marked(text: str, mark: str) -> set[int]:
    return {number for number, line in enumerate(text.splitlines(), 1) if line.endswith(f"# {mark}")}


def _created(key: list[Any]) -> int:
    """The line where a layer was created; for a clone, that of its original."""
    if isinstance(key[2], int):
        return int(key[1])
    return int(key[2].removeprefix("clone of ").split("#")[0])


def _active(run: dict[str, Any], lines: set[int]) -> str:
    """Whether layers made at these lines are active in a run: Y, - or, if that is not known, a ?."""
    states = [row["active"] for row in run["activities"] if _created(row["layer"]) in lines]
    if True in states:
        return "Y"
    return "?" if None in states or not states else "-"


def _entries(text: str, runs: Table) -> list[dict[str, Any]]:
    """The measured runs in program order: each stands on a line of its own."""
    skipped = _marked(text, "not measured")
    return sorted((run for run in runs if run["run"][1] not in skipped), key=lambda run: int(run["run"][1]))


def _wiring_cell(text: str, runs: Table) -> str:
    entries = _entries(text, runs)
    return f"{_entries_cell(text, runs)} h{_active(entries[0], _marked(text, 'head'))}"


def _entries_cell(text: str, runs: Table) -> str:
    frozen = _marked(text, "frozen")
    return "".join(_active(run, frozen) for run in _entries(text, runs))


@pytest.mark.parametrize(("text", "keras", "expected"), _cases(WIRINGS, raising=True))
def test_keras_treats_the_wiring_as_measured(text: str, keras: str, expected: str, kerases: Kerases) -> None:
    runs = _executed(text, keras, kerases)
    assert ("raises" if runs is None else _wiring_cell(text, runs)) == expected


@pytest.mark.parametrize(("text", "keras", "expected"), _cases(TRAIN_ENTRIES, raising=True))
def test_keras_treats_train_entries_as_measured(
    text: str, keras: str, expected: str, kerases: Kerases
) -> None:
    runs = _executed(text, keras, kerases)
    assert ("raises" if runs is None else _entries_cell(text, runs)) == expected


@pytest.mark.parametrize(("text", "keras", "expected"), _cases(WIRINGS, raising=False))
def test_the_simulation_treats_the_wiring_as_measured(text: str, keras: str, expected: str) -> None:
    assert {_wiring_cell(text, runs) for runs in _simulated(text, keras)} == {expected}


@pytest.mark.parametrize(("text", "keras", "expected"), _cases(TRAIN_ENTRIES, raising=False))
def test_the_simulation_treats_train_entries_as_measured(text: str, keras: str, expected: str) -> None:
    assert {_entries_cell(text, runs) for runs in _simulated(text, keras)} == {expected}
