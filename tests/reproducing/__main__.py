"""Builds a program for every finding of all fixtures, executes it and its cure, and counts.

python -m tests.reproducing                all findings, Keras 2 and 3.15
python -m tests.reproducing --keras 2      under one Keras
python -m tests.reproducing -k lstm        those of fixtures whose name holds this
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from typing import Any

from dropout_lint.commands.trying import try_programs
from tests.fixture_files import all_programs
from tests.reproducing.cases import KERASES, Case, cases, texts

_TOGETHER = 60  # programs in one process of Keras
LEAST = 0.9


def main(argv: list[str] | None = None) -> int:
    """Returns 1 when too few findings are shown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--keras", choices=KERASES, help="only this Keras")
    parser.add_argument("-k", dest="name", default="", help="only fixtures whose name holds this")
    options = parser.parse_args(argv)
    fixtures = [fixture for fixture in all_programs() if options.name in fixture.name]
    shown = total = 0
    for keras in (options.keras,) if options.keras else KERASES:
        found = list(cases(keras, fixtures))
        seen = executed(texts(found), keras)
        counts = Counter(_outcome(case, seen) for case in found)
        shown, total = shown + counts["shown"], total + len(found)
        print(f"Keras {keras}: {', '.join(f'{count} {what}' for what, count in counts.most_common())}")
    print(f"{shown} of {total} findings are shown ({shown / max(total, 1):.1%})")
    return 0 if shown >= LEAST * total else 1


def _outcome(case: Case, seen: dict[str, dict[str, Any]]) -> str:
    """What came of a case, in a word; what is not shown is printed."""
    if case.made is None:
        print(f"{case.name} {case.code} under Keras {case.keras}: not built: {case.why}")
        return "not built"
    faults = case.faults(seen)
    for fault in faults:
        print(f"{case.name} {case.code} under Keras {case.keras}: the program {fault} does not")
    return "not shown" if faults else "shown"


def executed(programs: list[str], keras: str) -> dict[str, dict[str, Any]]:
    """What one Keras shows of each program."""
    os.environ["TF_USE_LEGACY_KERAS"] = "1" if keras == "2" else "0"
    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
    seen: dict[str, dict[str, Any]] = {}
    for start in range(0, len(programs), _TOGETHER):
        some = programs[start : start + _TOGETHER]
        seen.update(zip(some, try_programs(some), strict=True))
        print(f"Keras {keras}: {len(seen)} of {len(programs)} programs", file=sys.stderr, flush=True)
    return seen


if __name__ == "__main__":
    sys.exit(main())
