"""Executes every fix under every Keras that it claims, and counts.

python -m tests.fixes                      all
python -m tests.fixes --code KFD101 -k x   some
python -m tests.fixes --drawn 300 --seed 5  those of generated programs
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable

from dropout_lint.rules import RULES
from tests.fixes.cases import Case, cases, cases_of, drawn_programs
from tests.fixes.execution import Executed
from tests.fixture_files import KERASES
from tests.oracle import Oracle, available


def main(argv: list[str] | None = None) -> int:
    """Returns 1 when a fix does not cure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--code", action="append", help="only this rule; may be repeated")
    parser.add_argument("--keras", choices=KERASES, help="only this Keras")
    parser.add_argument("-k", dest="name", default="", help="only cases whose name holds this")
    parser.add_argument("--drawn", type=int, help="those of so many programs drawn at random instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    found: Iterable[Case] = cases()
    if options.drawn:
        # what shows another fault is not applied (dropout_lint.fixes.applying)
        found = [c for c in cases_of(drawn_programs(options.seed, options.drawn)) if c.holds()]
    codes = options.code or [rule.code for rule in RULES]
    wanted = [case for case in found if options.name in case.name and case.finding.code in codes]
    executed: Counter[tuple[str, str, str]] = Counter()
    failed = 0
    for keras in (options.keras,) if options.keras else KERASES:
        mine = [case for case in wanted if keras in case.kerases]
        if mine and available(keras):
            failed += _execute(mine, keras, executed)
    _print_counts(wanted, executed)
    print(f"{len(wanted)} fixes, {sum(executed.values())} executions, {failed} do not cure")
    return 1 if failed else 0


def _execute(wanted: list[Case], keras: str, executed: Counter[tuple[str, str, str]]) -> int:
    """Executes fixes under one Keras, counts them by code, grade and Keras; how many do not cure."""
    failed = 0
    with Oracle(keras) as oracle:
        here = Executed(oracle)
        for case in wanted:
            if why := here.not_seen(case):
                print(f"{case.name} under Keras {keras}: not executed, {why}", flush=True)
                continue
            faults = here.faults(case)
            failed += bool(faults)
            executed[case.finding.code, case.grade, keras] += 1
            for fault in faults:
                print(f"{case.name} under Keras {keras}: {fault}", flush=True)
    return failed


def _print_counts(wanted: list[Case], executed: Counter[tuple[str, str, str]]) -> None:
    """One line for each rule and grade: how many fixes, how many of them executed under each Keras."""
    offered = Counter((case.finding.code, case.grade) for case in wanted)
    for (code, grade), count in sorted(offered.items()):
        runs = ", ".join(f"{executed[code, grade, keras]} under Keras {keras}" for keras in KERASES)
        print(f"{code} {grade:6} {count:4} fixes; executed: {runs}")
    grades = Counter(grade for _, grade in offered.elements())
    print(", ".join(f"{count} {grade}" for grade, count in sorted(grades.items())))


if __name__ == "__main__":
    sys.exit(main())
