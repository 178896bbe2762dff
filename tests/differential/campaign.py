"""Many cases: drawn by seed, executed, logged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from tests.differential.case import Case
from tests.differential.drawing import cases, draw_many
from tests.differential.running import Outcome, outcome_from_json, run_case
from tests.differential.shrinking import shrink
from tests.oracle import Oracle

CHUNK = 50


class Campaign:
    """Runs cases under several Kerases at once."""

    def __init__(self, oracles: dict[str, Oracle]) -> None:
        self.oracles = oracles
        self._pool = ThreadPoolExecutor(len(oracles))

    def run(self, case: Case) -> list[Outcome]:
        """The outcomes of one case, one for each Keras."""
        tasks = [self._pool.submit(run_case, case, keras, oracle) for keras, oracle in self.oracles.items()]
        return [task.result() for task in tasks]

    def smaller(self, outcome: Outcome, signature: str) -> Case:
        """A simpler case with this disagreement under this Keras."""

        def still(case: Case) -> bool:
            found = run_case(case, outcome.keras, self.oracles[outcome.keras]).found
            return any(signature == name for name, _ in found)

        return shrink(outcome.case, still)

    def __enter__(self) -> Campaign:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()


def drawn(seed: int, count: int, start: int = 0) -> Iterator[Case]:
    """The cases number `start` to `count` of a seed."""
    for chunk in range(start // CHUNK, -(-count // CHUNK)):
        first = chunk * CHUNK
        for i, case in enumerate(draw_many(cases(), seed * 1_000_003 + chunk, CHUNK), first):
            if start <= i < count:
                yield case


def read_log(path: Path) -> list[Outcome]:
    """The outcomes of an earlier run."""
    if not path.exists():
        return []
    return [outcome_from_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def run_all(campaign: Campaign, wanted: Iterable[Case], log: Path | None) -> Iterator[Outcome]:
    """Runs the cases in order, writing each outcome down as it comes."""
    for case in wanted:
        outcomes = campaign.run(case)
        if log is not None:
            with log.open("a", encoding="utf-8") as file:
                file.writelines(outcome.to_json() + "\n" for outcome in outcomes)
        yield from outcomes


def done(outcomes: Sequence[Outcome], kerases: int) -> int:
    """How many cases an earlier run has finished."""
    return len(outcomes) // kerases
