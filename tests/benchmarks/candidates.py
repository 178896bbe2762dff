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
from tests.benchmarks import plugins
from tests.benchmarks.figures import Figure, quantile
from tests.benchmarks.files import FIXTURES, Candidates, Text, candidates, changed, package

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


def measure(
    folders: list[Path], at_most: int, environments: Path | None, rounds: int, *, others: bool = True
) -> list[Figure]:
    """The figures of part c.

    Args:
        folders: more folders of Keras programs than those installed, and the fixtures.
        at_most: how many candidates of each folder are measured.
        environments: where those of other plugins are kept.
        rounds: of the comparison with other plugins.
        others: whether to compare with other plugins at all.
    """
    found = {folder: candidates(folder) for folder in (*map(package, _PACKAGES), FIXTURES, *folders)}
    chosen = {folder: those.run[:at_most] for folder, those in found.items()}
    costs = {
        folder: [cost for one in files if (cost := _cost(one)) is not None]
        for folder, files in chosen.items()
    }
    # Files of projects have to be followed into others: those are shown apart.
    figures = _ratios([cost for folder, those in costs.items() if folder not in folders for cost in those])
    for folder, those in found.items():
        note = f"{len(those.run)} files are run, {len(those.passed)} pass the prefilter, of {those.files}"
        figures.append(Figure("c", f"{folder.name}: share of files that are run", _share(those), note=note))
        figures += _of_folder(folder.name, costs[folder])
    ours = {folder: files for folder, files in chosen.items() if folder not in folders}
    return figures + (plugins.measure(ours, environments, rounds) if others else [])


def _share(found: Candidates) -> float:
    return len(found.run) / found.files if found.files else 0.0


def _ratios(costs: list[Cost]) -> list[Figure]:
    """The figures that have a bar, over all files."""
    for cost in sorted(costs, key=lambda cost: cost.added)[-10:]:
        print(f"{cost.added:6.2f} parses, {cost.ours * 1000:6.0f} ms, {cost.file.path}")
    added = [cost.added for cost in costs]
    lines = sum(cost.file.lines for cost in costs)
    note = f"{len(costs)} files that are run, {lines:,} lines, {_ROUNDS} rounds"
    ratio = statistics.median(cost.textbook / cost.ours for cost in costs)
    return [
        Figure("c", "analysis beyond the parse / parse, median", statistics.median(added), 1.0, note=note),
        Figure("c", "the same, 95th percentile", quantile(added, 0.95), 2.5, note=note),
        Figure("c", "textbook plugin / ours, median", ratio, 6, "least", note),
    ]


def _of_folder(name: str, costs: list[Cost]) -> list[Figure]:
    """The same for the files of one folder, for information."""
    if not costs:
        return []
    added = [cost.added for cost in costs]
    ratio = statistics.median(cost.textbook / cost.ours for cost in costs)
    note = f"{len(costs)} files; 95th percentile {quantile(added, 0.95):.2f}; textbook / ours {ratio:.2f}"
    return [
        Figure("c", f"{name}: analysis beyond the parse / parse, median", statistics.median(added), note=note)
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
