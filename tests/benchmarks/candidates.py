"""c. A file that passes the prefilter: our analysis, the parse alone, and the textbook's plugin."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider, QualifiedNameProvider

from dropout_lint import lint_source
from tests.benchmarks.figures import Figure, quantile
from tests.benchmarks.files import FIXTURES, Text, candidates, changed, package

_PACKAGES = ("keras", "tf_keras")
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """The CPU seconds that one file takes."""

    file: Text
    parse: float
    ours: float
    textbook: float

    @property
    def added(self) -> float:
        """What the analysis adds to the parse, in parses."""
        return (self.ours - self.parse) / self.parse


class TextbookVisitor(cst.CSTVisitor):
    """A plugin as the documentation of libcst would have it, before it does anything."""

    METADATA_DEPENDENCIES = (PositionProvider, QualifiedNameProvider, ParentNodeProvider)


def textbook(text: str) -> None:
    """What the textbook's plugin does with a file."""
    MetadataWrapper(cst.parse_module(text)).visit(TextbookVisitor())


def measure(folders: list[Path], at_most: int) -> list[Figure]:
    """The figures of part c, and of each folder the share of files that the prefilter lets pass."""
    figures: list[Figure] = []
    costs: list[Cost] = []
    for folder in [*map(package, _PACKAGES), FIXTURES, *folders]:
        chosen, share = candidates(folder, at_most)
        figures.append(Figure("c", f"share of candidates in {folder.name}", share))
        costs += (cost for one in chosen if (cost := _cost(one)) is not None)
    added = [cost.added for cost in costs]
    note = f"{len(costs)} candidates, {sum(cost.file.lines for cost in costs):,} lines"
    worst = sorted(costs, key=lambda cost: cost.added)[-10:]
    for cost in worst:
        print(f"{cost.added:6.2f} parses, {cost.ours * 1000:6.0f} ms, {cost.file.path}")
    ratio = statistics.median(cost.textbook / cost.ours for cost in costs)
    return [
        Figure("c", "analysis beyond the parse / parse, median", statistics.median(added), 1.0, note=note),
        Figure("c", "the same, 95th percentile", quantile(added, 0.95), 2.5, note=note),
        Figure("c", "textbook plugin / ours, median", ratio, 6, "least", note),
        *figures,
    ]


def _cost(one: Text) -> Cost | None:
    """What a file costs; None if libcst cannot parse it."""
    jobs: tuple[Callable[[str], object], ...] = (
        cst.parse_module,
        lambda text: lint_source(text, str(one.path)),
        textbook,
    )
    times: list[list[float]] = [[], [], []]
    try:
        for _ in range(_ROUNDS):
            for number, job in enumerate(jobs):
                times[number].append(_seconds(job, changed(one.text, _COUNT)))
    except cst.ParserSyntaxError:
        return None
    return Cost(one, *(statistics.median(those) for those in times))


_COUNT = itertools.count()


def _seconds(job: Callable[[str], object], text: str) -> float:
    begin = time.process_time()
    job(text)
    return time.process_time() - begin
