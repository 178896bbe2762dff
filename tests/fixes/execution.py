"""What Keras does with a program before and after a fix, and whether that is a cure."""

from __future__ import annotations

from typing import Any

from dropout_lint import Edit
from tests.fixes.cases import Case
from tests.oracle import Oracle

Table = dict[str, Any]
Row = tuple[Any, ...]
_ATTEMPTS = 3  # small random data can leave a weight without a gradient once, not three times

FROZEN = ("KFD101", "KFD102", "KFD103", "KFD104", "KFD106", "KFD108")
SILENCED = ("KFD201", "KFD202", "KFD205")


class Executed:
    """Runs programs, each once."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self._tables: dict[str, Table] = {}

    def table(self, text: str, *, again: bool = False) -> Table:
        """What Keras did with a program."""
        if again or text not in self._tables:
            self._tables[text] = self.oracle.run_source(text)
        return self._tables[text]

    def trains(self, case: Case) -> bool:
        """Whether the program trains by itself; what other code trains cannot be executed here."""
        table = self.table(case.program.text)
        return table["error"] is not None or any(run["training"] for run in table["runs"])

    def faults(self, case: Case) -> list[str]:
        """What is wrong with a fix under this Keras, in words; empty when it cures."""
        found: list[str] = []
        for attempt in range(_ATTEMPTS):
            before = self.table(case.program.text, again=attempt > 0)
            after = self.table(case.text, again=attempt > 0)
            found = compare(case, before, after)
            if not found or not all("weights" in fault for fault in found):
                break
        return found


def compare(case: Case, before: Table, after: Table) -> list[str]:
    """The faults of a fix, by the tables of the program with and without it."""
    for table in (before, after):
        if table["error"] is not None:
            return [f"does not run: {table['error']}"]
    assert case.finding.fix is not None
    moved = Moved(case.finding.fix.edits)
    old, new = _rows(before, moved), _rows(after, None)
    if [run["run"][0] for run in before["runs"]] != [run["run"][0] for run in after["runs"]]:
        return ["other runs than before"]
    return _cured(case, moved, old, new, before, after) + _kept(case, old, new, before, after, moved)


class Moved:
    """Where the lines of a program are after some edits."""

    def __init__(self, edits: tuple[Edit, ...]) -> None:
        self.edits = edits

    def line(self, number: int) -> int:
        """The new number of an old line."""
        added = 0
        for edit in self.edits:
            place = edit.place
            above = (place.line, place.column) < (number, 1)  # its own start counts as above
            if above and (place.line < number or place.column == 0):
                added += edit.text.count("\n") - (place.end_line - place.line)
        return number + added


def _rows(table: Table, moved: Moved | None) -> dict[Row, tuple[bool, bool]]:
    """(run, layer, route) -> (frozen, active), in the lines of the fixed program."""
    line = moved.line if moved is not None else int
    rows: dict[Row, tuple[bool, bool]] = {}
    for number, run in enumerate(table["runs"]):
        for row in run["activities"]:
            cls, at, nth = row["layer"]
            key = (number, run["training"], cls, line(at), nth, tuple(line(step) for step in row["route"]))
            frozen, active = rows.get(key, (True, False))
            rows[key] = (frozen and bool(row["frozen"]), active or bool(row["active"]))
    return rows


def _created(case: Case, moved: Moved) -> int:
    created = [r.place.line for r in case.finding.related if r.role in ("created", "affected")]
    return moved.line(created[0]) if created else 0


def _cured(
    case: Case, moved: Moved, old: dict[Row, Any], new: dict[Row, Any], before: Table, after: Table
) -> list[str]:
    """Whether what was reported is gone."""
    code = case.finding.code
    if code in FROZEN:
        return _frozen_off(case, moved, old, new)
    made = _created(case, moved)
    if code in SILENCED or code == "KFD206":
        training = code in SILENCED
        rows = {key: state for key, state in old.items() if key[3] == made and key[1] is training}
        wrong = [key for key, (_, active) in rows.items() if active is not training]
        if not wrong:
            return [f"nothing was wrong with the layer of line {made} before"]
        still = [key for key in wrong if new.get(key, (0, not training))[1] is not training]
        # Layers of one line may differ: one whose rate is 0 is never on.
        return [f"still wrong: {key}" for key in still] if len(still) == len(wrong) else []
    return _weights_obey(before, after)


def _frozen_off(case: Case, moved: Moved, old: dict[Row, Any], new: dict[Row, Any]) -> list[str]:
    """The frozen layer that was reported was random in training, and is no more."""
    made, call = _created(case, moved), moved.line(case.finding.place.line)
    mine = {key for key, state in old.items() if key[1] and state == (True, True) and key[3] == made}
    mine = {key for key in mine if call in key[5]} or mine
    if not mine and case.finding.code != "KFD103":  # which may be off for another reason
        return [f"the frozen layer of line {made} was not active before"]
    on = [key for key in mine if new.get(key, (True, False))[1]]
    fresh = [k for k, s in new.items() if k[1] and s == (True, True) and old.get(k) != (True, True)]
    return [f"still active: {key}" for key in on] + [f"newly active: {key}" for key in fresh]


def _weights_obey(before: Table, after: Table) -> list[str]:
    """Weights that moved though the program said otherwise (or the reverse) no longer do."""
    changed = [
        (one["layer"], one["updated"], other["updated"])
        for old, new in zip(before["runs"], after["runs"], strict=True)
        for one, other in zip(old["updates"], new["updates"], strict=False)
        if one["updated"] != other["updated"]
    ]
    return [] if changed else ["the same weights moved as before"]


def _kept(
    case: Case, old: dict[Row, Any], new: dict[Row, Any], before: Table, after: Table, moved: Moved
) -> list[str]:
    """What was right before still is: trainable Dropout on, inference deterministic, weights moving."""
    faults = []
    weights = case.finding.code in ("KFD301", "KFD302")
    for key, (frozen, active) in old.items():
        now = new.get(key, (frozen, False))
        # A freeze that begins to work switches BatchNormalization off; a leak that ends leaves a tape
        # with the flag that it wrote.
        meant = (weights and now[0]) or (case.finding.code == "KFD206" and _is_tape(before, key))
        if key[1] and active and not frozen and not now[1] and not meant:
            faults.append(f"switched off: {key}")
        if not key[1] and not active and now[1]:
            faults.append(f"random in inference: {key}")
    if weights:
        return faults  # there the weights are the point
    return faults + _lost_weights(before, after, moved)


def _is_tape(table: Table, key: Row) -> bool:
    return bool(table["runs"][key[0]]["run"][0] == "tape")


def _lost_weights(before: Table, after: Table, moved: Moved) -> list[str]:
    faults = []
    for old, new in zip(before["runs"], after["runs"], strict=True):
        now = {str(row["layer"]): row["updated"] for row in new["updates"]}
        for row in old["updates"]:
            cls, line, nth = row["layer"]
            if row["updated"] and row["trainable"] and now.get(str([cls, moved.line(line), nth])) is False:
                faults.append(f"weights no longer move: {row['layer']}")
    return faults
