"""Functions and classes of the program, moved into another module of the same project."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tests.metamorphic.relation import Demand, Files, files_relation
from tests.notebooks import cut

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
# Programs that look at their own module.
_REFLECTION = ("globals(", "locals(", "vars(", "sys.modules", "__main__", "eval(", "exec(")


@files_relation(Demand.MOVED)
def functions_moved_one_by_one(text: str) -> Iterator[Files]:
    """A function or class, with what it needs, stands in another file; once for each."""
    parts = _Parts(text)
    done: set[frozenset[int]] = set()
    for name in parts.definitions:
        chosen = parts.needed([name])
        if chosen is not None and chosen not in done:
            done.add(chosen)
            yield _two_files(parts, chosen, lambda names: f"from parts import {', '.join(names)}")


@files_relation(Demand.MOVED)
def functions_in_module(text: str) -> Iterator[Files]:
    """All functions and classes that can be moved stand in another file, which is used by its name."""
    yield from _all_moved(
        text, lambda names: "; ".join(["import parts", *(f"{name} = parts.{name}" for name in names)])
    )


@files_relation(Demand.MOVED)
def functions_starred(text: str) -> Iterator[Files]:
    """All functions and classes that can be moved come by a star import."""
    if not any(name.startswith("_") for name in _Parts(text).bound):
        yield from _all_moved(text, lambda names: "from parts import *")


@files_relation(Demand.MOVED)
def functions_in_package(text: str) -> Iterator[Files]:
    """All functions and classes that can be moved come from a package that re-exports them."""
    for files in _all_moved(text, lambda names: f"from own import {', '.join(names)}"):
        names = _Parts(files["parts.py"]).own
        init = f"from .parts import {', '.join(names)}\n\n__all__ = {names!r}\n"
        yield {"main.py": files["main.py"], "own/__init__.py": init, "own/parts.py": files["parts.py"]}


@files_relation(Demand.MOVED)
def functions_imported_late(text: str) -> Iterator[Files]:
    """All functions and classes that can be moved are imported if that succeeds, as it does."""
    yield from _all_moved(
        text,
        lambda names: f"try:\n    from parts import {', '.join(names)}\nexcept ImportError:\n    raise",
    )


@dataclass(frozen=True)
class _Segment:
    """A top-level statement (or several on one line) with the lines before it."""

    text: str
    body: tuple[ast.stmt, ...]

    @property
    def definition(self) -> Definition | None:
        only = self.body[0] if len(self.body) == 1 else None
        return only if isinstance(only, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else None

    @property
    def is_import(self) -> bool:
        return bool(self.body) and all(isinstance(s, (ast.Import, ast.ImportFrom)) for s in self.body)

    @property
    def is_constant(self) -> bool:
        """An assignment whose value makes and calls nothing."""
        only = self.body[0] if len(self.body) == 1 else None
        plain = (
            ast.Constant,
            ast.Name,
            ast.Attribute,
            ast.Tuple,
            ast.List,
            ast.Dict,
            ast.expr_context,
            ast.UnaryOp,
        )
        return (
            isinstance(only, ast.Assign)
            and isinstance(only.targets[0], ast.Name)
            and all(
                isinstance(node, (*plain, ast.expr_context, ast.unaryop)) for node in ast.walk(only.value)
            )
        )


class _Parts:
    """A program in segments, and which of them bind which names."""

    def __init__(self, text: str) -> None:
        self.segments = [_Segment(part, tuple(ast.parse(part).body)) for part in cut(text)]
        self.bound: dict[str, list[int]] = {}
        for number, segment in enumerate(self.segments):
            for name in sorted(_bound(segment)):
                self.bound.setdefault(name, []).append(number)
        self.reflects = any(word in text for word in _REFLECTION)

    @property
    def definitions(self) -> list[str]:
        return [segment.definition.name for segment in self.segments if segment.definition is not None]

    @property
    def own(self) -> list[str]:
        """Names that are not only imported."""
        return [n for n, where in self.bound.items() if not all(self.segments[i].is_import for i in where)]

    def needed(self, names: Sequence[str]) -> frozenset[int] | None:
        """The segments that must move for these names to move; None if one of them cannot."""
        pending, chosen = list(names), set[int]()
        while pending:
            where = self.bound.get(pending.pop(), [])
            if all(self.segments[i].is_import for i in where):
                continue
            segment = self.segments[where[0]]
            alone = all(len(self.bound[name]) == 1 for name in _bound(segment))
            if not alone or not (segment.definition is not None or segment.is_constant):
                return None
            if where[0] not in chosen:
                chosen.add(where[0])
                pending += _used(segment)
        return None if self.reflects else frozenset(chosen)


def _all_moved(text: str, importing: Callable[[list[str]], str]) -> Iterator[Files]:
    parts = _Parts(text)
    movable = [chosen for chosen in (parts.needed([name]) for name in parts.definitions) if chosen]
    if movable:
        yield _two_files(parts, frozenset().union(*movable), importing)


def _two_files(parts: _Parts, chosen: frozenset[int], importing: Callable[[list[str]], str]) -> Files:
    """The main file without the chosen segments, which it imports, and the file that has them."""
    names = [name for name, where in parts.bound.items() if set(where) <= chosen]
    main: list[str] = []
    moved = [s.text for i, s in enumerate(parts.segments) if i in chosen or s.is_import]
    for number, segment in enumerate(parts.segments):
        if number == min(chosen):
            # Only from a file that speaks of training are imports followed.
            main.append(f"# training\n{importing(names)}")
        if number not in chosen:
            main.append(segment.text)
    return {"main.py": "\n".join(main) + "\n", "parts.py": "\n".join(moved) + "\n"}


def _bound(segment: _Segment) -> set[str]:
    """The names that a segment binds in the module, also through `global`."""
    found: set[str] = set()
    for statement in segment.body:
        found |= _module_names(statement)
        for node in ast.walk(statement):
            if isinstance(node, ast.Global):
                found |= set(node.names)
    return found


def _module_names(node: ast.AST) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    found = {node.id} if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) else set()
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        found.add(node.name)
    return found.union(*(_module_names(child) for child in ast.iter_child_nodes(node)))


@cache
def _used(segment: _Segment) -> tuple[str, ...]:
    """The names of the module, or builtin, that a segment reads."""
    found: set[str] = set()
    pending = [symtable.symtable(segment.text, "segment", "exec")]
    while pending:
        table = pending.pop()
        top = table.get_type() == "module"
        found |= {s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())}
        pending += table.get_children()
    return tuple(sorted(found))
