"""Which calls the program writes into one loop. libcst waits for the first question, as in `written`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.once import Once
from dropout_lint.source.text import SourceFile

if TYPE_CHECKING:
    import libcst as cst

# Of a loop: the ids of the calls of methods in its body whose objects have a name that it does not give anew.
_Calls = frozenset[int]


def share_one(one: Site, other: Site) -> bool:
    """Whether two calls of methods stand in the body of one loop, of the same objects in each round, by their
    names."""
    if one.file is not other.file:
        return False
    ids = {id(one.node), id(other.node)}
    return any(ids <= calls for calls in _LOOPS.of(one.file, lambda: list(_loops(one.file))))


def _loops(file: SourceFile) -> Iterator[_Calls]:
    import libcst as cst

    from dropout_lint.interpreter.syntax.walk import walk

    for node in walk(file.module):
        if isinstance(node, (cst.For, cst.While)):
            yield _calls(node)


def _calls(loop: cst.For | cst.While) -> _Calls:
    import libcst as cst

    from dropout_lint.interpreter.syntax.walk import dotted_text, walk

    named: dict[int, str | None] = {}
    given: set[str | None] = set()
    for node in walk(loop):
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            named[id(node)] = dotted_text(node.func.value)
        elif isinstance(node, (cst.AssignTarget, cst.AnnAssign, cst.For, cst.NamedExpr)):
            # Of `self.a = ...` the whole chain, not its parts: `self` stays the same.
            given.update(
                map(dotted_text, walk(node.target, lambda part: not isinstance(part, cst.Attribute)))
            )
    return frozenset(call for call, name in named.items() if name and given.isdisjoint(_and_above(name)))


def _and_above(name: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`: whoever gives one of them a value has another object behind the rest."""
    while name:
        yield name
        name = name.rpartition(".")[0]


_LOOPS: Once[list[_Calls]] = Once()
