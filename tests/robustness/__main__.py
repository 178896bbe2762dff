"""Lints every Python file and notebook of whole folders: `python -m tests.robustness FOLDER...`.

Without folders: the standard library with its tests and everything that is installed beside it. Each
text counts once, however many copies there are. All are linted as they are; some of them once more with
the prefilter off and everything in them analysed. Ends with status 1 when a file makes the linter fail,
ends its process, takes longer than two minutes, or has it do more than its counters allow.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from dropout_lint.interpreter.exploration.driver import TOTAL_STEPS
from tests.robustness.worker import Outcome, Worker


def main() -> int:
    """Prints the counts, and each fault with its file."""
    options = _options()
    files = list(_distinct(options.folders))
    draw = random.Random(options.seed)
    unfiltered = draw.sample(files, min(options.unfiltered, len(files)))
    wrong = _lint(draw.sample(files, min(options.most or len(files), len(files))), prefilter=True)
    wrong += _lint(unfiltered, prefilter=False)
    return 1 if wrong else 0


def _lint(files: list[Path], prefilter: bool) -> int:
    """Lints the files and prints what came of them; how many faults there were."""
    worker = Worker()
    outcomes: list[tuple[Outcome, Path]] = []
    for number, path in enumerate(files, 1):
        outcome = worker.lint(path, prefilter)
        outcomes.append((outcome, path))
        if outcome.is_fault:
            print(f"--- {outcome.kind}: {path}\n{outcome.detail}", flush=True)
        if number % 500 == 0:
            print(f"{number} of {len(files)}", file=sys.stderr, flush=True)
    print("\n".join(_summary(outcomes, "as they are" if prefilter else "with the prefilter off")), flush=True)
    return sum(outcome.is_fault for outcome, _ in outcomes)


def _summary(outcomes: list[tuple[Outcome, Path]], title: str) -> Iterator[str]:
    """The figures of one pass over the files."""
    kinds = Counter(outcome.kind for outcome, _ in outcomes)
    yield f"{len(outcomes)} files {title}: " + ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds))
    notices = Counter(outcome.detail for outcome, _ in outcomes if outcome.kind == "notice")
    yield from (f"  {count} × {reason}" for reason, count in sorted(notices.items()))
    analysed = sorted(outcome.steps for outcome, _ in outcomes if outcome.steps)
    if analysed:
        full = sum(steps >= TOTAL_STEPS for steps in analysed)
        middle, high = analysed[len(analysed) // 2], analysed[len(analysed) * 99 // 100]
        yield (
            f"  {len(analysed)} analysed; steps: median {middle}, 99th percentile {high}, "
            f"most {analysed[-1]} of {TOTAL_STEPS} ({full} stopped there)"
        )
    seconds = sum(outcome.seconds for outcome, _ in outcomes)
    memory = max((outcome.memory for outcome, _ in outcomes), default=0)
    findings = sum(outcome.findings for outcome, _ in outcomes)
    yield f"  {findings} findings, {seconds:.0f} s of processor time, {memory} MB"
    for outcome, path in sorted(outcomes, key=lambda pair: -pair[0].seconds)[:5]:
        yield f"  {outcome.seconds:.1f} s, {outcome.steps} steps: {path}"


def _distinct(folders: Iterable[Path]) -> Iterator[Path]:
    """The files under the folders, sorted; of equal ones the first."""
    seen: set[bytes] = set()
    for folder in folders:
        for path in sorted(path for ending in ("py", "ipynb") for path in folder.rglob(f"*.{ending}")):
            if not path.is_file():
                continue
            digest = hashlib.sha256(path.read_bytes()).digest()
            if digest not in seen:
                seen.add(digest)
                yield path


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.robustness", description=__doc__)
    installed = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")]
    parser.add_argument("folders", type=Path, nargs="*", default=installed, help="default: what is installed")
    parser.add_argument("--unfiltered", type=int, default=3_000, help="so many with the prefilter off")
    parser.add_argument("--most", type=int, help="lint only so many of the files as they are")
    parser.add_argument("--seed", type=int, default=0, help="which of the files (default: 0)")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
