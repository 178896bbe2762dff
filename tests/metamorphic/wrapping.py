"""The same statements in other surroundings: functions, branches, `try`, `with`, loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    add_to_head,
    block,
    contains,
    in_text,
    is_definition,
    is_import,
    map_blocks,
    parse_lines,
    split_head,
    statements_of,
)
from tests.metamorphic.relation import Demand, relation

_LEAVES = (cst.Return, cst.Break, cst.Continue)


@relation()
def into_main(module: cst.Module) -> cst.Module | None:
    """The whole script becomes the body of main(), which is called."""
    return _into(module, "def main():\n    pass\nmain()\n")


@relation()
def into_main_under_guard(module: cst.Module) -> cst.Module | None:
    """The whole script becomes main(), called under `if __name__ == "__main__"`."""
    return _into(module, 'def main(argv=None):\n    pass\nif __name__ == "__main__":\n    main()\n')


@relation()
def into_class(module: cst.Module) -> cst.Module | None:
    """The whole script becomes a method of a class, which is called."""
    if in_text(module, (".__",)):
        return None  # a name with two underscores belongs to the class around it
    body = "class Experiment:\n    def run(self_):\n        pass\nExperiment().run()\n"
    return _into(module, body)


@relation()
def into_lambda_called_function(module: cst.Module) -> cst.Module | None:
    """The whole script becomes a function that a table of lambdas calls."""
    return _into(module, 'def job():\n    pass\nJOBS = {"run": lambda: job()}\nJOBS["run"]()\n')


@relation()
def into_decorated_main(module: cst.Module) -> cst.Module | None:
    """The whole script becomes a function under a decorator that passes calls on."""
    text = """\
def logged(function_):
    def inner(*args, **kwargs):
        return function_(*args, **kwargs)

    return inner


@logged
def main():
    pass


main()
"""
    return _into(module, text)


@relation()
def script_under_guard(module: cst.Module) -> cst.Module | None:
    """Everything but imports and definitions stands under `if __name__ == "__main__"`."""
    first = next((i for i, s in enumerate(module.body) if not _stays(s, i)), None)
    if first is None or any(is_definition(s) for s in module.body[first:]):
        return None
    guard = 'if __name__ == "__main__":\n    pass\n'
    return module.with_changes(body=[*module.body[:first], *_filled(guard, module.body[first:])])


@relation()
def under_if_true(module: cst.Module) -> cst.Module | None:
    """Every statement, in every block, stands under `if True:`."""
    return _wrap_each(module, "if True:\n    pass\n")


@relation()
def under_constant_flag(module: cst.Module) -> cst.Module | None:
    """Every statement of the script stands under `if SWITCH:`, a constant."""
    changed = _wrap_each(module, "if SWITCH:\n    pass\n", nested=False)
    return None if changed is None else add_to_head(changed, "SWITCH = True\n")


@relation()
def under_comparison(module: cst.Module) -> cst.Module | None:
    """Every statement stands under `if MODE == "train" and not 0:`, which holds."""
    changed = _wrap_each(module, 'if MODE == "train" and not 0:\n    pass\nelse:\n    raise SystemExit\n')
    return None if changed is None else add_to_head(changed, 'MODE = "train"\n')


@relation()
def in_else_branch(module: cst.Module) -> cst.Module | None:
    """Every statement of the script stands in the `else` of a condition that never holds."""
    return _wrap_each(module, "if None:\n    raise SystemExit\nelse:\n    pass\n", nested=False)


@relation()
def in_try_finally(module: cst.Module) -> cst.Module | None:
    """Every statement stands in `try: ... finally:`."""
    return _wrap_each(module, 'try:\n    pass\nfinally:\n    print("done")\n')


@relation()
def in_finally(module: cst.Module) -> cst.Module | None:
    """Every statement of the script stands in a `finally` block."""
    return _wrap_each(module, 'try:\n    print("first")\nfinally:\n    pass\n', nested=False)


@relation()
def in_try_except(module: cst.Module) -> cst.Module | None:
    """The whole script stands in one `try` whose handler ends the program."""
    text = "try:\n    pass\nexcept KeyboardInterrupt:\n    raise SystemExit(1)\n"
    head, rest = split_head(module)
    return module.with_changes(body=[*head, *_filled(text, rest)])


@relation()
def each_in_try_except(module: cst.Module) -> cst.Module | None:
    """Every statement of the script stands in its own `try` whose handler raises again."""
    return _wrap_each(module, "try:\n    pass\nexcept Exception as error:\n    raise\n", nested=False)


@relation()
def in_null_context(module: cst.Module) -> cst.Module | None:
    """Every statement stands in `with nullcontext():`."""
    changed = _wrap_each(module, "with nullcontext():\n    pass\n")
    return None if changed is None else add_to_head(changed, "from contextlib import nullcontext\n")


@relation()
def in_strategy_scope(module: cst.Module) -> cst.Module | None:
    """The whole script stands in the scope of a distribution strategy that changes nothing."""
    head, rest = split_head(module)
    head += parse_lines("import tensorflow as tf_\nstrategy_ = tf_.distribute.get_strategy()\n")
    return module.with_changes(body=[*head, *_filled("with strategy_.scope():\n    pass\n", rest)])


@relation()
def in_device_scope(module: cst.Module) -> cst.Module | None:
    """The whole script stands in `with tf.device("/cpu:0"), nullcontext() as nothing:`."""
    head, rest = split_head(module)
    head += parse_lines("import tensorflow as tf_\nfrom contextlib import nullcontext\n")
    text = 'with tf_.device("/cpu:0"), nullcontext() as nothing_:\n    pass\n'
    return module.with_changes(body=[*head, *_filled(text, rest)])


@relation()
def in_own_context_manager(module: cst.Module) -> cst.Module | None:
    """The whole script stands in a context manager written in the program."""
    head, rest = split_head(module)
    manager = """\
