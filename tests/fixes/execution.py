"""What Keras does with a program before and after a fix, and whether that is a cure."""

from __future__ import annotations

from typing import Any

from dropout_lint.rules import claim_of
from dropout_lint.rules.claim import OF_FROZEN_PARTS, Claim
from tests.fixes.cases import Case
from tests.fixes.outcome import SILENCED, Moved, Row, Table, counted_by_class, kept, rows_of
from tests.fixes.programs import Program
from tests.fixture_files import Line
from tests.oracle import Oracle

_ATTEMPTS = 3  # small random data can leave a weight without a gradient once, not three times


class Executed:
    """Runs programs, each once."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self._tables: dict[Program, Table] = {}

    def table(self, program: Program, *, again: bool = False) -> Table:
        """What Keras did with a program."""
        if again or program not in self._tables:
            self._tables[program] = program.run(self.oracle)
        return self._tables[program]

    def not_seen(self, case: Case) -> str:
        """Why the execution cannot show the fault; empty if it can."""
        table = self.table(case.program)
        if table["error"] is not None:
            return ""
        if not any(run["training"] for run in table["runs"]):
            return "the program does not train"  # other code trains what it makes
        return "the program takes another way" if _goes_another_way(case, table) else ""

    def faults(self, case: Case) -> list[str]:
        """What is wrong with a fix under this Keras, in words; empty when it cures."""
        found: list[str] = []
        for attempt in range(_ATTEMPTS):
            before = self.table(case.program, again=attempt > 0)
            after = self.table(case.fixed, again=attempt > 0)
            found = compare(case, before, after)
            if not found or not all("weights" in fault for fault in found):
                break
        return found


def _goes_another_way(case: Case, table: Table) -> bool:
    """Whether the program ran the call of another finding instead, or took a branch that is quiet."""
    if claim_of(case.finding.code) not in OF_FROZEN_PARTS:
        return False
    rows = [row for run in table["runs"] if run["training"] for row in run["activities"]]
    called = {step for run in table["runs"] for row in run["activities"] for step in row["route"]}
    findings = (f for keras in case.kerases for f in case.program.findings(keras))
    others = {case.program.line(f.place) for f in findings if f.code == case.finding.code}
    if case.program.line(case.finding.place) not in called and others & called:
        return True
    made = _made(case)
    shown = any(row["layer"][1] == made and row["frozen"] and row["active"] for row in rows)
    return not shown and any(map(case.program.has_ways, case.kerases))


def compare(case: Case, before: Table, after: Table) -> list[str]:
    """The faults of a fix, by the tables of the program with and without it."""
    for table in (before, after):
        if table["error"] is not None:
            return [f"does not run: {table['error']}"]
    assert case.finding.fix is not None
    if case.wraps:
        before, after = counted_by_class(before), counted_by_class(after)
    moved = Moved(case.program, case.finding.fix.edits)
    old, new = rows_of(before, moved), rows_of(after, Moved(case.program, ()))
    if [run["run"][0] for run in before["runs"]] != [run["run"][0] for run in after["runs"]]:
        return ["other runs than before"]
    return _cured(case, moved, old, new, before, after) + kept(case, before, after, moved)


def _made(case: Case) -> Line:
    """The line that makes the layer of a finding; 0 if it names none."""
    made = (related.place for related in case.finding.related if related.role in ("created", "affected"))
    return next((case.program.line(place) for place in made), 0)


def _created(case: Case, moved: Moved) -> Line:
    made = _made(case)
    return moved.line(made) if made else 0


def _cured(
    case: Case, moved: Moved, old: dict[Row, Any], new: dict[Row, Any], before: Table, after: Table
) -> list[str]:
    """Whether what was reported is gone."""
    claim = claim_of(case.finding.code)
    if claim in OF_FROZEN_PARTS:
        return _frozen_off(case, moved, old, new)
    made = _created(case, moved)
    if claim in SILENCED or claim is Claim.TRUE_LEAKS:
        training = claim in SILENCED
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
    made, call = _created(case, moved), moved.line(case.program.line(case.finding.place))
    mine = {key for key, state in old.items() if key[1] and state == (True, True) and key[3] == made}
    mine = {key for key in mine if call in key[5]} or mine
    # What has nothing to freeze may be off for another reason.
    if not mine and claim_of(case.finding.code) is not Claim.NOTHING_TO_FREEZE:
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
