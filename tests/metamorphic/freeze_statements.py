"""The statements that set `trainable`, and what writes each of them in another way."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.metamorphic.code import Statement, code_of, lone, map_blocks, parse_lines, with_comment


def is_freeze(small: cst.BaseSmallStatement | None) -> bool:
    """`owner.trainable = value`."""
    if not isinstance(small, cst.Assign) or len(small.targets) != 1:
        return False
    target = small.targets[0].target
    return isinstance(target, cst.Attribute) and target.attr.value == "trainable"


def map_freezes(module: cst.Module, text: str) -> cst.Module:
    """Writes each `owner.trainable = value` in another way."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            small = lone(statement)
            if not isinstance(small, cst.Assign) or not is_freeze(small):
                out.append(statement)
                continue
            target = small.targets[0].target
            assert isinstance(target, cst.Attribute)
            new = parse_lines(text.format(owner=code_of(target.value), value=code_of(small.value)))
            out += with_comment(_comment_inside(new, statement), statement)
        return out

    return map_blocks(module, change)


def _comment_inside(new: list[Statement], old: Statement) -> list[Statement]:
    """The trailing comment of the old statement also stands inside of new blocks."""
    assert isinstance(old, cst.SimpleStatementLine)
    ending = old.trailing_whitespace

    class Changer(cst.CSTTransformer):
        def leave_SimpleStatementLine(
            self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
        ) -> cst.SimpleStatementLine:
            return updated_node.with_changes(trailing_whitespace=ending)

    return [s.visit(Changer()) for s in new]  # type: ignore[misc]
