"""Asks `dropout_lint.runtime` of every fixture's models, and compares with the oracle.

python -m tests.looking                all programs, Keras 2 and 3.15
python -m tests.looking --keras 2      under one Keras
python -m tests.looking -k lstm        programs whose name holds this
python -m tests.looking --drawn 40     so many, by DROPOUT_LINT_SEED
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.fixture_files import all_programs
from tests.looking.comparing import Compared, compare, watched
from tests.oracle import Oracle
from tests.reproducing.cases import KERASES, drawn

_TOGETHER = 40  # programs in one process of Keras


def main(argv: list[str] | None = None) -> int:
    """Returns 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--keras", choices=KERASES, help="only this Keras")
    parser.add_argument("-k", dest="name", default="", help="only programs whose name holds this")
    parser.add_argument("--drawn", type=int, help="so many programs, drawn")
    options = parser.parse_args(argv)
    known = drawn(options.drawn) if options.drawn else all_programs()
    faults = 0
    for keras in (options.keras,) if options.keras else KERASES:
        fixtures = [f for f in known if options.name in f.name and keras in f.kerases]
        total, left_out = Compared(), Counter[str]()
        with Oracle(keras) as oracle:
            for start in range(0, len(fixtures), _TOGETHER):
                some = fixtures[start : start + _TOGETHER]
                for fixture, found in zip(some, watched(some, keras), strict=True):
                    one = compare(fixture, found, oracle)
                    total.agreed += one.agreed
                    faults += len(one.faults)
                    left_out.update(one.left_out)
                    for fault in one.faults:
                        print(f"{fixture.name} under Keras {keras}: {fault}", flush=True)
                print(f"Keras {keras}: {start + len(some)} of {len(fixtures)}", file=sys.stderr, flush=True)
        said = "; ".join(f"{count}: {why}" for why, count in left_out.most_common())
        print(f"Keras {keras}: {len(fixtures)} programs, {total.agreed} layers agree; left out {said or 0}")
    print(f"{faults} differ")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
