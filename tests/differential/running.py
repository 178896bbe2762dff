"""Runs one case under one Keras and under the simulation, and says where they differ."""

from __future__ import annotations

import json
import traceback
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from dropout_lint.config import Settings
from dropout_lint.judging import simulate
from dropout_lint.keras.behaviour import Behaviour, behaviours
from dropout_lint.linter import ask
from dropout_lint.rules.rule import History
from dropout_lint.source.text import SourceFile
from tests.differential.case import Case, from_json, to_json
from tests.differential.comparing import Comparison, compare
from tests.differential.expecting import disagreements
from tests.differential.program import render
from tests.differential.source import Rendered
from tests.oracle import Oracle
from tests.tables import Table, observed, simulated

_ATTEMPTS = 3
_ONE_AT_A_TIME = Lock()  # Python's parser keeps its recursion depth in one place for all threads


@dataclass
class Outcome:
    """What came of one case under one Keras.

    Args:
        error: the program ended in one, nothing was compared.
        table: what Keras printed, so that a mended linter can be compared without Keras.
    """

    case: Case
    keras: str
    error: str | None = None
    rows: int = 0
    unknown: int = 0
    codes: list[str] = field(default_factory=list)
    found: list[tuple[str, str]] = field(default_factory=list)
    table: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "case": json.loads(to_json(self.case))})


def outcome_from_json(text: str) -> Outcome:
    """The outcome that `Outcome.to_json` wrote."""
    read = json.loads(text)
    case = from_json(json.dumps(read.pop("case")))
    found = [(signature, detail) for signature, detail in read.pop("found")]
    return Outcome(case=case, found=found, **read)


@dataclass
class Simulated:
    """The linter's side: its tables and codes, or how it failed."""

    tables: list[Table]
    codes: set[str]
    failure: str | None = None


def behaviour(keras: str) -> Behaviour:
    return behaviours(keras)[-1]


def simulate_text(text: str, keras: str) -> Simulated:
    """The tables and the codes of the linter for one Keras."""
    try:
        with _ONE_AT_A_TIME:
            return _simulate(text, keras)
    except Exception:  # whatever the linter raises is what this test is after
        return Simulated([], set(), traceback.format_exc())


def _simulate(text: str, keras: str) -> Simulated:
    file = SourceFile("program.py", text)
    chosen = behaviour(keras)
    traces = simulate(file, chosen)
    settings = Settings()
    drafts = ask(History(chosen, traces), settings)
    codes = {draft.code for draft in drafts if draft.confidence >= settings.min_confidence}
    return Simulated([simulated(file, trace) for trace in traces if trace.whole_program], codes)


def run_case(case: Case, keras: str, oracle: Oracle) -> Outcome:
    """Executes the program and compares."""
    rendered = render(case)
    ours = simulate_text(rendered.text, keras)
    outcome = Outcome(case, keras, codes=sorted(ours.codes))
    for _ in range(_ATTEMPTS):
        table = oracle.run_source(rendered.text)
        if table["error"] is not None:
            outcome.error = table["error"]
            return outcome
        outcome.table = table
        comparison = _judge(outcome, ours, rendered, table)
        # Small random data can leave a weight without a gradient once, not three times.
        if not outcome.found or not comparison.only_updates:
            break
    return outcome


def judged_again(outcome: Outcome) -> Outcome:
    """The same execution compared with what the linter says now."""
    if outcome.error is not None:
        return outcome
    rendered = render(outcome.case)
    ours = simulate_text(rendered.text, outcome.keras)
    again = Outcome(outcome.case, outcome.keras, codes=sorted(ours.codes), table=outcome.table)
    _judge(again, ours, rendered, outcome.table)
    return again


def _judge(outcome: Outcome, ours: Simulated, rendered: Rendered, table: dict[str, Any]) -> Comparison:
    if ours.failure is not None:
        outcome.found = [(f"crash: {ours.failure.strip().splitlines()[-1][:100]}", ours.failure)]
        return Comparison()
    if outcome.case.scenario.callback != "none":
        table = _first_rows(table)
    comparison = compare(ours.tables, observed(table))
    outcome.rows, outcome.unknown = comparison.rows, comparison.unknown
    wrong = disagreements(outcome.case, rendered, outcome.keras, table, ours.codes)
    outcome.found = comparison.disagreements + wrong
    return comparison


def _first_rows(table: dict[str, Any]) -> dict[str, Any]:
    """Each layer as a run first met it: a hook may freeze it later on, which the traced step does not see."""
    runs = []
    for run in table["runs"]:
        rows: dict[str, dict[str, Any]] = {}
        for row in run["activities"]:
            rows.setdefault(str((row["layer"], row["route"], row["flag"], row["active"])), row)
        runs.append({**run, "activities": list(rows.values())})
    return {**table, "runs": runs}
