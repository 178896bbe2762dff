"""Runs every fixture under the Keras 3.16 nightly and writes its tables to tests/recorded/.

python -m tests.record_nightly           write the tables
python -m tests.record_nightly gan/      write those of the programs with this in their names
python -m tests.record_nightly --missing write those that have none yet
python -m tests.record_nightly --check   only compare (exit 1 on a difference)
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.fixture_files import Fixture, all_programs
from tests.oracle import Oracle, available
from tests.recorded import RECORDED


def main(argv: list[str] | None = None) -> int:
    """Returns 0 when the record is (now) what the nightly shows, 1 if not, 2 without a nightly."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--check", action="store_true", help="compare with the record instead of writing it")
    either.add_argument("--missing", action="store_true", help="only programs without a table")
    parser.add_argument("names", nargs="*", metavar="PART", help="only programs with this in their names")
    options = parser.parse_args(argv)
    if not available("3.16"):
        print("the Keras 3.16 nightly cannot be installed", file=sys.stderr)
        return 2
    differing = 0
    with Oracle("3.16") as oracle:
        for fixture in _wanted(options.names, missing=options.missing):
            table = fixture.run(oracle)
            if table["error"] is not None:
                print(f"{fixture.name}: {table['error']}", file=sys.stderr)
                differing += 1
                continue
            text = json.dumps({"keras": table["keras"], "runs": table["runs"]}, indent=1) + "\n"
            target = _target(fixture)
            if options.check and target.read_text(encoding="utf-8") != text:
                print(
                    f"{fixture.name}: the nightly ({oracle.version}) differs from the record", file=sys.stderr
                )
                differing += 1
            elif not options.check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
    return 1 if differing else 0


def _wanted(names: list[str], *, missing: bool) -> Iterator[Fixture]:
    for fixture in all_programs():
        named = not names or any(part in fixture.name for part in names)
        if "3.16" in fixture.kerases and named and not (missing and _target(fixture).exists()):
            yield fixture


def _target(fixture: Fixture) -> Path:
    return RECORDED / f"{fixture.name}.json"


if __name__ == "__main__":
    sys.exit(main())
