"""New lines before or after a statement."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from dropout_lint.fixes.lines import Lines
from dropout_lint.fixes.patch import Patch, Spans
from dropout_lint.fixes.repair import AddLines


def nodes(change: AddLines) -> Iterator[cst.CSTNode]:
    """The nodes whose positions `patches` needs."""
    yield change.statement.node


def patches(change: AddLines, lines: Lines, where: Spans) -> list[Patch] | None:
    """The edit; None when the statement shares its line with another one."""
    span = where[id(change.statement.node)]
    head = lines.content(span.line)[: span.column]
    tail = lines.content(span.end_line)[span.end_column :].strip()
    if head.strip() or (tail and not tail.startswith("#")):
        return None
    step = change.statement.file.module.default_indent
    new = [head + step * (len(line) - len(line.lstrip("\t"))) + line.lstrip("\t") for line in change.lines]
    end = lines.end(span.end_line)
    if change.where == "before":
        return [Patch.inserting(span.line, 0, "".join(line + end for line in new))]
    eol = len(lines.content(span.end_line))
    return [Patch.inserting(span.end_line, eol, "".join(end + line for line in new))]
