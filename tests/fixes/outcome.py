"""What a fix has to leave as it was, in every run of every model of a program: which weights move, by which
optimizer, what else is random, what inference does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from dropout_lint import Edit
from dropout_lint.rules import claim_of
from dropout_lint.rules.claim import OF_TRAINABLE, Claim
from tests.fixes.cases import Case
from tests.fixes.programs import Program
from tests.fixture_files import Line

Table = dict[str, Any]
Row = tuple[Any, ...]

# What is to be trained is off.
SILENCED = {Claim.FLAG_NOT_TAKEN, Claim.FALSE_LEAKS, Claim.NONE_RESETS, Claim.STEP_UNTOLD}


class Moved:
    """Where the lines of a program are after some edits of one of its files."""

    def __init__(self, program: Program, edits: tuple[Edit, ...]) -> None:
        self._lengths = [(program.line(edit.place), edit) for edit in edits]

    def line(self, name: Line) -> Line:
        """The new name of an old line."""
        file, number = _split(name)
        added = 0
        for start, edit in self._lengths:
            own_file, first = _split(start)
            # its own start counts as above
            above = first < number or (first == number and edit.place.column == 0)
            if own_file == file and above:
                added += edit.text.count("\n") - (edit.place.end_line - edit.place.line)
        return f"{file}:{number + added}" if file else number + added

    def key(self, key: list[Any]) -> tuple[Any, ...]:
        """The new form of a layer's key; "clone of LINE#N" has a line too."""
        name, line, nth = key
        if isinstance(nth, str) and "#" in nth:
            origin, _, number = nth.removeprefix("clone of ").rpartition("#")
            nth = f"clone of {self.line(origin if ':' in origin else int(origin))}#{number}"
        return name, self.line(line), nth


def counted_by_class(table: Table) -> Table:
    """A table whose layers of one line are counted by their class: a fix may make another one there."""
    rows = [row for run in table["runs"] for row in (*run["activities"], *run["updates"])]
    keys = [row["layer"] for row in rows] + [entry["model"] for entry in table["models"] if entry["model"]]
    made: dict[tuple[str, Line], set[int]] = {}
    for name, line, nth in keys:
        if isinstance(nth, int):
            made.setdefault((name, line), set()).add(nth)

    def key(old: list[Any] | None) -> list[Any] | None:
        if old is None or not isinstance(old[2], int):
            return old
        return [*old[:2], sorted(made[old[0], old[1]]).index(old[2])]

    runs = [
        {
            **run,
            **{rows: [{**row, "layer": key(row["layer"])} for row in run[rows]] for rows in _TABLES},
        }
        for run in table["runs"]
    ]
    models = [{**entry, "model": key(entry["model"])} for entry in table["models"]]
    return {**table, "runs": runs, "models": models}


_TABLES = ("activities", "updates")


def _split(name: Line) -> tuple[str, int]:
    """The file and the number of a line; no file for that of the program itself."""
    file, _, number = str(name).rpartition(":")
    return file, int(number)


def rows_of(table: Table, moved: Moved) -> dict[Row, tuple[bool, bool]]:
    """(run, layer, route) -> (frozen, active), in the lines of the fixed program."""
    rows: dict[Row, tuple[bool, bool]] = {}
    for number, run in enumerate(table["runs"]):
        for row in run["activities"]:
            route = tuple(moved.line(step) for step in row["route"])
            key = (number, run["training"], *moved.key(row["layer"]), route)
            frozen, active = rows.get(key, (True, False))
            rows[key] = (frozen and bool(row["frozen"]), active or bool(row["active"]))
    return rows


def kept(case: Case, before: Table, after: Table, moved: Moved) -> list[str]:
    """What the fixed program does otherwise and should not, in words."""
    return [
        *_randomness(case, before, after, moved),
        *_optimizers(case, before, after, moved),
        *_weights(case, before, after, moved),
    ]


