"""`if` and `assert`, and which side of a branch is worth a run of its own."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.exploration.paths import Ladder, Rung
from dropout_lint.interpreter.models.side_effects import IDLE_FUNCTIONS, IDLE_METHODS, package_of
from dropout_lint.interpreter.signals import Raised
from dropout_lint.interpreter.syntax.imports import imported_names
from dropout_lint.interpreter.syntax.walk import callee_text, dotted_text, walk
from dropout_lint.interpreter.values import conditions
from dropout_lint.interpreter.values.keys import Thrown
from dropout_lint.once import OnceEachNode
from dropout_lint.source.text import SourceFile

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.syntax.statements import Body

EXITS = frozenset({"exit", "quit", "sys.exit", "os._exit", "os.abort"})


class Worth(IntEnum):
    """What a side of a branch does; of two sides the greater is taken first."""

    FAILS = 0
    """It merely raises or exits: never worth a run."""
    FAILS_LATE = 1
    """It raises or exits, but does something before."""
    LEAVES = 2
    """It merely breaks, continues or returns nothing: what follows is skipped."""
    IDLE = 3
    """It does nothing, or only prints; also a side that is not there."""
    WORKS = 4


def if_(machine: Machine, frame: Frame, node: cst.If) -> None:
    """`if ... elif ... else`; a ladder of any length, without recursion."""
    if type(node.orelse) is cst.If and machine.choices.exploring:
        _note_ladder(machine, frame.file, node)
    while True:
        machine.budget.step()
        prefer, explore = _sides(frame.file, node)
        if conditions.holds(machine, frame, node.test, prefer, explore):
            machine.execute(node.body, frame)
            return
        if node.orelse is None:
            return
        if type(node.orelse) is cst.Else:
            machine.execute(node.orelse.body, frame)
            return
        node = node.orelse  # type: ignore[assignment]


def _note_ladder(machine: Machine, file: SourceFile, first: cst.If) -> None:
    """Tells those who choose the paths of a ladder's rungs, so that each of them can be the next."""

    def weighed() -> Ladder | None:
        rungs: list[Rung] = []
        node: cst.If | cst.Else | None = first
        while isinstance(node, cst.If):
            if not _is_plain(node.test):
                return None
            rungs.append(Rung(id(node.test), _promises(machine, node.body)))
            last, node = node, node.orelse
        worth_a_run = node is not None and deserves_both_sides(file, last)
        return Ladder(tuple(rungs), _promises(machine, node.body) if node and worth_a_run else None)

    ladder = _LADDERS.of(file, first, weighed)
    if ladder is not None:
        machine.choices.ladders[id(first.test)] = ladder


_LADDERS: OnceEachNode[cst.CSTNode, Ladder | None] = OnceEachNode()


def _is_plain(test: cst.BaseExpression) -> bool:
    """Whether a test is one condition, which holds where its choice is True."""
    if isinstance(test, cst.Comparison):
        return len(test.comparisons) == 1 and isinstance(test.comparisons[0].operator, (cst.Equal, cst.In))
    return isinstance(test, (cst.Name, cst.Attribute, cst.Call, cst.Subscript))


def _promises(machine: Machine, body: Body) -> bool:
    """Whether a block names what the library finds promising."""
    nodes = (node for statement in _statements(body) for node in walk(statement))
    return any(isinstance(node, cst.Name) and machine.library.is_promising(node.value) for node in nodes)


def _sides(file: SourceFile, node: cst.If) -> tuple[bool, bool]:
    """Which side of an `if` to take first, and whether the other one is worth a run."""

    def weighed() -> tuple[bool, bool]:
        first, second = worth(file, node.body), worth_of_else(file, node)
        explore = Worth.FAILS not in (first, second) and not first == second == Worth.IDLE
        return first >= second, explore

    return _SIDES.of(file, node, weighed)


