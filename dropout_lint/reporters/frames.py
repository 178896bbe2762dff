"""Code frames: the lines that a finding rests on, each with a mark under what is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from dropout_lint.finding import Finding, Place
from dropout_lint.reporters.report import Report, plain, where

_TAB = "    "
_ELLIPSIS = "…"
_PRIMARY, _SECONDARY, _DIM = "bold red", "bold cyan", "dim"


class Mark(NamedTuple):
    """A place to show, with what happens there."""

    place: Place
    label: str
    primary: bool


def marks_of(finding: Finding) -> list[Mark]:
    """The places of a finding, each once: the primary one first, then in the order of the story."""
    labels: dict[Place, list[str]] = {finding.place: []}
    for related in finding.related:
        labels.setdefault(related.place, []).append(related.role)
    return [
        Mark(place, f"{' and '.join(roles)} here" if roles else "", place == finding.place)
        for place, roles in labels.items()
    ]


def frame(marks: Sequence[Mark], report: Report, width: int) -> Iterator[Text]:
    """The lines of a frame; one block for each file or notebook cell, the primary one first.

    Args:
        marks: what to show.
        report: where lines come from.
        width: of the terminal.
    """
    blocks: dict[tuple[str, int], list[Mark]] = {}
    for mark in marks:
        blocks.setdefault((mark.place.path, mark.place.cell), []).append(mark)
    gutter = len(str(max(mark.place.line for mark in marks)))
    for number, block in enumerate(blocks.values()):
        block.sort(key=lambda mark: (mark.place.line, mark.place.column))
        if number:
            yield Text.assemble((f"{' ' * gutter}::: ", _DIM), where(block[0].place))
        yield Text(f"{' ' * gutter} |", _DIM)
        yield from _block(block, report, gutter, width)


def _block(block: Iterable[Mark], report: Report, gutter: int, width: int) -> Iterator[Text]:
    previous = 0
    for mark in block:
        place = mark.place
        if previous and place.line == previous + 2:
            yield _code(previous + 1, report.line(place, previous + 1), gutter, width, 0)[0]
        elif previous and place.line > previous + 2:
            yield Text("." * max(3, gutter), _DIM)
        line = report.line(place)
        end = place.end_column if place.end_line == place.line else len(line.rstrip())
        before, marked = _shown(line[: place.column]), _shown(line[place.column : end])
        shown, cut = _code(place.line, line, gutter, width, cell_len(before))
        if place.line != previous:
            yield shown
        room = max(10, width - gutter - 3)
        yield from _mark(mark, cell_len(before) - cut, cell_len(marked), gutter, room)
        previous = place.line


def _code(number: int, line: str, gutter: int, width: int, start: int) -> tuple[Text, int]:
    """A line of code cut to the terminal so that a column can be seen; and how many cells were cut."""
    code = _shown(line.rstrip())
    room = max(10, width - gutter - 3)
    cut = 0
    if cell_len(code) > room and start > room // 2:
        kept = _drop(code, start - room // 4)
        cut = cell_len(code) - cell_len(kept) - 1
        code = _ELLIPSIS + kept
    if cell_len(code) > room:
        code = set_cell_size(code, room - 1) + _ELLIPSIS
    return Text.assemble((f"{number:>{gutter}} | ", _DIM), code), cut


def _mark(mark: Mark, start: int, length: int, gutter: int, room: int) -> Iterator[Text]:
    """The line under a line of code; the label goes onto one of its own where there is no room."""
    sign, style = ("^", _PRIMARY) if mark.primary else ("-", _SECONDARY)
    under = sign * max(1, min(length, room - start))
    margin = (f"{' ' * gutter} | ", _DIM)
    if start + len(under) + 1 + len(mark.label) <= room or not mark.label:
        yield Text.assemble(margin, " " * start, (f"{under} {mark.label}".rstrip(), style))
    else:
        yield Text.assemble(margin, " " * start, (under, style))
        yield Text.assemble(margin, " " * max(0, min(start, room - len(mark.label))), (mark.label, style))


def _shown(code: str) -> str:
    return plain(code.replace("\t", _TAB))


def _drop(text: str, cells: int) -> str:
    """The text without its first so many cells."""
    for index, character in enumerate(text):
        if cells <= 0:
            return text[index:]
        cells -= cell_len(character)
    return ""
