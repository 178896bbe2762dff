"""A repair as edits of the text: each kind of change has a module that knows its positions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import libcst as cst

from dropout_lint.finding import Edit, Fix, Place
from dropout_lint.fixes import flags, parameters, replacing, statements, wrapping
from dropout_lint.fixes.lines import Lines
from dropout_lint.fixes.patch import Patch, Spans
from dropout_lint.fixes.repair import (
    AddLines,
    Change,
    Repair,
    RunInInference,
    SetFlag,
    TakeTraining,
    site_of,
)
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.once import Once
from dropout_lint.source.text import SourceFile


def sites(repair: Repair) -> Iterator[Site]:
    """The places whose positions `fix_of` needs."""
    for change in repair.changes:
        file = site_of(change).file
        yield from (Site(file, node) for node in _nodes(change))


def fix_of(repair: Repair, file: SourceFile, where: Spans) -> Fix | None:
    """A repair as edits of one file; None when it reaches into another, or is not certain.

    Args:
        repair: what a rule asks for.
        file: the file that is linted.
        where: the positions of `sites(repair)`, by id of the node.
    """
    lines = _LINES.of(file, lambda: Lines(file.text))
    found: list[Patch] = []
    for change in repair.changes:
        patches = _patches(change, lines, where) if site_of(change).file is file else None
        if patches is None:
            return None
        found += patches
    found.sort()
    apart = all(one[2:4] <= other[:2] and one[:2] < other[:2] for one, other in pairwise(found))
    if not found or not apart:
        return None
    edits = [_edit(file, patch) for patch in found]
    placed = tuple(edit for edit in edits if edit is not None)
    return Fix(repair.title, repair.grade, placed) if len(placed) == len(edits) else None


_LINES: Once[Lines] = Once()


def _nodes(change: Change) -> Iterator[cst.CSTNode]:
    if isinstance(change, SetFlag):
        return flags.nodes(change)
    if isinstance(change, TakeTraining):
        return parameters.nodes(change)
    if isinstance(change, RunInInference):
        return wrapping.nodes(change)
    return statements.nodes(change) if isinstance(change, AddLines) else replacing.nodes(change)


def _patches(change: Change, lines: Lines, where: Spans) -> list[Patch] | None:
    if isinstance(change, SetFlag):
        return flags.patches(change, lines, where)
    if isinstance(change, TakeTraining):
        return parameters.patches(change, lines, where)
    if isinstance(change, RunInInference):
        return wrapping.patches(change, lines, where)
    if isinstance(change, AddLines):
        return statements.patches(change, lines, where)
    return replacing.patches(change, lines, where)


def _edit(file: SourceFile, patch: Patch) -> Edit | None:
    """A patch in the file, or in one cell of it."""
    cell, line = file.place_of(patch.line)
    end_cell, end_line = file.place_of(patch.end_line)
    if cell != end_cell:
        return None
    place = Place(
        path=file.path,
        cell=cell,
        line=line,
        column=patch.column,
        end_line=end_line,
        end_column=patch.end_column,
    )
    return Edit(place, patch.text)
