"""Lints programs that nobody wrote; see the package."""

from __future__ import annotations

import argparse
import itertools
import sys
import traceback
from pathlib import Path

from tests.fuzzing import grammar
from tests.fuzzing.checking import check
from tests.fuzzing.mutating import mutants


def main() -> int:
    """Prints how many programs were linted, and each failure with its program. 1 if there is one."""
    options = _options()
    counts = {True: 0, False: 0}
    failures = 0

    def one(text: str) -> None:
        nonlocal failures
        try:
            counts[check(text)] += 1
            if sum(counts.values()) % 500 == 0:
                print(f"{sum(counts.values())} so far, {failures} failures", file=sys.stderr, flush=True)
        except Exception:
            failures += 1
            print(f"--- a program that breaks the linter\n{text}\n--- {traceback.format_exc()}", flush=True)

    for folder in options.trees:
        for path in sorted(folder.rglob("*.py")):
            if path.is_file() and path.stat().st_size < 1_000_000:
                one(path.read_bytes().decode("utf-8", "replace"))
    for text in itertools.islice(mutants(options.seed), options.mutants):
        one(text)
    if options.grammar:
        grammar.for_each(options.grammar, options.seed, one)
    print(f"{counts[True]} programs, {counts[False]} texts that are no Python, {failures} failures")
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--mutants", type=int, default=8_000, help="fixtures, broken (default: 8000)")
    parser.add_argument("--grammar", type=int, default=2_000, help="programs of hypothesmith (default: 2000)")
    parser.add_argument("--trees", type=Path, nargs="*", default=[], help="folders: all their files as well")
    parser.add_argument("--seed", type=int, default=0, help="which programs (default: 0)")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
