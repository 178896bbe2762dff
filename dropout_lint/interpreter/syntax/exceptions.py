"""`try` and `raise`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.signals import Raised, Signal
from dropout_lint.interpreter.syntax import assignment, imports
from dropout_lint.interpreter.syntax.branches import Worth, worth
from dropout_lint.interpreter.values.keys import Passes, Thrown
from dropout_lint.interpreter.values.kinds import Args, Builtin, Class, Value
from dropout_lint.interpreter.values.raising import is_any

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine

Handler = cst.ExceptHandler | cst.ExceptStarHandler
Try = cst.Try | cst.TryStar


def raise_(machine: Machine, frame: Frame, node: cst.Raise) -> None:
    """`raise`, `raise exception from cause`."""
    at = frame.site(node)
    if node.exc is None:
        if frame.raised is not None:
            raise frame.raised
        raise Raised(machine.unknown("an exception", at), at)
    exception = machine.evaluate(node.exc, frame)
    if isinstance(exception, (Class, Builtin)):
        exception = machine.invoke(exception, Args(), at)
    raise Raised(exception, at)


def try_(machine: Machine, frame: Frame, node: Try) -> None:
    """`try ... except ... else ... finally`.

    The body is taken to succeed, unless the program itself raises in it. A handler that does
    something is another way to go, instead of the body: where in the body the exception
    would come from is unknown, and most often it is its first statement.
    """
    try:
        _guarded(machine, frame, node)
    except Signal:
        if node.finalbody is not None:
            machine.execute(node.finalbody.body, frame)
        raise
    if node.finalbody is not None:
        machine.execute(node.finalbody.body, frame)


def _guarded(machine: Machine, frame: Frame, node: Try) -> None:
    if not _cannot_fail(machine, frame, node.body):
        for number, handler in enumerate(_handlers(node)):
            if worth(frame.file, handler.body) < Worth.WORKS:
                continue
            at = frame.site(handler)
            if not machine.choices.decide(Passes(id(node), number), at):
                exception = Raised(machine.unknown("an exception", at), at)
                _handle(machine, frame, handler, exception)
                return
    guards = len(machine.guards)
    machine.guards.append((frame, node))
    try:
        machine.execute(node.body, frame)
    except Raised as raised:
        del machine.guards[guards:]
        for handler in _handlers(node):
            if _catches(machine, frame, handler, raised.exception):
                machine.choices.took(frame.site(handler))
                _handle(machine, frame, handler, raised)
                return
        raise
    finally:
        del machine.guards[guards:]
    if node.orelse is not None:
        machine.execute(node.orelse.body, frame)


def is_caught(machine: Machine, exception: str) -> bool:
    """Whether a builtin exception of this name, raised now, is caught by the program itself."""
    raised = machine.unknown(exception, None, Thrown(exception, 0))
    return any(
        _catches(machine, frame, handler, raised)
        for frame, node in reversed(machine.guards)
        for handler in _handlers(node)
    )


def _handlers(node: Try) -> list[Handler]:
    return list(node.handlers)


def _cannot_fail(machine: Machine, frame: Frame, body: cst.BaseSuite) -> bool:
    """Whether a body only imports what the library or the project holds, so that no handler is needed."""
    lines = body.body if isinstance(body, cst.IndentedBlock) else []
    parts = [part for line in lines if isinstance(line, cst.SimpleStatementLine) for part in line.body]
    return len(parts) >= len(lines) > 0 and all(imports.succeeds(machine, frame, part) for part in parts)


def _handle(machine: Machine, frame: Frame, handler: Handler, raised: Raised) -> None:
    """Runs a handler."""
    before, frame.raised = frame.raised, raised
    try:
        if handler.name is not None:
            at = frame.site(handler)
            assignment.assign(machine, frame, handler.name.name, raised.exception, at)
        machine.execute(handler.body, frame)
    finally:
        frame.raised = before


def _catches(machine: Machine, frame: Frame, handler: Handler, exception: Value) -> bool:
    """Whether a handler catches an exception; one whose class is unknown is caught."""
    if handler.type is None:
        return True
    return is_any(exception, machine.evaluate(handler.type, frame))