_SIDES: OnceEachNode[cst.CSTNode, tuple[bool, bool]] = OnceEachNode()


def deserves_both_sides(file: SourceFile, node: cst.If) -> bool:
    """Whether each side of an `if` is worth a run."""
    return _sides(file, node)[1]


def assert_(machine: Machine, frame: Frame, node: cst.Assert) -> None:
    """`assert test`: what is asserted holds from here on.

    Only `assert False` ends the run: people run their programs, so another one that seems to fail is
    a gap of the simulation.
    """
    at = frame.site(node)
    value = machine.evaluate(node.test, frame)
    known = machine.known_truth(value)
    literal = isinstance(node.test, cst.Integer) or dotted_text(node.test) in ("False", "None")
    if known is False and not literal:
        machine.note("an assertion that seems to fail", at)
    elif known is False:
        raise Raised(machine.unknown("AssertionError", at, Thrown("AssertionError", id(node))), at)
    if known is None:
        machine.choices.assume(machine.condition_key(value), True, at)


def worth_of_else(file: SourceFile, node: cst.If) -> Worth:
    """The worth of the other side of an `if`."""
    if node.orelse is None:
        return Worth.IDLE
    return worth(file, node.orelse.body) if isinstance(node.orelse, cst.Else) else Worth.WORKS


def worth(file: SourceFile, body: Body) -> Worth:
    """The worth of a block, judged by its text."""
    listed = _statements(body)
    if not listed:
        return Worth.IDLE
    last = listed[-1]
    busy = not all(_is_idle(file, statement) for statement in listed[:-1])
    if isinstance(last, cst.Raise) or is_exit(last):
        return Worth.FAILS_LATE if busy else Worth.FAILS
    if busy:
        return Worth.WORKS
    if isinstance(last, (cst.Break, cst.Continue)):
        return Worth.LEAVES
    if isinstance(last, cst.Return) and (last.value is None or dotted_text(last.value) == "None"):
        return Worth.LEAVES
    return Worth.IDLE if _is_idle(file, last) else Worth.WORKS


def _statements(body: Body) -> list[cst.CSTNode]:
    """The statements of a block, those that share a line one by one."""
    if isinstance(body, cst.SimpleStatementSuite):
        return list(body.body)
    lines: Sequence[cst.CSTNode] = body.body if isinstance(body, cst.BaseSuite) else body
    found: list[cst.CSTNode] = []
    for line in lines:
        found += line.body if isinstance(line, cst.SimpleStatementLine) else [line]
    return found


def is_exit(statement: cst.CSTNode) -> bool:
    """Whether a statement is `sys.exit()` or the like."""
    if not isinstance(statement, cst.Expr) or not isinstance(statement.value, cst.Call):
        return False
    return dotted_text(statement.value.func) in EXITS


def _is_idle(file: SourceFile, statement: cst.CSTNode) -> bool:
    """Whether a statement changes nothing that the analysis looks at."""
    if isinstance(statement, (cst.Pass, cst.Global, cst.Nonlocal)):
        return True
    if not isinstance(statement, cst.Expr):
        return False
    value = statement.value
    if isinstance(value, cst.Call):
        return _only_shows(file, callee_text(value)) and not is_exit(statement)
    return isinstance(value, (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis))


def _only_shows(file: SourceFile, callee: str) -> bool:
    """Whether a call, by its text and the imports of the file, shows something and does nothing else."""
    first, _, rest = callee.partition(".")
    imported = imported_names(file).get(first)
    if imported is not None:
        return package_of(f"{imported}.{rest}" if rest else imported) is not None
    return callee.rpartition(".")[2] in IDLE_METHODS if rest else callee in IDLE_FUNCTIONS


def worth_of_value(node: cst.IfExp) -> bool:
    """Whether both values of `a if test else b` are worth a run: not of two plain strings."""
    return not (isinstance(node.body, cst.SimpleString) and isinstance(node.orelse, cst.SimpleString))
