"""Downloads, lints and compares; see the package.

    python -m tests.corpus                      everything
    python -m tests.corpus --only keras-hub     some packages
    python -m tests.corpus --keras-version 2    as if all of it ran on one Keras (nothing is compared)

Exit status: 0 when every finding is a reviewed one and none has vanished, 1 otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from dropout_lint import Finding, Settings
from tests.corpus.linting import Outcome, lint_folder
from tests.corpus.packages import Package, fetch, listed
from tests.corpus.record import Key, Review, key, read


def main(argv: list[str] | None = None) -> int:
    """Prints the report. Returns the exit status."""
    options = _options(argv)
    packages = [package for package in listed() if not options.only or package.name in options.only]
    settings = Settings(keras_version=options.keras_version)
    record = [] if options.keras_version else read()
    outcomes: list[Outcome] = []
    reviews: list[Review] = []
    differing = 0
    for package, folder in zip(packages, fetch(packages, options.scratch), strict=True):
        here = list(lint_folder(folder, settings))
        known = [review for review in record if review.package == package.folder]
        differing += _report(package, here, known)
        outcomes += here
        reviews += known
    _summary(len(packages), outcomes)
    _verdicts(reviews)
    return 1 if differing or any(outcome.faulty for outcome in outcomes) else 0


def _report(package: Package, outcomes: list[Outcome], known: list[Review]) -> int:
    """Prints what is to be said about one package. Returns how many lines differ from the record."""
    found = {key(package.folder, o.path, finding): finding for o in outcomes for finding in o.findings}
    differing = compare(found, known)
    print(f"{package.folder}: {len(outcomes)} files, {len(found)} findings", flush=True)
    for outcome in outcomes:
        if outcome.faulty:
            print(f"FAULT     {package.folder}/{outcome.path}: {outcome.problem}")
    print("".join(f"{line}\n" for line in differing), end="", flush=True)
    return len(differing)


def compare(found: dict[Key, Finding], reviews: list[Review]) -> list[str]:
    """What is found and not reviewed, and what was reviewed and is no longer found, as lines."""
    known = {review.key: review for review in reviews}
    new = [f"NEW       {_line(k)}: {found[k].message}" for k in sorted(found.keys() - known.keys())]
    gone = [f"VANISHED  {_line(k)}: {known[k].verdict}" for k in sorted(known.keys() - found.keys())]
    return new + gone


def _line(k: Key) -> str:
    package, file, cell, line, code = k
    return f"{package}/{file}:{f'cell {cell}:' if cell else ''}{line} {code}"


def _summary(packages: int, outcomes: list[Outcome]) -> None:
    candidates = [outcome for outcome in outcomes if outcome.candidate]
    lines = sum(outcome.lines for outcome in outcomes)
    deep = sum(outcome.lines for outcome in candidates)
    seconds = sum(outcome.seconds for outcome in outcomes)
    print(f"{packages} packages, {len(outcomes):,} files, {lines:,} lines")
    print(f"{len(candidates):,} candidate files, {deep:,} lines")
    print(f"{seconds:.0f} s: {1e6 * seconds / max(lines, 1):.0f} ms for a thousand lines")
    print(f"{max((o.seconds for o in outcomes), default=0):.1f} s for the slowest file")
    for problem, count in Counter(o.problem for o in outcomes if o.problem).most_common():
        print(f"{count} files not analysed: {problem}")
    codes = Counter(finding.code for outcome in outcomes for finding in outcome.findings)
    print(
        f"{codes.total()} findings: {', '.join(f'{code} {count}' for code, count in sorted(codes.items()))}"
    )


def _verdicts(reviews: list[Review]) -> None:
    counts = Counter(review.verdict for review in reviews)
    print(f"reviewed: {', '.join(f'{counts[verdict]} {verdict}' for verdict in sorted(counts)) or 'none'}")


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.corpus", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="packages")
    parser.add_argument("--keras-version", metavar="SPEC", help="default: what each package says")
    parser.add_argument(
        "--scratch",
        type=Path,
        default=Path(tempfile.gettempdir()) / "dropout-lint-corpus",
        metavar="FOLDER",
        help="where the packages are kept (default: %(default)s)",
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
