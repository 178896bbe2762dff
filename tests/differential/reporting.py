"""The report of a differential run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from tests.differential.case import Case
from tests.differential.program import render
from tests.differential.running import Outcome


@dataclass
class Group:
    """Outcomes with the same kind of disagreement."""

    signature: str
    outcomes: list[Outcome]

    @property
    def kerases(self) -> list[str]:
        return sorted({outcome.keras for outcome in self.outcomes})

    def smallest(self) -> Outcome:
        return min(self.outcomes, key=lambda outcome: size(outcome.case))

    def detail(self, outcome: Outcome) -> str:
        return next(text for signature, text in outcome.found if signature == self.signature)


def size(case: Case) -> int:
    """How much there is to read."""
    return len(render(case).text) + 40 * sum(1 for _ in axes(case))


def groups(outcomes: Sequence[Outcome]) -> list[Group]:
    """The kinds of disagreement, the most frequent first."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for signature in dict(outcome.found):
            found[signature].append(outcome)
    return sorted((Group(*pair) for pair in found.items()), key=lambda group: -len(group.outcomes))


def axes(case: Case) -> Iterator[str]:
    """The choices of a case that are not the plainest, as "axis=choice"."""
    s = case.scenario
    for block, prefix in ((s.base, "base"), (s.base.inner, "inner")):
        if block is not None:
            yield from _chosen(prefix, block, type(block)(), ("parts", "inner"))
            yield from (f"layer={part.kind}" for part in block.parts)
    for name in ("freeze", "wiring"):
        value = getattr(s, name)
        yield from _chosen(name, value, type(value)(), ("count",))
    for part in s.head.parts:
        yield f"head={part.kind}"
    for run in s.runs:
        yield f"run={run.kind}"
    yield from _chosen("", s, type(s)(), ("base", "freeze", "wiring", "head", "runs"))
    yield from _chosen("style", case.style, type(case.style)(), ())


def _chosen(prefix: str, value: Any, plain: Any, without: tuple[str, ...]) -> Iterator[str]:
    for axis in fields(value):
        now = getattr(value, axis.name)
        if axis.name not in without and now != getattr(plain, axis.name):
            yield f"{prefix}.{axis.name}={now}".lstrip(".")


def report(outcomes: Sequence[Outcome], smallest: dict[str, Case]) -> str:
    """The report as text; `smallest`: a simplified case for some signatures."""
    lines = [*_summary(outcomes), "", *_errors(outcomes), "", *_unknown(outcomes), "", "Disagreements"]
    for number, group in enumerate(groups(outcomes), 1):
        lines += ["", f"{number}. {group.signature}: {len(group.outcomes)} times, Keras {group.kerases}"]
        case = smallest.get(group.signature, group.smallest().case)
        lines.append(f"   common: {_common(group)}")
        lines.append(f"   e.g. {group.detail(group.smallest())[:600]}")
        lines += [f"   | {line}" for line in render(case).text.splitlines()]
    return "\n".join(lines) + "\n"


def _summary(outcomes: Sequence[Outcome]) -> list[str]:
    compared = [outcome for outcome in outcomes if outcome.error is None]
    rows, unknown = sum(o.rows for o in compared), sum(o.unknown for o in compared)
    agree = sum(not outcome.found for outcome in compared)
    programs = len({outcome.case for outcome in outcomes})
    return [
        f"Programs: {programs}; executed: {len(outcomes)}; in error: {len(outcomes) - len(compared)}",
        f"Rows: {rows}; unknown: {unknown} ({_percent(unknown, rows)})",
        f"Agreements: {agree} of {len(compared)}",
    ]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _errors(outcomes: Sequence[Outcome]) -> list[str]:
    counts = Counter((outcome.error or "")[:110] for outcome in outcomes if outcome.error is not None)
    return [
        "Programs that Keras refused",
        *(f"  {count:5} {error}" for error, count in counts.most_common(12)),
    ]


def _unknown(outcomes: Sequence[Outcome]) -> list[str]:
    rows: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for outcome in outcomes:
        for axis in set(axes(outcome.case)):
            rows[axis] += outcome.rows
            unknown[axis] += outcome.unknown
    worst = sorted((a for a in unknown if unknown[a]), key=lambda a: -unknown[a] / rows[a])
    lines = [
        f"  {axis}: {unknown[axis]} of {rows[axis]} ({_percent(unknown[axis], rows[axis])})" for axis in worst
    ]
    return ["Unknown rows by choice", *lines[:25]]


def _common(group: Group) -> str:
    counts = Counter(axis for outcome in group.outcomes for axis in set(axes(outcome.case)))
    often = [f"{axis} {count}" for axis, count in counts.most_common(8)]
    return ", ".join(often)
