"""Parameters that pick a branch: where nobody in sight calls a function, a default is one case of several."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from dropout_lint.interpreter.syntax import walk
from dropout_lint.interpreter.syntax.branches import deserves_both_sides
from dropout_lint.interpreter.values.kinds import Const, Parameter
from dropout_lint.once import OnceEachNode
from dropout_lint.source.text import SourceFile


def picks_a_branch(file: SourceFile, definition: cst.CSTNode, parameter: Parameter) -> bool:
    """Whether a parameter has a default that a condition in the definition asks for.

    Numbers do not count: they are sizes and rates, which programs compare to check them. In a
    class, `self.frozen` asks for the parameter `frozen` of `__init__`.
    """
    default = parameter.default
    if not isinstance(default, Const) or not isinstance(default.value, (bool, str, type(None))):
        return False
    return parameter.name in _ASKED.of(file, definition, lambda: frozenset(_asked(file, definition)))


_ASKED: OnceEachNode[cst.CSTNode, frozenset[str]] = OnceEachNode()


def _asked(file: SourceFile, definition: cst.CSTNode) -> Iterator[str]:
    """The names that conditions read, where both sides of a condition do something."""
    # Not isinstance: libcst's nodes are ABCs, and every node of every definition is asked.
    for node in walk.walk(definition):
        if type(node) is cst.IfExp or (type(node) is cst.If and deserves_both_sides(file, node)):
            for part in walk.walk(node.test):
                if type(part) is cst.Name:
                    yield part.value
