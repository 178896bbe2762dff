"""`python -m tests.oracle --keras 3.15 FILE…`: print the tables of programs."""

import argparse
import json
from pathlib import Path

from tests.oracle.client import Oracle
from tests.oracle.kerases import CHOICES
from tests.oracle.pretty import pretty


def main() -> None:
    """Translate the arguments, run the programs, print their tables."""
    about = "What Keras really does with training flags."
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=about)
    parser.add_argument("--keras", choices=CHOICES, default="3.15")
    parser.add_argument("--pretty", action="store_true", help="a readable table instead of JSON")
    parser.add_argument("--timeout", type=float, default=120, help="seconds per program")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    with Oracle(options.keras) as oracle:
        for path in options.files:
            table = oracle.run(path, options.timeout)
            print(pretty(path.name, table) if options.pretty else json.dumps(table), flush=True)


if __name__ == "__main__":
    main()
