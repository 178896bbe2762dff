"""Runs every fixture under the Keras 3.16 nightly and writes its tables to tests/recorded/.

python -m tests.record_nightly          write the tables
python -m tests.record_nightly --check  only compare (exit 1 on a difference)
"""

from __future__ import annotations

import argparse
import json
import sys

from tests.fixture_files import all_programs
from tests.oracle import Oracle, available
from tests.recorded import RECORDED


def main(argv: list[str] | None = None) -> int:
    """Returns 0 when the record is (now) what the nightly shows, 1 if not, 2 without a nightly."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the record instead of writing it")
    check = parser.parse_args(argv).check
    if not available("3.16"):
        print("the Keras 3.16 nightly cannot be installed", file=sys.stderr)
        return 2
    differing = 0
    with Oracle("3.16") as oracle:
        for fixture in all_programs():
            if "3.16" not in fixture.kerases:
                continue
            table = fixture.run(oracle)
            if table["error"] is not None:
                print(f"{fixture.name}: {table['error']}", file=sys.stderr)
                differing += 1
                continue
            text = json.dumps({"keras": table["keras"], "runs": table["runs"]}, indent=1) + "\n"
            target = RECORDED / f"{fixture.name}.json"
            if check and target.read_text(encoding="utf-8") != text:
                print(
                    f"{fixture.name}: the nightly ({oracle.version}) differs from the record", file=sys.stderr
                )
                differing += 1
            elif not check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
