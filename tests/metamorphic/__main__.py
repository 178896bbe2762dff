"""All pairs; see the package."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby

from tests.metamorphic.checking import Pair, cases, check
from tests.metamorphic.execution import execute_sample
from tests.metamorphic.relation import RELATIONS


def main() -> int:
    """Checks all pairs and prints the report. 1 if a relation is violated."""
    options = _options()
    if options.execute:
        return execute_sample(options.execute, options.keras, options.only, options.seed)
    counts: Counter[str] = Counter()
    violations: list[Pair] = []
    for pairs in _all(options.only, options.jobs, options.part):
        for pair in pairs:
            counts[pair.relation] += 1
            if pair.problem is not None:
                violations.append(pair)
                print(_line(pair), file=sys.stderr, flush=True)
    _report(counts, violations, options.show)
    return 1 if violations else 0


def _all(only: list[str], jobs: int, part: tuple[int, int]) -> Iterator[list[Pair]]:
    """The pairs of each program."""
    tasks = [list(group) for _, group in groupby(cases(only, part), key=lambda case: case[0])]
    if jobs == 1:
        yield from map(_checked, tasks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_checked, tasks)


def _checked(tasks: list[tuple[str, str]]) -> list[Pair]:
    return [pair for program, name in tasks for pair in check(program, name)]


def _line(pair: Pair) -> str:
    return f"{pair.program} [{pair.keras}] {pair.relation}: {pair.problem}: {pair.before} -> {pair.after}"


def _report(counts: Counter[str], violations: list[Pair], show: bool) -> None:
    failed = Counter(pair.relation for pair in violations)
    for name, relation in RELATIONS.items():
        if counts[name]:
            print(f"{name:34} {counts[name]:6} pairs {failed[name]:4} violations   {relation.meaning}")
    print(f"{len(counts)} relations, {counts.total()} pairs, {len(violations)} violations")
    for pair in violations:
        print(_line(pair))
        if show:
            print("\n".join(f"    {line}" for line in pair.text.splitlines()))


def _part(text: str) -> tuple[int, int]:
    first, _, step = text.partition("/")
    return int(first), int(step)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.metamorphic")
    parser.add_argument("--only", nargs="*", default=[], choices=sorted(RELATIONS), metavar="RELATION")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--part", type=_part, default=(0, 1), metavar="I/N", help="every Nth program from I")
    parser.add_argument("--show", action="store_true", help="print the transformed programs too")
    parser.add_argument("--execute", type=int, default=0, metavar="COUNT", help="run a sample on real Keras")
    parser.add_argument("--keras", default="3.15", help="the Keras for --execute")
    parser.add_argument("--seed", type=int, default=1, help="of the sample for --execute")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
