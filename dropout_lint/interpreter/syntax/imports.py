"""`import` and `from ... import`, in all forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.frame import STAR, bind
from dropout_lint.interpreter.modules import CONSTANTS, dotted_value
from dropout_lint.interpreter.syntax.walk import dotted_text
from dropout_lint.interpreter.values.kinds import (
    Collection,
    Const,
    ExternalName,
    LazyImport,
    ModuleValue,
    Site,
    Value,
)
from dropout_lint.once import Once

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.source.text import SourceFile


def import_(machine: Machine, frame: Frame, node: cst.Import) -> None:
    """`import a.b.c`, which binds `a`, and `import a.b.c as d`, which binds `d`."""
    at = frame.site(node)
    for alias in node.names:
        dotted = dotted_text(alias.name)
        if dotted is None:
            continue
        if alias.asname is None:
            dotted = name = dotted.partition(".")[0]
        else:
            name = _bound_name(alias, dotted)
        bind(frame.scope, frame.mangled(name), _module(machine, dotted, 0, at))


def from_import(machine: Machine, frame: Frame, node: cst.ImportFrom) -> None:
    """`from a.b import c as d`, `from . import c`, `from a import *`."""
    level = len(node.relative)
    dotted = (dotted_text(node.module) or "") if node.module is not None else ""
    if dotted == "__future__":
        return
    at = frame.site(node)
    if isinstance(node.names, cst.ImportStar):
        _star(machine, frame, dotted, level, at)
        return
    module = machine.modules.resolve(machine, dotted, level, at)
    for alias in node.names:
        name = dotted_text(alias.name) or ""
        value = _foreign(machine, dotted, level, name) if module is None else LazyImport(module, name, at)
        bind(frame.scope, frame.mangled(_bound_name(alias, name)), value)


def succeeds(machine: Machine, frame: Frame, statement: cst.BaseSmallStatement) -> bool:
    """Whether a statement is an import of what the library knows or the project holds."""
    if isinstance(statement, cst.Import):
        names = [(dotted_text(alias.name) or "", 0, "") for alias in statement.names]
    elif isinstance(statement, cst.ImportFrom):
        module = (dotted_text(statement.module) or "") if statement.module is not None else ""
        aliases = [] if isinstance(statement.names, cst.ImportStar) else statement.names
        members = [f".{dotted_text(alias.name)}" for alias in aliases] or [""]
        names = [(module, len(statement.relative), member) for member in members]
    else:
        return False
    at = frame.site(statement)
    return all(
        machine.modules.resolve(machine, module, level, at) is not None
        or (not level and machine.library.lookup(module + member) is not None)
        for module, level, member in names
    )


def imported_names(file: SourceFile) -> dict[str, str]:
    """What the names that a file imports stand for, by its text; own functions and classes are ".name".

    Found out once per file.
    """
    return _IMPORTED.of(file, lambda: _imported_names(file))


_IMPORTED: Once[dict[str, str]] = Once()


def _imported_names(file: SourceFile) -> dict[str, str]:
    known: dict[str, str] = {}
    pending: list[cst.CSTNode] = list(file.module.body)
    while pending:
        node = pending.pop(0)
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            known[node.name.value] = f".{node.name.value}"
        elif isinstance(node, (cst.Import, cst.ImportFrom)):
            known.update(_named(node))
        elif isinstance(node, (cst.SimpleStatementLine, cst.IndentedBlock, cst.Try, cst.If)):
            pending += node.children
    return known


def _named(node: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with what it stands for."""
    if isinstance(node.names, cst.ImportStar):
        return
    start = ""
    if isinstance(node, cst.ImportFrom):
        module = dotted_text(node.module) if node.module is not None else None
        start = "." * len(node.relative) + (f"{module}." if module else "")
    for alias in node.names:
        name = dotted_text(alias.name) or ""
        whole = alias.asname is not None or isinstance(node, cst.ImportFrom)
        bound = _bound_name(alias, name) if whole else name.partition(".")[0]
        yield bound, start + (name if whole else bound)


def _bound_name(alias: cst.ImportAlias, default: str) -> str:
    if alias.asname is None:
        return default
    name = alias.asname.name
    return name.value if isinstance(name, cst.Name) else default


def _module(machine: Machine, dotted: str, level: int, at: Site) -> Value:
    found = machine.modules.resolve(machine, dotted, level, at)
    if found is not None:
        return found
    return ExternalName("." * level + dotted) if level else dotted_value(machine, dotted)


def _foreign(machine: Machine, dotted: str, level: int, name: str) -> Value:
    """What `from dotted import name` binds, of a module that is not of the project."""
    whole = f"{dotted}.{name}" if dotted else name
    if level:
        return ExternalName("." * level + whole)
    if whole in CONSTANTS:
        return Const(CONSTANTS[whole])
    return dotted_value(machine, whole)


def _star(machine: Machine, frame: Frame, dotted: str, level: int, at: Site) -> None:
    """`from dotted import *`."""
    module = machine.modules.resolve(machine, dotted, level, at)
    if module is not None:
        machine.modules.run(machine, module)
        for name in _public_names(module):
            bind(frame.scope, name, LazyImport(module, name, at))
        if STAR in module.scope.names:
            bind(frame.scope, STAR, module.scope.names[STAR])
        return
    names = machine.library.star(dotted) if not level else None
    if names is None:
        text = "." * level + dotted
        bind(frame.scope, STAR, machine.unknown(f"from {text} import *", at))
        return
    for name, value in names.items():
        bind(frame.scope, name, value)


def _public_names(module: ModuleValue) -> list[str]:
    """The names that a star import of a module of the project binds."""
    names = module.scope.names
    listed = names.get("__all__")
    if isinstance(listed, Collection) and listed.complete:
        known = [item.value for item in listed.items if isinstance(item, Const)]
        return [name for name in known if isinstance(name, str)]
    return [name for name in names if not name.startswith("_") and name != STAR]
