"""The simulation's tables in the oracle's form, to compare them row by row.

A table is a list of runs; see `tests.oracle` for its fields. Rows that the simulation leaves open
carry None where the oracle has a truth value: they count as unknown, not as agreement.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.trace import Activity, Run, Trace
from dropout_lint.source.positions import Span, spans
from dropout_lint.source.text import SourceFile
from tests.fixture_files import Line

Row = dict[str, Any]
Table = list[dict[str, Any]]


def simulated(file: SourceFile, trace: Trace) -> Table:
    """One trace as a table."""
    return _Tables(file, trace).table()


class _Tables:
    def __init__(self, file: SourceFile, trace: Trace) -> None:
        self.trace = trace
        frames = [frame for run in trace.runs for row in run.activities for frame in row.frames]
        sites = [layer.site for layer in trace.layers] + [run.site for run in trace.runs]
        sites += [site for frame in frames for site in (frame.via, frame.site) if site is not None]
        self.main = file
        self.spans: dict[int, Span] = {}
        for other in {id(site.file): site.file for site in sites}.values():
            self.spans |= spans(other.module, [site.node for site in sites if site.file is other])
        self.keys = self._keys()

    def line(self, site: Site) -> Line:
        """As in the oracle's tables: other files of the program are named."""
        line = self.spans[id(site.node)].line
        if site.file is self.main:
            return line
        return f"{os.path.relpath(site.file.path, os.path.dirname(self.main.path))}:{line}"

    def _keys(self) -> dict[int, list[Any]]:
        counts: Counter[Line] = Counter()
        keys: dict[int, list[Any]] = {}
        for layer in self.trace.layers:
            line = self.line(layer.site)
            if layer.clone_of is not None:
                original = keys.get(id(layer.clone_of))
                keys[id(layer)] = [layer.class_name, line, "clone of {1}#{2}".format(*original or "???")]
                continue
            keys[id(layer)] = [layer.class_name, line, counts[line]]
            counts[line] += 1
        return keys

    def key(self, layer: Layer) -> list[Any]:
        if layer.ready_made is not None:  # the oracle shows what library code made under its owner
            layer = layer.ready_made
        return self.keys.get(id(layer), [layer.class_name, 0, 0])

    def table(self) -> Table:
        counts: Counter[tuple[str, Line]] = Counter()
        runs: Table = []
        for run in self.trace.runs:
            if run.assumed:
                continue  # what another file may do is not what this program does
            line = self.line(run.site)
            number = 0 if run.kind == "tape" else counts[run.kind, line]
            counts[run.kind, line] += 1
            runs.append(
                {
                    "run": [run.kind, line, number],
                    "activities": self._rows(run),
                    "updates": self._updates(run),
                }
            )
        return normalised(runs)

    def _rows(self, run: Run) -> list[Row]:
        rows = [self._row(activity) for activity in run.activities if activity.layer.ready_made is None]
        return rows + _merged([self._row(a) for a in run.activities if a.layer.ready_made is not None])

    def _row(self, row: Activity) -> Row:
        return {
            "layer": self.key(row.layer),
            "route": [self.line(s) for frame in row.frames for s in (frame.via, frame.site) if s is not None],
            "frozen": row.frozen,
            "flag": bool(row.flag.value) if row.flag.known else None,
            "active": row.active,
        }

    def _updates(self, run: Run) -> list[Row]:
        if not run.training or run.kind == "tape":
            return []
        trained = run.trained
        return [
            {"layer": self.key(layer), "updated": None if trained is None else layer in trained}
            for layer in run.layers
            if _simple(layer)
        ]


def _merged(rows: list[Row]) -> list[Row]:
    """The rows of a ready-made model, one for each route: active if any layer is."""
    merged: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: not row["active"]):
        merged.setdefault(str((row["layer"], row["route"])), row)
    return list(merged.values())


def _simple(layer: Layer) -> bool:
    """Layers whose weights a gradient surely reaches and moves."""
    return layer.class_name in ("Dense", "Conv2D")


def observed(table: dict[str, Any]) -> Table:
    """The oracle's table with the fields that are compared."""
    runs: Table = []
    for run in table["runs"]:
        rows = [{**row, "flag": bool(row["flag"])} for row in run["activities"]]
        updates = [
            {"layer": row["layer"], "updated": row["updated"]}
            for row in run["updates"]
            if row["layer"][0] in ("Dense", "Conv2D") and run["run"][0] != "tape"
        ]
        runs.append({"run": run["run"], "activities": rows, "updates": updates if run["training"] else []})
    return normalised(runs)


def normalised(runs: Table) -> Table:
    """Runs with equal keys merged, equal rows merged, everything in one order."""
    merged: dict[str, dict[str, Any]] = {}
    for run in runs:
        into = merged.setdefault(str(run["run"]), {"run": run["run"], "activities": [], "updates": []})
        for name in ("activities", "updates"):
            into[name] += [row for row in run[name] if row not in into[name]]
    for run in merged.values():
        for name in ("activities", "updates"):
            run[name].sort(key=str)
    return sorted(merged.values(), key=lambda run: str(run["run"]))


def differences(simulation: Table, truth: Table) -> list[str]:
    """Every row that one side has and the other has not, in words; empty when they agree."""
    simulation = _without_open_updates(simulation, truth)
    ours, theirs = _flat(simulation), _flat(truth)
    found = [f"only simulated: {row}" for row in ours if row not in theirs]
    return found + [f"only in Keras:  {row}" for row in theirs if row not in ours]


def _without_open_updates(simulation: Table, truth: Table) -> Table:
    """The simulation with what it leaves open about weights filled in from Keras.

    Whether a step is traced anew depends on the shapes of the data, which no source shows.
    """
    known = {(str(run["run"]), str(row["layer"])): row["updated"] for run in truth for row in run["updates"]}
    filled = []
    for run in simulation:
        updates = [
            {**row, "updated": known.get((str(run["run"]), str(row["layer"])))}
            if row["updated"] is None
            else row
            for row in run["updates"]
        ]
        filled.append({**run, "updates": updates})
    return filled


def _flat(table: Table) -> list[str]:
    rows: list[str] = []
    for run in table:
        rows.append(f"run {run['run']}")
        rows += [f"run {run['run']}: {row}" for row in run["activities"]]
        rows += [f"run {run['run']}: {row}" for row in run["updates"]]
    return rows


def closest(tables: Sequence[Table], truth: Table) -> list[str]:
    """The differences of the simulated path that comes nearest to what was executed."""
    return min((differences(table, truth) for table in tables), key=len, default=["no simulated path"])
