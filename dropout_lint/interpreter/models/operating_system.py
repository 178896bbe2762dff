"""`os` and `sys`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.signals import Exit
from dropout_lint.interpreter.values.kinds import Args, Const, Presumed, Site, Value
from dropout_lint.interpreter.values.operators import undetermined

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _exit(machine: Machine, args: Args, at: Site) -> Value | None:
    raise Exit


def _same_again(name: str) -> Function:
    """A function whose unknown result is the same for the same arguments."""

    def function(machine: Machine, args: Args, at: Site) -> Value | None:
        return undetermined(machine, f"{name}()", list(args.values()), at)

    return function


def _environment(machine: Machine, args: Args, at: Site) -> Value | None:
    """`os.environ.get("NAME", default)`: the default, as long as nobody sets the variable."""
    default = args.get(1, "default")
    unknown = undetermined(machine, "os.environ.get()", list(args.values())[:1], at)
    return Presumed(default.value, unknown.key) if isinstance(default, Const) else unknown


FUNCTIONS: dict[str, Function] = {
    "os._exit": _exit,
    "os.environ.get": _environment,
    "os.getenv": _environment,
    "os.path.exists": _same_again("os.path.exists"),
    "os.path.isfile": _same_again("os.path.isfile"),
    "sys.exit": _exit,
}
