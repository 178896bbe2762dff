"""`try`, `raise` and `with`."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.signals import Raised, Signal
from dropout_lint.interpreter.syntax import assignment, imports
from dropout_lint.interpreter.syntax.branches import Worth, worth
from dropout_lint.interpreter.values.comparing import foreign_part
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    Builtin,
    Class,
    Collection,
    ExternalName,
    Instance,
    LibraryObject,
    Site,
    Unknown,
    Value,
)

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
            if not machine.choices.decide(("try", id(node), number), at):
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
    raised = machine.unknown(exception, None, ("exception", exception, 0))
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
    caught = machine.evaluate(handler.type, frame)
    kinds = caught.items if isinstance(caught, Collection) else [caught]
    return any(_is_kind(exception, kind) for kind in kinds)


def _is_kind(exception: Value, kind: Value) -> bool:
    if isinstance(exception, Instance):
        order = list(exception.cls.mro())
        if isinstance(kind, Class):
            return kind in order
        names = [base.name for cls in order for base in cls.bases if isinstance(base, Builtin)]
        others = any(not isinstance(base, (Builtin, Class)) for cls in order for base in cls.bases)
        return others or any(_is_subclass(name, kind) for name in names)
    if isinstance(exception, Builtin):
        return _is_subclass(exception.name, kind)
    match exception:
        case Unknown(key=("exception", name, _)):
            return _is_subclass(str(name), kind)
    return True


def _is_subclass(name: str, kind: Value) -> bool:
    """Whether the builtin exception class of this name is a kind of another one."""
    if isinstance(kind, (Class, ExternalName)):
        return False
    if not isinstance(kind, Builtin):
        return True
    one, other = getattr(builtins, name, None), getattr(builtins, kind.name, None)
    if isinstance(one, type) and isinstance(other, type):
        return issubclass(one, other)
    return True


def with_(machine: Machine, frame: Frame, node: cst.With) -> None:
    """`with a as b, c as d: ...`."""
    entered: list[tuple[Value, Site]] = []
    try:
        for item in node.items:
            at = frame.site(item)
            manager = machine.evaluate(item.item, frame)
            value = _enter(machine, manager, at)
            entered.append((manager, at))
            if item.asname is not None:
                assignment.assign(machine, frame, item.asname.name, value, at)
        machine.execute(node.body, frame)
    except Raised as raised:
        if not _leave(machine, entered, raised):
            raise
        return
    except Signal:
        _leave(machine, entered, None)
        raise
    _leave(machine, entered, None)


def _enter(machine: Machine, manager: Value, at: Site) -> Value:
    """What `as` binds."""
    if isinstance(manager, Instance):
        method = machine.find_method(manager, "__enter__")
        if method is not None:
            return machine.invoke(method, Args(), at)
    if isinstance(foreign_part(manager), (LibraryObject, ExternalName)):
        return machine.library.enter(machine, manager, at)
    reason = manager.reason if isinstance(manager, Unknown) else "a context manager"
    return machine.unknown(reason, at, machine.keys.join("enter", machine.keys.of(manager)))


def _leave(machine: Machine, entered: list[tuple[Value, Site]], raised: Raised | None) -> bool:
    """Leaves the managers, the last one first; whether one of them swallowed the exception."""
    for manager, at in reversed(entered):
        if isinstance(manager, Instance):
            method = machine.find_method(manager, "__exit__")
            if method is not None:
                error = NONE if raised is None else raised.exception
                result = machine.invoke(method, Args([error, error, NONE]), at)
                if raised is not None and machine.known_truth(result):
                    raised = None
                continue
        if isinstance(foreign_part(manager), (LibraryObject, ExternalName)):
            machine.library.exit(machine, manager, at)
    return raised is None
