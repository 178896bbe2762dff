"""Loops written in other ways: unrolled, over copies, with `while`, as recursion or comprehension."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    bound_names,
    code_of,
    contains,
    expression,
    lone,
    map_blocks,
    names_in,
    parse_lines,
    target_names,
    with_comment,
)
from tests.metamorphic.freeze_statements import is_freeze, map_freezes
from tests.metamorphic.relation import Demand, relation


@relation(Demand.SAME_SET)
def loop_unrolled(module: cst.Module) -> cst.Module | None:
    """`for m in [a, b]: ...` becomes its statements twice."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            copies = _unrolled(statement)
            out += [statement] if copies is None else copies
        return out

    return map_blocks(module, change)


@relation()
def freeze_in_loop(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes `for part_ in [m]: part_.trainable = v`."""
    return map_freezes(module, "for part_ in [{owner}]:\n    part_.trainable = {value}\n")


@relation()
def loop_with_enumerate(module: cst.Module) -> cst.Module | None:
    """`for x in xs:` becomes `for index_, x in enumerate(xs):`."""

    def change(loop: cst.For) -> cst.For | None:
        target = expression(f"index_, {_wrapped(loop.target)}")
        return loop.with_changes(target=target, iter=expression(f"enumerate({code_of(loop.iter)})"))

    return _map_loops(module, change)


@relation()
def loop_over_copy(module: cst.Module) -> cst.Module | None:
    """`for x in xs:` becomes `for x in tuple(list(xs)):`."""
    return _map_loops(
        module, lambda loop: loop.with_changes(iter=expression(f"tuple(list({code_of(loop.iter)}))"))
    )


@relation()
def loop_over_zip(module: cst.Module) -> cst.Module | None:
    """`for x in list:` becomes `for x, twin_ in zip(list, list):` where that is a plain name or `.layers`."""

    def change(loop: cst.For) -> cst.For | None:
        text = code_of(loop.iter)
        if not (text.endswith(".layers") or isinstance(loop.iter, (cst.List, cst.Tuple))):
            return None
        if contains(loop.iter, cst.Call):
            return None
        target = expression(f"{_wrapped(loop.target)}, twin_")
        return loop.with_changes(target=target, iter=expression(f"zip({text}, {text})"))

    return _map_loops(module, change)


@relation()
def loop_with_while(module: cst.Module) -> cst.Module | None:
    """`for x in xs:` becomes a `while` over an index, where xs is a list and the loop has no jumps."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, statement in enumerate(statements):
            loop = statement
            if not isinstance(loop, cst.For) or not _simple_loop(loop) or not _is_list(loop.iter):
                out.append(statement)
                continue
            text = f"""\
items{i}_ = list({code_of(loop.iter)})
place{i}_ = 0
while place{i}_ < len(items{i}_):
    {code_of(loop.target)} = items{i}_[place{i}_]
    place{i}_ += 1
"""
            first, second, while_ = parse_lines(text)
            assert isinstance(while_, cst.While)
            assert isinstance(while_.body, cst.IndentedBlock)
            assert isinstance(loop.body, cst.IndentedBlock)
            body = while_.body.with_changes(body=[*while_.body.body, *loop.body.body])
            out += [first, second, while_.with_changes(body=body)]
        return out

    return map_blocks(module, change)


@relation()
def loop_through_recursion(module: cst.Module) -> cst.Module | None:
    """`for x in xs: ...` of the script becomes a function that calls itself for the rest of the list."""
    stored = _stores(module)

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, loop in enumerate(statements):
            if not isinstance(loop, cst.For) or not _simple_loop(loop) or not _is_list(loop.iter):
                out.append(loop)
                continue
            inside = {n for s in loop.body.body for n in bound_names(s)}
            if inside or any(stored.count(n) > 1 for n in target_names(loop.target)):
                out.append(loop)
                continue
            text = f"""\
def each{i}_(items_):
    if not items_:
        return
    {code_of(loop.target)} = items_[0]
    each{i}_(items_[1:])
each{i}_(list({code_of(loop.iter)}))
"""
            function, call = parse_lines(text)
            assert isinstance(function, cst.FunctionDef)
            assert isinstance(function.body, cst.IndentedBlock)
            body = list(function.body.body)
            body[-1:-1] = list(loop.body.body)  # type: ignore[arg-type]
            out += [function.with_changes(body=cst.IndentedBlock(body)), call]
        return out

    return map_blocks(module, change, nested=False)


@relation()
def loop_to_comprehension(module: cst.Module) -> cst.Module | None:
    """`for x in xs: x.trainable = v` becomes a list comprehension with setattr."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            made = _comprehension(statement)
            out += [statement] if made is None else made
        return out

    return map_blocks(module, change)


def _unrolled(statement: Statement) -> list[Statement] | None:
    if not isinstance(statement, cst.For) or not _simple_loop(statement):
        return None
    if not isinstance(statement.iter, (cst.List, cst.Tuple)) or not isinstance(
        statement.body, cst.IndentedBlock
    ):
        return None
    if any(isinstance(e, cst.StarredElement) for e in statement.iter.elements):
        return None
    if any(contains(e.value, cst.Call) for e in statement.iter.elements):
        return None  # the elements are made before the loop begins
    if _jumps(statement) or set(bound_names(statement.body)) & names_in(statement.iter):
        return None
    out: list[Statement] = []
    for element in statement.iter.elements:
        out += parse_lines(f"{code_of(statement.target)} = {code_of(element.value)}\n")
        out += list(statement.body.body)  # type: ignore[arg-type]
    return out


def _jumps(node: cst.CSTNode) -> bool:
    return contains(node, (cst.Break, cst.Continue, cst.Return, cst.Yield))


def _simple_loop(loop: cst.For) -> bool:
    plain = loop.orelse is None and loop.asynchronous is None and isinstance(loop.body, cst.IndentedBlock)
    return plain and not _jumps(loop)


def _is_list(node: cst.BaseExpression) -> bool:
    """A value that is surely a list and is not changed by reading it twice."""
    return isinstance(node, (cst.List, cst.Tuple)) or code_of(node).endswith(".layers")


def _wrapped(target: cst.BaseExpression) -> str:
    text = code_of(target)
    return f"({text})" if isinstance(target, cst.Tuple) and not target.lpar else text


def _stores(module: cst.Module) -> list[str]:
    """Names of the script, as often as a statement of the script mentions them."""
    return [name for statement in module.body for name in names_in(statement)]


def _map_loops(module: cst.Module, change: Callable[[cst.For], cst.For | None]) -> cst.Module:
    class Changer(cst.CSTTransformer):
        def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
            if updated_node.asynchronous is not None:
                return updated_node
            changed = change(updated_node)
            return changed if isinstance(changed, cst.For) else updated_node

    changed = module.visit(Changer())
    assert isinstance(changed, cst.Module)
    return changed


def _comprehension(statement: Statement) -> list[Statement] | None:
    if not isinstance(statement, cst.For) or not isinstance(statement.body, cst.IndentedBlock):
        return None
    if statement.orelse is not None or len(statement.body.body) != 1:
        return None
    inner = statement.body.body[0]
    small = lone(inner)
    if not isinstance(small, cst.Assign) or not is_freeze(small):
        return None
    target = small.targets[0].target
    assert isinstance(target, cst.Attribute)
    assert isinstance(inner, cst.SimpleStatementLine)
    call = f'setattr({code_of(target.value)}, "trainable", {code_of(small.value)})'
    text = f"[{call} for {code_of(statement.target)} in {code_of(statement.iter)}]\n"
    if "#" in text or "\n" in text[:-1]:
        return None
    return with_comment(parse_lines(text), inner)
