"""The statement that freezes a part, written in other ways: `setattr`, a helper, an alias, a tuple."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.metamorphic.code import Statement, code_of, contains, lone, map_blocks, parse_lines
from tests.metamorphic.freeze_statements import is_freeze, map_freezes
from tests.metamorphic.relation import relation


@relation()
def freeze_by_setattr(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes `setattr(m, "trainable", v)`."""
    return map_freezes(module, 'setattr({owner}, "trainable", {value})\n')


@relation()
def freeze_by_dunder(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes `m.__setattr__("trainable", v)`."""
    return map_freezes(module, '{owner}.__setattr__("trainable", {value})\n')


@relation()
def freeze_by_helper(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes a call of a helper made for it."""
    return map_freezes(
        module, "def set_(part_, value_):\n    part_.trainable = value_\nset_({owner}, {value})\n"
    )


@relation()
def freeze_by_lambda(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes a call of a lambda with setattr."""
    return map_freezes(
        module, '(lambda part_, value_: setattr(part_, "trainable", value_))({owner}, {value})\n'
    )


@relation()
def freeze_through_alias(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes `alias_ = m`, `value_ = v` and `alias_.trainable = value_`."""
    return map_freezes(module, "alias_ = {owner}\nvalue_ = {value}\nalias_.trainable = value_\n")


@relation()
def freeze_in_tuple(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes `m.trainable, other_ = v, None`."""
    return map_freezes(module, "{owner}.trainable, other_ = {value}, None\n")


@relation()
def freeze_then_read(module: cst.Module) -> cst.Module | None:
    """After each freeze its flag is read, for nothing."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            out.append(statement)
            small = lone(statement)
            if isinstance(small, cst.Assign) and is_freeze(small) and not contains(small, cst.Call):
                out += parse_lines(code_of(small.targets[0].target) + "\n")
        return out

    return map_blocks(module, change)
