"""`training=...` at a call: inserted after the last argument, or corrected."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from dropout_lint.fixes.lines import Lines
from dropout_lint.fixes.patch import Patch, Spans
from dropout_lint.fixes.repair import SetFlag


def nodes(change: SetFlag) -> Iterator[cst.CSTNode]:
    """The nodes whose positions `patches` needs."""
    yield change.call.node
    if isinstance(change.call.node, cst.Call):
        for arg in change.call.node.args:
            yield arg
            yield arg.value


def patches(change: SetFlag, lines: Lines, where: Spans) -> list[Patch] | None:
    """The edits; None when it is not certain that they are right."""
    call = change.call.node
    if not isinstance(call, cst.Call) or any(arg.star for arg in call.args):
        return None
    if isinstance(call.func, cst.Call) and any(_is_flag(arg) for arg in call.func.args):
        return None  # partial(layer, training=...)(x)
    for arg in call.args:
        if _is_flag(arg):
            return _correct(arg, change.value, where)
    positional = sum(arg.keyword is None for arg in call.args)
    if not call.args or isinstance(call.args[-1].value, cst.GeneratorExp) or positional > change.positional:
        return None
    return _insert(call, f"training={change.value}", lines, where)


def _is_flag(arg: cst.Arg) -> bool:
    return arg.keyword is not None and arg.keyword.value == "training"


def _correct(arg: cst.Arg, value: str, where: Spans) -> list[Patch] | None:
    """Only a literal, or the flag handed on, is known to be no setting of somebody's own."""
    old = arg.value
    if not isinstance(old, cst.Name) or old.value not in ("True", "False", "None", "training"):
        return None
    return [] if old.value == value else [Patch.replacing(where[id(old)], value)]


def _insert(call: cst.Call, text: str, lines: Lines, where: Spans) -> list[Patch]:
    last = call.args[-1]
    span = where[id(last)]
    own_line = not lines.content(span.line)[: span.column].strip()
    breaks = _breaks_line(last)
    if not own_line or not breaks:
        return [Patch.inserting(span.end_line, span.end_column, f", {text}")]
    # Arguments stand on lines of their own: so does the new one, after a comment on the last.
    indent = lines.indent(span.line)
    new = f"{lines.end(span.end_line)}{indent}{text}"
    eol = len(lines.content(span.end_line))
    if isinstance(last.comma, cst.Comma):
        return [Patch.inserting(span.end_line, eol, f"{new},")]
    if eol == span.end_column:
        return [Patch.inserting(span.end_line, eol, f",{new}")]
    return [Patch.inserting(span.end_line, span.end_column, ","), Patch.inserting(span.end_line, eol, new)]


def _breaks_line(last: cst.Arg) -> bool:
    """Whether nothing but blanks, a comma and a comment stand between the argument and a new line."""
    if isinstance(last.comma, cst.Comma):
        before, after = last.comma.whitespace_before, last.comma.whitespace_after
        return isinstance(before, cst.SimpleWhitespace) and isinstance(after, cst.ParenthesizedWhitespace)
    return isinstance(last.whitespace_after_arg, cst.ParenthesizedWhitespace)
