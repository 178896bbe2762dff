"""A parameter `training=None` for a `call()` that takes none."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from dropout_lint.fixes.lines import Lines
from dropout_lint.fixes.patch import Patch, Spans
from dropout_lint.fixes.repair import TakeTraining

_TEXT = "training=None"


def nodes(change: TakeTraining) -> Iterator[cst.CSTNode]:
    """The nodes whose positions `patches` needs."""
    if isinstance(change.function.node, cst.FunctionDef):
        for param in change.function.node.params.params:
            yield param
            yield _end(param)


def _end(param: cst.Param) -> cst.BaseExpression:
    """The last part of a parameter."""
    if param.default is not None:
        return param.default
    return param.annotation.annotation if param.annotation is not None else param.name


def patches(change: TakeTraining, lines: Lines, where: Spans) -> list[Patch] | None:
    """The edits; None for anything but plain parameters, and for decorated functions."""
    function = change.function.node
    if not isinstance(function, cst.FunctionDef) or function.decorators:
        return None
    given = function.params
    plain = given.params and not (given.kwonly_params or given.posonly_params or given.star_kwarg)
    if not plain or not isinstance(given.star_arg, cst.MaybeSentinel):
        return None
    last = given.params[-1]
    span, end = where[id(last)], where[id(_end(last))]
    if _end(last).lpar:
        return None
    after = last.whitespace_after_param
    comma = last.comma
    blanks = comma.whitespace_after if isinstance(comma, cst.Comma) else after
    own_line = not lines.content(span.line)[: span.column].strip()
    if not isinstance(blanks, cst.ParenthesizedWhitespace):
        return [Patch.inserting(end.end_line, end.end_column, f", {_TEXT}")]
    if not own_line or blanks.first_line.comment is not None:
        return None
    new = f"{lines.end(end.end_line)}{lines.indent(span.line)}{_TEXT}"
    return [Patch.inserting(end.end_line, end.end_column, f",{new}")]
