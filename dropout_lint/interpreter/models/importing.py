"""`importlib`, and `__import__`: modules of the project whose names the program computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.kinds import Args, Collection, Const, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _import_module(machine: Machine, args: Args, at: Site) -> Value | None:
    """`importlib.import_module("towers." + name)`, `import_module(".small", "towers")`."""
    name, package = _text(args.get(0, "name")), _text(args.get(1, "package"))
    if name is not None and name.startswith(".") and not name.startswith("..") and package:
        name = package + name
    return _module(machine, name, at) if args.complete else None


def imported(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    """`__import__("towers.small", fromlist=["build"])`; without such a list it gives the package."""
    name, listed, level = _text(args.get(0, "name")), args.get(3, "fromlist"), args.get(4, "level")
    if name is None or (level is not None and not (isinstance(level, Const) and level.value == 0)):
        return None
    inner = isinstance(listed, Collection) and bool(listed.items)
    return _module(machine, name, at) if args.complete and (inner or "." not in name) else None


def _text(value: Value | None) -> str | None:
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def _module(machine: Machine, name: str | None, at: Site) -> Value | None:
    """A module of the project; None if there is none of this name."""
    if name is None or not all(part.isidentifier() for part in name.split(".")):
        return None
    return machine.modules.resolve(machine, name, 0, at)


FUNCTIONS: dict[str, Function] = {
    "importlib.import_module": _import_module,
}
