"""How a program writes a name of Keras by its own imports, for the code that fixes add to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from dropout_lint.once import Once
from dropout_lint.source.text import SourceFile

if TYPE_CHECKING:
    import libcst as cst

# Where Keras is public. A name that is found elsewhere may not have all that Keras has beside it.
_PUBLIC = ("tensorflow.keras", "tf_keras", "keras")


class Bound(NamedTuple):
    """A name that a statement binds: to what it imports, or to something else (None)."""

    name: str
    imported: str | None


def spelled(file: SourceFile, name: str) -> str | None:
    """The shortest way to write a name of Keras; None if no import at the top of the module leads there.

    Args:
        file: the program.
        name: without Keras itself: "layers.Dropout".
    """
    return written_by(imports_of(file), bindings(file), name)


def written_by(imported: list[Bound], bound: dict[str, set[str | None]], name: str) -> str | None:
    """As `spelled`, by some of the imports of a program.

    Args:
        imported: what they bind.
        bound: all that each name is bound to anywhere: a name that means something else too is not used.
        name: without Keras itself.
    """
    ways = [_way(one, name) for one in imported if len(bound[one.name]) == 1]
    known = [way for way in ways if way is not None]
    return min(known, key=lambda way: (way.count("."), len(way)), default=None)


def keras_of(imported: list[Bound]) -> str | None:
    """The Keras that some imports take names from: "tensorflow.keras"; None if there is none, or several."""
    found = {prefix for one in imported if (prefix := _prefix(one.imported or "")) is not None}
    return found.pop() if len(found) == 1 else None


def _prefix(dotted: str) -> str | None:
    return next((p for p in _PUBLIC if dotted == p or dotted.startswith(p + ".")), None)


def _way(one: Bound, name: str) -> str | None:
    for prefix in _PUBLIC:
        whole = f"{prefix}.{name}"
        if whole == one.imported:
            return one.name
        if one.imported and whole.startswith(one.imported + "."):
            return one.name + whole[len(one.imported) :]
    return None


def imports_of(file: SourceFile) -> list[Bound]:
    """What the imports bind that are lines of the module."""
    import libcst as cst

    lines = (line for line in file.module.body if isinstance(line, cst.SimpleStatementLine))
    return [bound for line in lines for statement in line.body for bound in imported_by(statement)]


def imported_by(statement: cst.CSTNode) -> list[Bound]:
    """What a statement binds, if it is an import."""
    import libcst as cst

    from dropout_lint.interpreter.syntax.walk import dotted_text

    if isinstance(statement, cst.Import):
        return [_module(alias.evaluated_name, alias.evaluated_alias) for alias in statement.names]
    if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
        return []
    module = (
        dotted_text(statement.module) if statement.module is not None and not statement.relative else None
    )
    found = ((alias.evaluated_name, alias.evaluated_alias) for alias in statement.names)
    return [Bound(alias or name, f"{module}.{name}" if module else None) for name, alias in found]


def _module(name: str, alias: str | None) -> Bound:
    """What `import a.b` or `import a.b as c` binds."""
    top = name.split(".")[0]
    return Bound(alias, name) if alias else Bound(top, top)


def bindings(file: SourceFile) -> dict[str, set[str | None]]:
    """All that each name of a file is bound to, in any scope."""

    def find() -> dict[str, set[str | None]]:
        from dropout_lint.interpreter.syntax.walk import walk

        found: dict[str, set[str | None]] = {}
        binds: dict[type, bool] = {}  # most nodes bind nothing; `isinstance` of libcst's classes is slow
        for node in walk(file.module):
            kind = type(node)
            if kind not in binds:
                binds[kind] = isinstance(node, _binding())
            if binds[kind]:
                for name, imported in _bound(node):
                    found.setdefault(name, set()).add(imported)
        return found

    return _BINDINGS.of(file, find)


_BINDINGS: Once[dict[str, set[str | None]]] = Once()


@cache
def _binding() -> tuple[type[cst.CSTNode], ...]:
    """The kinds of nodes that can bind a name."""
    import libcst as cst

    imports = (cst.Import, cst.ImportFrom)
    assigned = (cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.NamedExpr, cst.For, cst.CompFor)
    defined = (cst.FunctionDef, cst.ClassDef, cst.Param)
    return (*imports, *assigned, *defined, cst.WithItem, cst.ExceptHandler, cst.MatchAs, cst.MatchStar)


def _bound(node: cst.CSTNode) -> Iterator[Bound]:
    """What one node binds."""
    import libcst as cst

    if isinstance(node, (cst.Import, cst.ImportFrom)):
        yield from imported_by(node)
    elif isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Param)):
        yield from _targets(node.name)
    elif isinstance(
        node, (cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.NamedExpr, cst.For, cst.CompFor)
    ):
        yield from _targets(node.target)
    elif isinstance(node, cst.WithItem) and node.asname is not None:
        yield from _targets(node.asname.name)
    elif isinstance(node, cst.ExceptHandler) and node.name is not None:
        yield from _targets(node.name.name)
    elif isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
        yield from _targets(node.name)


def _targets(target: cst.CSTNode) -> Iterator[Bound]:
    """The bare names in what is assigned to."""
    import libcst as cst

    if isinstance(target, cst.Name):
        yield Bound(target.value, None)
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _targets(element.value)
