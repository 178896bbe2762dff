"""Statements written in other ways: loops, assignments, `setattr`, order, and additions that do nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    add_to_head,
    assigned,
    bound_names,
    call_statement,
    code_of,
    contains,
    expression,
    head_length,
    in_text,
    leaf,
    lone,
    map_blocks,
    names_in,
    parse_lines,
    target_names,
    with_comment,
)
from tests.metamorphic.relation import Demand, relation

# --- loops


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
    return _map_freezes(module, "for part_ in [{owner}]:\n    part_.trainable = {value}\n")


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


# --- freezes


@relation()
def freeze_by_setattr(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes `setattr(m, "trainable", v)`."""
    return _map_freezes(module, 'setattr({owner}, "trainable", {value})\n')


@relation()
def freeze_by_dunder(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes `m.__setattr__("trainable", v)`."""
    return _map_freezes(module, '{owner}.__setattr__("trainable", {value})\n')


@relation()
def freeze_by_helper(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes a call of a helper made for it."""
    return _map_freezes(
        module, "def set_(part_, value_):\n    part_.trainable = value_\nset_({owner}, {value})\n"
    )


@relation()
def freeze_by_lambda(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes a call of a lambda with setattr."""
    return _map_freezes(
        module, '(lambda part_, value_: setattr(part_, "trainable", value_))({owner}, {value})\n'
    )


@relation()
def freeze_through_alias(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes `alias_ = m`, `value_ = v` and `alias_.trainable = value_`."""
    return _map_freezes(module, "alias_ = {owner}\nvalue_ = {value}\nalias_.trainable = value_\n")


@relation()
def freeze_in_tuple(module: cst.Module) -> cst.Module | None:
    """`m.trainable = v` becomes `m.trainable, other_ = v, None`."""
    return _map_freezes(module, "{owner}.trainable, other_ = {value}, None\n")


@relation()
def freeze_then_read(module: cst.Module) -> cst.Module | None:
    """After each freeze its flag is read, for nothing."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            out.append(statement)
            small = lone(statement)
            if isinstance(small, cst.Assign) and _freeze_of(small) and not contains(small, cst.Call):
                out += parse_lines(code_of(small.targets[0].target) + "\n")
        return out

    return map_blocks(module, change)


# --- assignments


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


# --- hints, order, additions


@relation()
def functions_with_hints(module: cst.Module) -> cst.Module | None:
    """Every parameter and result of every function gets a type hint."""

    class Changer(cst.CSTTransformer):
        def visit_Lambda(self, node: cst.Lambda) -> bool:
            return False

        def leave_Param(self, original_node: cst.Param, updated_node: cst.Param) -> cst.Param:
            if updated_node.annotation is not None or updated_node.name.value == "self":
                return updated_node
            return updated_node.with_changes(annotation=cst.Annotation(expression('"object | None"')))

        def leave_FunctionDef(
            self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
        ) -> cst.FunctionDef:
            return updated_node.with_changes(returns=cst.Annotation(expression('"object"')))

    changed = module.visit(Changer())
    assert isinstance(changed, cst.Module)
    return changed


@relation()
def definitions_reversed(module: cst.Module) -> cst.Module | None:
    """Neighbouring functions that do not need each other when they are made change places."""
    body = list(module.body)
    for i in range(len(body) - 1):
        if all(isinstance(s, cst.FunctionDef) and _lazy(s) for s in body[i : i + 2]):
            body[i], body[i + 1] = body[i + 1], body[i]
    return module.with_changes(body=body)


@relation()
def functions_to_top(module: cst.Module) -> cst.Module | None:
    """Functions without defaults and decorators are made right after the imports."""
    at = head_length(module)
    rest = list(module.body[at:])
    moved = [s for s in rest if isinstance(s, cst.FunctionDef) and _lazy(s)]
    if len({s.name.value for s in moved if isinstance(s, cst.FunctionDef)}) < len(moved):
        return None
    kept = [s for s in rest if not any(s is m for m in moved)]
    if {s.name.value for s in moved if isinstance(s, cst.FunctionDef)} & {
        name for s in kept for name in bound_names(s)
    }:
        return None
    return module.with_changes(body=[*module.body[:at], *moved, *kept])


@relation()
def dead_branch(module: cst.Module) -> cst.Module | None:
    """After each `x = f()` stands `if False: x.trainable = False`."""
    return _after_assignments(module, "if False:\n    {name}.trainable = False\n")


@relation()
def dead_unfreeze(module: cst.Module) -> cst.Module | None:
    """After each `x = f()` stands a loop over nothing that unfreezes it and sets its rate to 0."""
    text = "for nothing_ in []:\n    {name}.trainable = True\n    {name}.rate = 0.0\n"
    return _after_assignments(module, text)


@relation()
def dead_training_branch(module: cst.Module) -> cst.Module | None:
    """After each `x = f()` stands a `while 0` that calls it with training=False."""
    return _after_assignments(module, "while 0:\n    {name}({name}, training=False)\n")


@relation()
def printed(module: cst.Module) -> cst.Module | None:
    """After each `x = f()` stands `print(x)` and `print(type(x), id(x), repr(x)[:20])`."""
    return _after_assignments(module, "print({name})\nprint(type({name}), id({name}), repr({name})[:20])\n")


@relation()
def asserted(module: cst.Module) -> cst.Module | None:
    """After each `x = f()` stands an assertion about it and its attributes."""
    return _after_assignments(
        module, 'assert {name} is not None, "no value"\nassert hasattr({name}, "__class__")\n'
    )


@relation()
def logged(module: cst.Module) -> cst.Module | None:
    """After each `x = f()` stands a call of the logging module and of `warnings`."""
    text = 'logging.getLogger("run").info("made %s", {name})\nlogging.debug(f"{{{name}!r}}")\n'
    return add_to_head(_after_assignments(module, text), "import logging\n")


@relation()
def unused_alias(module: cst.Module) -> cst.Module | None:
    """After each `x = f()` stands `spare_ = x` and `del spare_`."""
    return _after_assignments(module, "spare_ = {name}\ndel spare_\n")


@relation()
def collected_aside(module: cst.Module) -> cst.Module | None:
    """After each `x = f()` it is appended to a list that nobody reads."""
    return add_to_head(_after_assignments(module, "seen_.append({name})\n"), "seen_ = []\n")


@relation()
def summaries(module: cst.Module) -> cst.Module | None:
    """After each `model.fit(...)` stand a summary, the layers' number and the weights' names."""
    text = "{name}.summary()\nprint(len({name}.layers), {name}.name, {name}.trainable)\n"
    text += "print([w.name for w in {name}.trainable_weights], {name}.count_params())\n"

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            out.append(statement)
            call = call_statement(statement)
            owner = call.func.value if call is not None and isinstance(call.func, cst.Attribute) else None
            if call is not None and leaf(call.func) == "fit" and isinstance(owner, cst.Name):
                out += parse_lines(text.format(name=owner.value))
        return out

    return map_blocks(module, change, nested=False)


@relation()
def unrelated_program(module: cst.Module) -> cst.Module | None:
    """An unrelated program, with a model of its own that is trained, stands after it."""
    if not in_text(module, (".fit(", "train_on_batch(", "fit_generator(")):
        return None  # a program that trains leaves nothing to assume
    text = """\
import numpy as other_np
import tensorflow as other_tf
other_in = other_tf.keras.Input((3,))
other_out = other_tf.keras.layers.Dense(2)(other_in)
other_model = other_tf.keras.Model(other_in, other_out)
other_model.compile("sgd", "mse")
other_model.fit(other_np.random.rand(4, 3), other_np.random.rand(4, 2), verbose=0)
"""
    return module.with_changes(body=[*module.body, *parse_lines(text)])


@relation()
def unrelated_class(module: cst.Module) -> cst.Module | None:
    """An unrelated class and function, which nobody uses, stand before it."""
    text = """\
class Settings_:
    trainable = False
    dropout = 0.5

    def freeze(self):
        self.trainable = False
        return self


def mean_(numbers):
    total = 0.0
    for number in numbers:
        total += number
    return total / max(len(numbers), 1)


settings_ = Settings_().freeze()
print(mean_([1, 2, 3]), settings_.dropout)
"""
    return add_to_head(module, text)


# --- helpers


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


def _freeze_of(small: cst.BaseSmallStatement | None) -> bool:
    if not isinstance(small, cst.Assign) or len(small.targets) != 1:
        return False
    target = small.targets[0].target
    return isinstance(target, cst.Attribute) and target.attr.value == "trainable"


def _map_freezes(module: cst.Module, text: str) -> cst.Module:
    """Writes each `owner.trainable = value` in another way."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            small = lone(statement)
            if not isinstance(small, cst.Assign) or not _freeze_of(small):
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


def _lazy(function: cst.CSTNode) -> bool:
    """Making the function looks at nothing."""
    if not isinstance(function, cst.FunctionDef) or function.decorators:
        return False
    text = code_of(function.params)
    return "=" not in text and ":" not in text and function.returns is None


def _after_assignments(module: cst.Module, text: str) -> cst.Module:
    """Adds statements after each `name = call` of the script, in each function too."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            out.append(statement)
            found = assigned(statement)
            if found is not None and isinstance(found[0].value, cst.Call):
                out += parse_lines(text.format(name=found[1]))
        return out

    return map_blocks(module, change)


def _comprehension(statement: Statement) -> list[Statement] | None:
    if not isinstance(statement, cst.For) or not isinstance(statement.body, cst.IndentedBlock):
        return None
    if statement.orelse is not None or len(statement.body.body) != 1:
        return None
    inner = statement.body.body[0]
    small = lone(inner)
    if not isinstance(small, cst.Assign) or not _freeze_of(small):
        return None
    target = small.targets[0].target
    assert isinstance(target, cst.Attribute)
    assert isinstance(inner, cst.SimpleStatementLine)
    call = f'setattr({code_of(target.value)}, "trainable", {code_of(small.value)})'
    text = f"[{call} for {code_of(statement.target)} in {code_of(statement.iter)}]\n"
    if "#" in text or "\n" in text[:-1]:
        return None
    return with_comment(parse_lines(text), inner)
