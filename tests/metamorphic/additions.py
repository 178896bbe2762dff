"""Code that is added and does nothing to the model: dead branches, output, another program."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    add_to_head,
    assigned,
    call_statement,
    in_text,
    leaf,
    map_blocks,
    parse_lines,
)
from tests.metamorphic.relation import relation


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
