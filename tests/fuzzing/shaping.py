"""Lints shapes: `python -m tests.fuzzing.shaping`.

Each has to end within 60 × what `ast.parse` takes with it, and 2 s, of processor time, or in a notice; none
may end the process. All of it is analysed, also what has nothing to do with Keras.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from dropout_lint.source import text
from tests.fuzzing.shapes import Shape, alone, pairs
from tests.robustness.worker import Outcome, Worker

TIMES, ALLOWANCE = 60, 2.0
# No file of more characters is looked at.
_LONGEST = 1_000_000


@dataclass(slots=True)
class Result:
    """What came of shapes.

    Args:
        kinds: how many were linted, refused with a notice, and no Python.
        faults: what must not be: the shape, and what happened.
        slowest: those that took longest beyond what `ast` took, and how long they took.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[Shape, str]] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)


def lint(shapes: Iterable[Shape], folder: Path, patience: float = 1) -> Result:
    """Lints shapes, one after the other, in a process that may die of one.

    Args:
        shapes: them.
        folder: where to put them meanwhile.
        patience: how many times as long as it should each may take.
    """
    result, worker, path = Result(), Worker(), folder / "shape.py"
    try:
        for shape in shapes:
            path.write_text(f"import keras\n{shape.text}")
            outcome = worker.lint(path, prefilter=False, parsed=True)
            result.kinds[outcome.kind] += 1
            if trouble := _trouble(outcome, patience):
                result.faults.append((shape, trouble))
            result.slowest.append((outcome.seconds, f"{outcome.parse:.2f} s by ast: {shape.name}"))
            result.slowest = sorted(result.slowest, reverse=True)[:10]
    finally:
        worker.stop()
    return result


@contextmanager
def without_the_guard() -> Iterator[None]:
    """libcst is handed everything, in the processes that are started meanwhile."""
    with mock.patch.object(text, "refusal", return_value=None):
        yield


def _trouble(outcome: Outcome, patience: float) -> str | None:
    if outcome.is_fault:
        return f"{outcome.kind}: {outcome.detail}"
    if outcome.seconds > patience * (TIMES * outcome.parse + ALLOWANCE):
        return f"{outcome.seconds:.1f} s, and {outcome.parse:.3f} s by ast"
    return None


def every(couples: int, seed: int) -> Iterator[Shape]:
    """Each construct alone, and so many pairs."""
    for shape in itertools.chain(alone(), itertools.islice(pairs(seed), couples)):
        if len(shape.text) < _LONGEST:
            yield shape


def drawn(count: int, couples: int, seed: int) -> list[Shape]:
    """Some constructs alone, and some pairs."""
    shapes = [shape for shape in alone() if len(shape.text) < _LONGEST]
    return [*random.Random(seed).sample(shapes, count), *itertools.islice(pairs(seed), couples)]


def main() -> int:
    """Prints each fault, and the counts; 1 if there is a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing.shaping", description=__doc__)
    parser.add_argument("--pairs", type=int, default=4_000, help="pairs of constructs (default: 4000)")
    parser.add_argument("--seed", type=int, default=0, help="which pairs (default: 0)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = lint(_told(every(options.pairs, options.seed)), Path(folder))
    for shape, trouble in result.faults:
        print(f"--- {shape.name}: {trouble}")
    print("\n".join(f"{seconds:.1f} s, {rest}" for seconds, rest in result.slowest))
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(result.kinds.items()))
    print(f"{result.kinds.total()} shapes: {kinds}; {len(result.faults)} faults")
    return 1 if result.faults else 0


def _told(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """Says how far it is."""
    for number, shape in enumerate(shapes, 1):
        if number % 500 == 0:
            print(f"{number} so far", file=sys.stderr, flush=True)
        yield shape


if __name__ == "__main__":
    raise SystemExit(main())
