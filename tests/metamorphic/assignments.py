"""Assignments written in other ways: to several targets, by `:=`, with a hint, two in one."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    assigned,
    code_of,
    contains,
    in_text,
    map_blocks,
    names_in,
    parse_lines,
    with_comment,
)
from tests.metamorphic.relation import relation


@relation()
def assigned_in_tuple(module: cst.Module) -> cst.Module | None:
    """`x = f()` becomes `x, other_ = f(), None`."""
    return _map_assigned(module, "{name}, other_ = {value}, None\n")


@relation()
def assigned_in_chain(module: cst.Module) -> cst.Module | None:
    """`x = f()` becomes `twin_ = x = f()`."""
    return _map_assigned(module, "twin_ = {name} = {value}\n")


@relation()
def assigned_by_walrus(module: cst.Module) -> cst.Module | None:
    """`x = f()` becomes `(x := f())`."""
    return _map_assigned(module, "({name} := {value})\n")


@relation()
def assigned_with_hint(module: cst.Module) -> cst.Module | None:
    """`x = f()` of the script becomes `x: object = f()`."""
    return None if in_text(module, ("global ",)) else _map_assigned(module, "{name}: object = {value}\n")


@relation()
def assigned_by_star(module: cst.Module) -> cst.Module | None:
    """`x = f()` becomes `[x, *rest_] = [f()]`."""
    return _map_assigned(module, "[{name}, *rest_] = [{value}]\n")


@relation()
def neighbours_in_one_assignment(module: cst.Module) -> cst.Module | None:
    """Two neighbouring `a = f()`, `b = g()` that do not depend on each other become `a, b = f(), g()`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            one, two = assigned(out[-1]) if out else None, assigned(statement)
            if one is None or two is None or one[1] in names_in(two[0]):
                out.append(statement)
                continue
            if "#" in code_of(out[-1]) + code_of(statement) or contains(one[0].value, cst.Tuple):
                out.append(statement)
                continue
            text = f"{one[1]}, {two[1]} = {code_of(one[0].value)}, {code_of(two[0].value)}\n"
            out[-1:] = parse_lines(text) if "\n" not in text[:-1] else [out[-1], statement]
        return out

    return map_blocks(module, change)


def _map_assigned(module: cst.Module, text: str) -> cst.Module:
    """Writes each `name = call` outside of class bodies in another way."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            found = assigned(statement)
            if found is None or not isinstance(found[0].value, cst.Call) or "#" in code_of(found[0].value):
                out.append(statement)
                continue
            new = parse_lines(text.format(name=found[1], value=code_of(found[0].value)))
            out += with_comment(new, statement)
        return out

    return map_blocks(module, change)
