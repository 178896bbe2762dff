"""One node written anew."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from dropout_lint.fixes.lines import Lines
from dropout_lint.fixes.patch import Patch, Spans
from dropout_lint.fixes.repair import Replace


def nodes(change: Replace) -> Iterator[cst.CSTNode]:
    """The nodes whose positions `patches` needs."""
    yield change.node.node


def patches(change: Replace, lines: Lines, where: Spans) -> list[Patch] | None:
    """The edit."""
    return [Patch.replacing(where[id(change.node.node)], change.text)]
