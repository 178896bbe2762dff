"""Transformations that hide something from the linter: it may only become more silent."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    add_to_head,
    assigned,
    call_statement,
    code_of,
    leaf,
    lone,
    map_blocks,
    parse_lines,
)
from tests.metamorphic.relation import Demand, relation

_IMPORT = "from unknown_package import mystery\n"


@relation(Demand.FEWER)
def opaque_call_after_freeze(module: cst.Module) -> cst.Module | None:
    """After each `m.trainable = v` stands `mystery(m)`."""
    return _after_freezes(module, "mystery({owner})\n", names_only=False)


@relation(Demand.FEWER)
def opaque_result_after_freeze(module: cst.Module) -> cst.Module | None:
    """After each freeze of a name stands `name = mystery(name)`."""
    return _after_freezes(module, "{owner} = mystery({owner})\n", names_only=True)


@relation(Demand.FEWER)
def opaque_call_with_words(module: cst.Module) -> cst.Module | None:
    """After each `m.trainable = v` stands `mystery.disable_dropout(m, training=False)`."""
    return _after_freezes(module, "mystery.disable_dropout({owner}, training=False)\n", names_only=False)


@relation(Demand.FEWER)
def opaque_method_keeps_it(module: cst.Module) -> cst.Module | None:
    """After each `m.trainable = v` it is handed to an object of an unknown class, which is kept."""
    return _after_freezes(module, "keeper_ = mystery.Keeper()\nkeeper_.model = {owner}\nkeeper_.run()\n",
                          names_only=False)  # fmt: skip


@relation(Demand.FEWER)
def opaque_result_at_birth(module: cst.Module) -> cst.Module | None:
    """After each `x = f()` of the script stands `x = mystery(x)`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            out.append(statement)
            found = assigned(statement)
            if found is not None and isinstance(found[0].value, cst.Call):
                out += parse_lines(f"{found[1]} = mystery({found[1]})\n")
        return out

    return add_to_head(map_blocks(module, change, nested=False), _IMPORT)


@relation(Demand.FEWER)
def opaque_call_before_training(module: cst.Module) -> cst.Module | None:
    """Before each `m.fit(...)` stands `mystery(m)`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            call = call_statement(statement)
            owner = call.func.value if call is not None and isinstance(call.func, cst.Attribute) else None
            trains = call is not None and leaf(call.func) in ("fit", "train_on_batch")
            if trains and isinstance(owner, cst.Name):
                out += parse_lines(f"mystery({owner.value})\n")
            out.append(statement)
        return out

    return _if_changed(module, map_blocks(module, change))


def _after_freezes(module: cst.Module, text: str, *, names_only: bool) -> cst.Module | None:
    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            out.append(statement)
            small = lone(statement)
            if not isinstance(small, cst.Assign) or len(small.targets) != 1:
                continue
            target = small.targets[0].target
            if not isinstance(target, cst.Attribute) or target.attr.value != "trainable":
                continue
            if isinstance(target.value, cst.Name) or not names_only:
                out += parse_lines(text.format(owner=code_of(target.value)))
        return out

    return _if_changed(module, map_blocks(module, change))


def _if_changed(module: cst.Module, changed: cst.Module) -> cst.Module | None:
    return None if changed.code == module.code else add_to_head(changed, _IMPORT)
