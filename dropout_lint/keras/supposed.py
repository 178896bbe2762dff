"""What rests on conditions that nobody can know, supposed to hold of one layer after the other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.trace import Run, Trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst


def of_each(trace: Trace, run: Run, freeze: Site) -> bool:
    """Whether a freeze stands in a loop or a function that asks, again and again, what nobody can know.

    `if layer.name in names` is supposed to hold for every layer, where `names` are data: some layers are
    frozen so, but whether all are, or the model itself is, nobody can tell.
    """
    from dropout_lint.interpreter.syntax.walk import walk

    asked = Counter(id(site.node) for site, _ in trace.decided[: run.decided])
    many = {node for node, times in asked.items() if times > 1}
    return bool(many) and any(id(part) in many for around in _repeated(freeze) for part in walk(around))


def _repeated(site: Site) -> Iterator[cst.CSTNode]:
    """The loops and functions that a place stands in."""
    import libcst as cst

    from dropout_lint.interpreter.syntax.walk import walk

    for node in walk(site.file.module):
        repeats = isinstance(node, (cst.For, cst.While, cst.FunctionDef))
        if repeats and any(part is site.node for part in walk(node)):
            yield node
