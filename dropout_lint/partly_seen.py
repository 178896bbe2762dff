"""The training runs of a program that could not be seen whole, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dropout_lint.finding import PartlySeen
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.trace import NotKnown
from dropout_lint.placing import Places
from dropout_lint.rules.rule import History
from dropout_lint.rules.wording import entry_name
from dropout_lint.source.text import SourceFile


@dataclass(slots=True)
class OpenRun:
    """The same before positions are known; what its runs on all paths and under all Kerases left open."""

    site: Site
    entry: str
    gaps: dict[tuple[str, int], NotKnown] = field(default_factory=dict)

    def sites(self) -> Iterator[Site]:
        """Every site that it speaks of."""
        yield self.site
        yield from (gap.site for gap in self.gaps.values())

    def placed(self, where: Places) -> PartlySeen:
        """With the positions of its sites."""
        reasons = sorted({(where.place(gap.site), gap.reason) for gap in self.gaps.values()})
        return PartlySeen(where.place(self.site), self.entry, tuple(reasons))


def partly_seen(told: Iterable[History], file: SourceFile) -> list[OpenRun]:
    """The training runs of a file that were not seen whole on some path, under some Keras."""
    found: dict[int, OpenRun] = {}

    def add(site: Site, entry: str, gaps: list[NotKnown]) -> None:
        shown = site if site.file is file else site.via
        if shown is not None and gaps:
            run = found.setdefault(id(shown.node), OpenRun(shown, entry))
            run.gaps.update(((gap.reason, id(gap.site.node)), gap) for gap in gaps)

    for trace in (trace for history in told for trace in history.traces):
        for run in (run for run in trace.runs if run.training):
            add(run.site, entry_name(run), run.gaps())
        for missed in trace.missed:
            add(missed.why.site, f"{missed.kind}()", [missed.why])
    return list(found.values())
