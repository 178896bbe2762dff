"""Scores the linter on labelled public programs; see the package.

    python -m tests.realworld FOLDER                the half that may be looked at
    python -m tests.realworld FOLDER --half kept    the half that is kept aside
    python -m tests.realworld FOLDER --half last    what was labelled after those (then newest, fresh ...)

FOLDER holds the repositories, each in a folder owner+name with a `.git` (a clone, or an archive with an empty
one, so that the linter knows where the project ends), at the commits of the labels. Those that are not there
are counted and left out. Exit status: 1 when a program that a label calls quiet is reported.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.realworld.labels import HALVES, LATER, Label, read
from tests.realworld.scoring import Outcome, precision, recall, score


def main(argv: list[str] | None = None) -> int:
    """Prints the report. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.realworld", description="scores labelled programs")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=(*HALVES, *LATER, "all"), default="open")
    options = parser.parse_args(argv)
    labels = [label for label in read() if options.half in (label.half, "all")]
    outcomes = [score(label, options.folder) for label in labels if label.files(options.folder)[0].is_file()]
    print("\n".join(report(outcomes, len(labels) - len(outcomes))))
    return 1 if any(outcome.alarms for outcome in outcomes) else 0


def report(outcomes: list[Outcome], absent: int) -> list[str]:
    """The lines of the report: the counts, then each miss and each alarm."""
    adversaries = [outcome for outcome in outcomes if outcome.label.verdict == "gan"]
    return [
        f"{len(outcomes)} programs, {absent} not there",
        f"precision  {precision(outcomes)}",
        f"recall     {recall(outcomes)}",
        *_table("pattern", outcomes, lambda label: label.pattern),
        *_table("era", outcomes, lambda label: label.era),
        f"adversaries that KFD105 names: {sum(o.found for o in adversaries)} of {len(adversaries)}",
        *(f"MISS   {_said(outcome)}" for outcome in outcomes if outcome.wanted and not outcome.found),
        *(f"ALARM  {_said(outcome)}" for outcome in outcomes if outcome.alarms),
    ]


def _table(title: str, outcomes: list[Outcome], group: Callable[[Label], str]) -> Iterable[str]:
    """Recall by group."""
    wanted = [outcome for outcome in outcomes if outcome.wanted]
    for name in sorted({group(outcome.label) for outcome in wanted}):
        yield f"  {title} {name}: {recall(outcome for outcome in wanted if group(outcome.label) == name)}"


def _said(outcome: Outcome) -> str:
    label = outcome.label
    alarms = "; ".join(f"{f.code} at {f.place.cell or ''}:{f.place.line}" for f in outcome.alarms)
    said = alarms or outcome.problem
    return f"{label.name} [{label.verdict}; {label.pattern}] {' '.join(label.lines)}{said and ' -- ' + said}"


if __name__ == "__main__":
    raise SystemExit(main())
