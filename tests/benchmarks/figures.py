"""A measured ratio, and the table of them."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report.

    Args:
        letter: the part of the benchmark.
        what: what was measured.
        value: the ratio; None: it could not be measured, and so holds no bar.
        bar: what it may be at most (or at least); None: it is shown for information.
        sense: whether the bar is a greatest or a least value.
        note: on how much it rests.
    """

    letter: str
    what: str
    value: float | None
    bar: float | None = None
    sense: Literal["most", "least"] = "most"
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the bar is met."""
        if self.bar is None:
            return True
        if self.value is None:
            return False
        return self.value <= self.bar if self.sense == "most" else self.value >= self.bar


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table in Markdown."""
    lines = ["| figure | measured | bar | on |", "|---|---|---|---|"]
    for figure in figures:
        sign = "≤" if figure.sense == "most" else "≥"
        bar = "" if figure.bar is None else f"{sign} {figure.bar:g}{'' if figure.holds else ' (missed)'}"
        value = "not measured" if figure.value is None else f"{figure.value:.2f}"
        lines.append(f"| {figure.letter}. {figure.what} | {value} | {bar} | {figure.note} |")
    return "\n".join(lines)


def machine() -> str:
    """What the figures were measured on."""
    versions = ", ".join(f"{package} {version(package)}" for package in ("libcst", "flake8"))
    return f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}, {versions}"


def quantile(values: list[float], part: float) -> float:
    """The value below which this part of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
