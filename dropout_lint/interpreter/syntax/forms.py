"""Forms of Colab: `rate = 0.5  #@param {type:"slider"}` is a default: who runs the notebook may change it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.frame import bind, lookup
from dropout_lint.interpreter.values.keys import FormField
from dropout_lint.interpreter.values.kinds import Const, Presumed

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame

_FORM = re.compile(r"#\s*@param\b")


def presume(frame: Frame, line: cst.SimpleStatementLine) -> None:
    """Makes the constants that a line has just bound presumed ones, if its comment makes a form of it."""
    comment = line.trailing_whitespace.comment
    if comment is None or frame.scope.kind != "module" or not _FORM.match(comment.value):
        return
    for statement in line.body:
        targets = [each.target for each in statement.targets] if isinstance(statement, cst.Assign) else []
        for target in targets:
            value = lookup(frame.scope, target.value) if isinstance(target, cst.Name) else None
            if isinstance(target, cst.Name) and type(value) is Const:
                bind(frame.scope, target.value, Presumed(value.value, FormField(target.value)))
