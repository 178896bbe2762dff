"""All breaks; see the package."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.mutation.catalogue import BREAKS
from tests.mutation.noticing import Notice, notice
from tests.mutation.record import recorded, write


def main() -> int:
    """Prints who notices which break, and the share that is noticed. 1 if a break is not."""
    options = _options()
    names = [name for name in BREAKS if not options.only or any(part in name for part in options.only)]
    found = []
    for one in _notices(names, options.differential, options.jobs):
        found.append(one)
        print(_line(one), flush=True)
    _summary(found, options.differential)
    if options.record:
        _record(found)
    return 0 if all(one.witness for one in found) else 1


def _notices(names: list[str], programs: int, jobs: int) -> Iterator[Notice]:
    look = partial(_notice, programs=programs)
    if jobs == 1:
        yield from map(look, names)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(look, names)


def _notice(name: str, programs: int) -> Notice:
    return notice(BREAKS[name], programs)


def _line(one: Notice) -> str:
    cells = [str(found or "-") for found in (one.findings, one.tables, one.generated)]
    mark = "noticed" if one.witness else "MISSED "
    return f"{mark}  {one.name:46} " + "  ".join(f"{cell:52}" for cell in cells).rstrip()


def _summary(found: list[Notice], programs: int) -> None:
    def share(count: int) -> str:
        return f"{count} of {len(found)} ({count / max(len(found), 1):.0%})"

    print(f"noticed by the fixtures' findings: {share(sum(one.findings is not None for one in found))}")
    print(f"noticed by the fixtures' tables:   {share(sum(one.tables is not None for one in found))}")
    if programs:
        count = sum(one.generated is not None for one in found)
        print(f"noticed by {programs} generated programs: {share(count)}")
    print(f"noticed by anything:               {share(sum(one.witness is not None for one in found))}")
    for one in found:
        if one.witness is None:
            print(f"  nobody notices: {one.name}: {BREAKS[one.name].sentence}")


def _record(found: list[Notice]) -> None:
    """Replaces the witnesses of the breaks that were looked at, and forgets breaks that are no more."""
    looked_at = {one.name for one in found}
    kept = {name: w for name, w in recorded().items() if name in BREAKS and name not in looked_at}
    write(kept | {one.name: one.witness for one in found if one.witness is not None})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="PART", help="breaks with this in their names"
    )
    parser.add_argument(
        "--differential", type=int, default=0, metavar="COUNT", help="generated programs to use"
    )
    parser.add_argument("--record", action="store_true", help="write down who notices (witnesses.json)")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