class Timed:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return False


"""
    head += parse_lines(manager)
    return module.with_changes(body=[*head, *_filled("with Timed() as timed_:\n    pass\n", rest)])


@relation()
def in_loop_of_one(module: cst.Module) -> cst.Module | None:
    """The whole script stands in `for _ in range(1):`."""
    return _in_loop(module, "for once_ in range(1):\n    pass\n")


@relation()
def in_while_true(module: cst.Module) -> cst.Module | None:
    """The whole script stands in `while True:` that ends with `break`."""
    head, rest = split_head(module)
    rest += parse_lines("break\n")
    return module.with_changes(body=[*head, *_filled("while True:\n    pass\n", rest)])


@relation(Demand.SAME_SET)
def in_both_branches(module: cst.Module) -> cst.Module | None:
    """One freeze of the script stands in both branches of an unknown condition."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        doubled = 0
        for i, statement in enumerate(statements):
            if _stays(statement, i) or not isinstance(statement, cst.SimpleStatementLine) or doubled >= 1:
                out.append(statement)
                continue
            if "trainable" not in cst.Module([]).code_for_node(statement):
                out.append(statement)
                continue
            doubled += 1
            text = "if unknown_.argv:\n    pass\nelse:\n    pass\n"
            (branch,) = parse_lines(text)
            assert isinstance(branch, cst.If)
            assert isinstance(branch.orelse, cst.Else)
            other = branch.orelse.with_changes(body=block([statement]))
            out.append(branch.with_changes(body=block([statement]), orelse=other))
        return out

    changed = map_blocks(module, change, nested=False)
    return add_to_head(changed, "import sys as unknown_\n")


def _into(module: cst.Module, text: str) -> cst.Module | None:
    """Puts the script in place of a `pass` of new definitions; its imports stay outside."""
    if in_text(module, ("global ", "globals()", "nonlocal ")) or _leaves_training_to_others(module):
        return None
    head, rest = split_head(module)
    return module.with_changes(body=[*head, *_filled(text, rest)])


def _leaves_training_to_others(module: cst.Module) -> bool:
    """Neither trains nor calls what it defines: in a function, it would keep from others what they train."""
    scripts = [module.code_for_node(s) for s in module.body if not is_definition(s)]
    own = [s.name.value for s in module.body if isinstance(s, (cst.FunctionDef, cst.ClassDef))]
    marks = (".fit", ".train_on_batch(", "GradientTape", *(f"{name}(" for name in own))
    return not any(mark in script for script in scripts for mark in marks)


def _filled(text: str, statements: Sequence[Statement]) -> list[Statement]:
    """The statements of `text`, with its only `pass` replaced."""
    new = cst.parse_module(text)

    class Filler(cst.CSTTransformer):
        def leave_IndentedBlock(
            self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
        ) -> cst.IndentedBlock:
            only = original_node.body[0] if len(original_node.body) == 1 else None
            if isinstance(only, cst.SimpleStatementLine) and isinstance(only.body[0], cst.Pass):
                return updated_node.with_changes(body=list(statements))
            return updated_node

    return list(new.visit(Filler()).body)


def _stays(statement: cst.CSTNode, index: int) -> bool:
    docstring = index == 0 and isinstance(statement, cst.SimpleStatementLine)
    return is_import(statement) or is_definition(statement) or (docstring and _is_text(statement))


def _is_text(statement: cst.CSTNode) -> bool:
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString)


def _wrap_each(module: cst.Module, text: str, *, nested: bool = True) -> cst.Module | None:
    """Puts every statement that is no definition or import into the `pass` of `text`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, statement in enumerate(statements):
            if _stays(statement, i) or contains(statement, (*_LEAVES, cst.Global, cst.Nonlocal, cst.Pass)):
                out.append(statement)
            else:
                out += _filled(text, [statement])
        return out

    return map_blocks(module, change, nested=False) if not nested else _wrap_functions(module, change)


def _wrap_functions(
    module: cst.Module, change: Callable[[Sequence[Statement]], list[Statement]]
) -> cst.Module:
    """Applies a change to the script and to the bodies of functions, not to class bodies."""

    class Changer(cst.CSTTransformer):
        def leave_FunctionDef(
            self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
        ) -> cst.FunctionDef:
            body = updated_node.body
            if not isinstance(body, cst.IndentedBlock):
                return updated_node
            return updated_node.with_changes(body=body.with_changes(body=change(statements_of(body))))

    changed = module.visit(Changer())
    assert isinstance(changed, cst.Module)
    return changed.with_changes(body=change(statements_of(changed)))


def _in_loop(module: cst.Module, text: str) -> cst.Module:
    head, rest = split_head(module)
    return module.with_changes(body=[*head, *_filled(text, rest)])
