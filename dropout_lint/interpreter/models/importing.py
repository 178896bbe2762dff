"""`importlib`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.values.kinds import Args, Const, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _import_module(machine: Machine, args: Args, at: Site) -> Value | None:
    """importlib.import_module("name"), of a module of the project; the prefilter sees the literal too."""
    name = args.get(0, "name")
    literal = isinstance(at.node, cst.Call) and isinstance(at.node.args[0].value, cst.SimpleString)
    if not literal or not isinstance(name, Const) or not isinstance(name.value, str):
        return None
    return machine.modules.resolve(machine, name.value, 0, at)


FUNCTIONS: dict[str, Function] = {
    "importlib.import_module": _import_module,
}
