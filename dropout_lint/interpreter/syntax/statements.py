"""The meaning of statements: a table from the kind of node to the function that runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst

from dropout_lint.interpreter.budget import MAX_NESTING
from dropout_lint.interpreter.frame import module_scope, nonlocal_scope
from dropout_lint.interpreter.signals import Break, Continue, Return
from dropout_lint.interpreter.syntax import (
    assignment,
    branches,
    definitions,
    forms,
    imports,
    loops,
    managers,
    matching,
)
from dropout_lint.interpreter.syntax import exceptions as guarded
from dropout_lint.interpreter.values.kinds import NONE

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine

Body = cst.BaseSuite | Sequence[cst.SimpleStatementLine | cst.BaseCompoundStatement]


def run(machine: Machine, frame: Frame, body: Body) -> None:
    """Runs the statements of a block in order."""
    # Not isinstance: libcst's nodes are ABCs, and this is where the time goes.
    lines: Sequence[cst.CSTNode]
    if type(body) is cst.IndentedBlock:
        lines = body.body
    else:
        lines = [body] if type(body) is cst.SimpleStatementSuite else body  # type: ignore[assignment]
    if machine.nesting >= MAX_NESTING:
        machine.note("nested too deep", machine.here)
        return
    machine.nesting += 1
    try:
        for line in lines:
            if type(line) is cst.SimpleStatementLine or type(line) is cst.SimpleStatementSuite:
                for statement in line.body:
                    _one(machine, frame, statement)
                if line.trailing_whitespace.comment is not None and type(line) is cst.SimpleStatementLine:
                    forms.presume(frame, line)
            else:
                _one(machine, frame, line)
    finally:
        machine.nesting -= 1


def _one(machine: Machine, frame: Frame, statement: cst.CSTNode) -> None:
    machine.budget.step()
    machine.here = frame.site(statement)
    handler = STATEMENTS.get(type(statement))
    if handler is None:
        machine.note("a statement of an unknown kind", machine.here)
    else:
        handler(machine, frame, statement)


def expression(machine: Machine, frame: Frame, node: cst.Expr) -> None:
    """An expression on its own; a docstring costs nothing."""
    kind = type(node.value)
    if kind is not cst.SimpleString and kind is not cst.Ellipsis:
        machine.evaluate(node.value, frame)


def pass_(machine: Machine, frame: Frame, node: cst.CSTNode) -> None:
    """`pass`, and what has no meaning here (`type X = ...`)."""


def return_(machine: Machine, frame: Frame, node: cst.Return) -> None:
    """`return value`."""
    raise Return(NONE if node.value is None else machine.evaluate(node.value, frame))


def break_(machine: Machine, frame: Frame, node: cst.Break) -> None:
    """`break`."""
    raise Break


def continue_(machine: Machine, frame: Frame, node: cst.Continue) -> None:
    """`continue`."""
    raise Continue


def global_(machine: Machine, frame: Frame, node: cst.Global) -> None:
    """`global a, b`."""
    for item in node.names:
        module = module_scope(frame.scope)
        if module is not frame.scope:
            frame.scope.outer[frame.mangled(item.name.value)] = module


def nonlocal_(machine: Machine, frame: Frame, node: cst.Nonlocal) -> None:
    """`nonlocal a, b`."""
    for item in node.names:
        name = frame.mangled(item.name.value)
        outer = nonlocal_scope(frame.scope, name)
        if outer is not None:
            frame.scope.outer[name] = outer


Handler = Callable[["Machine", "Frame", Any], None]

STATEMENTS: dict[type[cst.CSTNode], Handler] = {
    cst.Expr: expression,
    cst.Assign: assignment.assign_statement,
    cst.AnnAssign: assignment.annotated,
    cst.AugAssign: assignment.augmented,
    cst.Del: assignment.delete,
    cst.Pass: pass_,
    cst.Return: return_,
    cst.Break: break_,
    cst.Continue: continue_,
    cst.Global: global_,
    cst.Nonlocal: nonlocal_,
    cst.Import: imports.import_,
    cst.ImportFrom: imports.from_import,
    cst.Raise: guarded.raise_,
    cst.Assert: branches.assert_,
    cst.If: branches.if_,
    cst.For: loops.for_,
    cst.While: loops.while_,
    cst.Try: guarded.try_,
    cst.TryStar: guarded.try_,
    cst.With: managers.with_,
    cst.Match: matching.match,
    cst.FunctionDef: definitions.function,
    cst.ClassDef: definitions.class_,
}

# Newer versions of libcst only.
if hasattr(cst, "TypeAlias"):
    STATEMENTS[cst.TypeAlias] = pass_
if hasattr(cst, "LazyImport"):
    STATEMENTS[cst.LazyImport] = imports.import_
if hasattr(cst, "LazyImportFrom"):
    STATEMENTS[cst.LazyImportFrom] = imports.from_import
