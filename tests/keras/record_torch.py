"""Runs the programs of `backend_programs` on PyTorch and writes down what they do, in torch.json.

pip install --target FOLDER torch
python -m tests.keras.record_torch FOLDER           write the record
python -m tests.keras.record_torch FOLDER --check   only compare (exit 1 on a difference)
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.keras.backend_programs import PROGRAMS, Observed, Seen, differences, observed, text_of

RECORD = Path(__file__).parent / "torch.json"


@cache
def recorded() -> dict[str, Observed]:
    """What each program did on PyTorch.

    Raises:
        ValueError: the programs are others now.
    """
    read = json.loads(RECORD.read_text(encoding="utf-8"))
    if {name: entry["text"] for name, entry in read.items()} != {
        name: text_of(name, "torch") for name in PROGRAMS
    }:
        raise ValueError("the programs are others now: python -m tests.keras.record_torch")
    return {
        name: Observed(
            [Seen(kind, _lines(active), _lines(moved)) for kind, active, moved in entry["runs"]],
            entry["error"],
        )
        for name, entry in read.items()
    }


def _lines(rows: dict[str, bool]) -> dict[int, bool]:
    return {int(line): value for line, value in rows.items()}


def main(argv: list[str] | None = None) -> int:
    """Returns 1 where PyTorch does not do what is simulated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="in which torch is installed")
    parser.add_argument("--check", action="store_true", help="compare with the simulation instead of writing")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        seen = observed("torch", options.folder, Path(folder))
    found = [line for name in PROGRAMS for line in differences(name, "torch", seen[name])]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    if not options.check:
        record = {name: {"text": text_of(name, "torch"), **one._asdict()} for name, one in seen.items()}
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