def _randomness(case: Case, before: Table, after: Table, moved: Moved) -> Iterator[str]:
    """Layers that trained with Dropout on still do, those that did not still do not; so in inference."""
    claim = claim_of(case.finding.code)
    new = rows_of(after, Moved(case.program, ()))
    others = {claim_of(f.code) for keras in case.kerases for f in case.program.findings(keras)}
    for key, (frozen, active) in rows_of(before, moved).items():
        training = key[1]
        now_frozen, now = new.get(key, (frozen, False))
        if now == active:
            continue
        if training:
            # A freeze that begins to work switches BatchNormalization off; a leak that ends leaves a tape
            # with the flag that it wrote; what another flag silenced may be told its own.
            off = frozen or (claim in OF_TRAINABLE and now_frozen)
            off = off or (claim is Claim.TRUE_LEAKS and before["runs"][key[0]]["run"][0] == "tape")
            on = not frozen and not others.isdisjoint(SILENCED)
        else:
            off, on = claim is Claim.TRUE_LEAKS or (claim is Claim.FROZEN_FORCED_ON and frozen), False
        if not (on if now else off):
            yield f"{'switched on' if now else 'switched off'}: {key}"


def _optimizers(case: Case, before: Table, after: Table, moved: Moved) -> Iterator[str]:
    """Each run is that of the same model, with the same metrics, optimizer, learning rate and steps."""
    assert case.finding.fix is not None
    anew = any("from_config" in edit.text for edit in case.finding.fix.edits)
    for number, (old, new) in enumerate(zip(before["models"], after["models"], strict=True)):
        if old["model"] and moved.key(old["model"]) != tuple(new["model"] or ()):
            yield f"run {number} is that of another model: {new['model']}"
        if old["metrics"] != new["metrics"]:
            yield f"run {number} has other metrics: {new['metrics']}"
        (start, end), (new_start, new_end) = (_both(one["optimizers"]) for one in (old, new))
        if start is None or end is None or new_start is None or new_end is None:
            if (start, end) != (new_start, new_end):
                yield f"run {number} has another optimizer"
            continue
        for one, other in ((start, new_start), (end, new_end)):
            if one["class"] != other["class"]:
                yield f"run {number} is trained by {other['class']}"
            restarted = anew and case.grade == "unsafe"  # the schedule too
            if not restarted and not math.isclose(one["learning_rate"], other["learning_rate"], rel_tol=1e-6):
                yield f"run {number} has the learning rate {other['learning_rate']}"
        if end["iterations"] - start["iterations"] != new_end["iterations"] - new_start["iterations"]:
            yield f"run {number} takes another number of steps"
        if start["iterations"] != new_start["iterations"] and not anew:
            yield f"run {number} counts its steps from {new_start['iterations']}"


def _both(optimizers: list[Any]) -> tuple[Any, Any]:
    """As a run began and as it ended; a tape shows neither."""
    return (optimizers[0], optimizers[-1]) if optimizers else (None, None)


def _weights(case: Case, before: Table, after: Table, moved: Moved) -> Iterator[str]:
    """The same weights move in each run; where the fix is about weights, in the runs it is not about."""
    about = _runs_about_weights(case, before)
    for number, (old, new) in enumerate(zip(before["runs"], after["runs"], strict=True)):
        was = {moved.key(row["layer"]): row["updated"] for row in old["updates"]}
        for row in new["updates"]:
            name, now = tuple(row["layer"]), row["updated"]
            if was.get(name) is None or now is None:
                continue
            if number in about and now and not row["trainable"]:
                yield f"weights move in run {number} against their flag: {name}"
            if number in about and was[name] and not now and row["trainable"]:
                yield f"weights no longer move in run {number}: {name}"
            if number not in about and was[name] is not now:
                yield f"weights {'' if now else 'no longer '}move in run {number}: {name}"


def _runs_about_weights(case: Case, before: Table) -> set[int]:
    """The runs in which a fix is to change which weights move: those of the model, from the one named on."""
    every = range(len(before["runs"]))
    claim = claim_of(case.finding.code)
    if claim is not Claim.TRAINABLE_TOO_LATE:
        return set(every if claim in OF_TRAINABLE else ())
    lines = [case.program.line(r.place) for r in case.finding.related if r.role == "trained"]
    first = next((n for n in every if before["runs"][n]["run"][1] in lines), len(every))
    return {
        n for n in every if n >= first and before["models"][n]["model"] == before["models"][first]["model"]
    }
