"""Compares the simulation's tables of a program with the table that Keras gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.tables import Row, Table

_FIELDS = ("frozen", "flag", "active", "updated")


@dataclass
class Comparison:
    """What a comparison found.

    Args:
        rows: of Keras' table.
        unknown: rows that the simulation left open.
        disagreements: (signature, detail); the signature names the kind of difference.
    """

    rows: int = 0
    unknown: int = 0
    disagreements: list[tuple[str, str]] = field(default_factory=list)

    @property
    def only_updates(self) -> bool:
        """Every difference is about weights that moved, which depends on the data too."""
        return all(signature.startswith("updated") for signature, _ in self.disagreements)


def compare(tables: Sequence[Table], truth: Table) -> Comparison:
    """The comparison with the simulated path that comes nearest to what was executed."""
    found = [_compare(table, truth) for table in tables]
    if not found:
        return Comparison(disagreements=[("no path", "no path was simulated")])
    return min(found, key=lambda comparison: (len(comparison.disagreements), comparison.unknown))


def _compare(simulation: Table, truth: Table) -> Comparison:
    result = Comparison()
    ours = {str(run["run"]): run for run in simulation}
    theirs = {str(run["run"]): run for run in truth}
    for key in sorted({*ours, *theirs}):
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None:
            side = "simulated" if other is None else "in Keras"
            kind = (one or other or {})["run"][0]
            result.disagreements.append((f"run only {side}: {kind}", f"run {key} only {side}"))
            continue
        kind = one["run"][0]
        for name in ("activities", "updates"):
            _compare_rows(kind, key, one[name], other[name], result)
    return result


def _compare_rows(kind: str, key: str, ours: list[Row], theirs: list[Row], result: Comparison) -> None:
    result.rows += len(theirs)
    left = [row for row in ours if row not in theirs]
    right = [row for row in theirs if row not in ours]
    for row in list(left):
        twin = next((other for other in right if _compatible(row, other)), None)
        if twin is not None:
            result.unknown += any(row[name] is None for name in row)
            left.remove(row)
            right.remove(twin)
    for row in list(left):
        twin = next((other for other in right if _place(other) == _place(row)), None)
        if twin is not None:
            left.remove(row)
            right.remove(twin)
            signature = ", ".join(_difference(name, row, twin) for name in row if row[name] != twin[name])
            detail = f"run {key}: simulated {row}, in Keras {twin}"
            result.disagreements.append((f"{signature} ({row['layer'][0]}, {kind})", detail))
    for side, rows in (("simulated", left), ("in Keras", right)):
        for row in rows:
            name = "update" if "updated" in row else "row"
            signature = f"{name} only {side} ({row['layer'][0]}, {kind})"
            result.disagreements.append((signature, f"run {key}: {row}"))


def _difference(name: str, ours: Row, theirs: Row) -> str:
    return f"{name} simulated {ours[name]}, in Keras {theirs[name]}"


def _place(row: Row) -> Any:
    return row["layer"], row.get("route")


def _compatible(ours: Row, theirs: Row) -> bool:
    """Equal, but for fields that one side leaves open."""
    if _place(ours) != _place(theirs):
        return False
    return all(None in (ours[f], theirs[f]) or ours[f] == theirs[f] for f in _FIELDS if f in ours)


def count_signatures(found: Sequence[tuple[str, str]]) -> Counter[str]:
    return Counter(signature for signature, _ in found)
