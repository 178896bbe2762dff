"""`os`, `sys` and the paths of `pathlib`."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from dropout_lint.interpreter.signals import Exit
from dropout_lint.interpreter.values.keys import FilePlace
from dropout_lint.interpreter.values.kinds import Args, Const, Presumed, Site, Unknown, Value
from dropout_lint.interpreter.values.operators import undetermined

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


# Paths made of paths.
_PATHS = (
    "os.fspath", "os.getcwd", "os.path.abspath", "os.path.dirname", "os.path.expanduser",
    "os.path.realpath",
)  # fmt: skip


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
    if isinstance(default, Unknown):  # a path that is made of others is one that may be known
        return undetermined(machine, "os.environ.get()", list(args.values())[:2], at)
    unknown = undetermined(machine, "os.environ.get()", list(args.values())[:1], at)
    return Presumed(default.value, unknown.key) if isinstance(default, Const) else unknown


def _path(machine: Machine, args: Args, at: Site) -> Value | None:
    """`pathlib.Path(...)`: equal paths are equal; that of a path is itself."""
    match list(args.values()):
        case [Unknown(key=FilePlace()) as same]:
            return replace(same, package="pathlib")
    return replace(undetermined(machine, "pathlib.Path()", list(args.values()), at), package="pathlib")


def _join(machine: Machine, args: Args, at: Site) -> Value | None:
    """`os.path.join(...)`: of texts a text."""
    parts = list(args.values())
    unknown = undetermined(machine, "os.path.join()", parts, at)
    texts = [part.value for part in parts if isinstance(part, Const) and isinstance(part.value, str)]
    if not parts or len(texts) != len(parts) or not args.complete:
        return unknown if args.complete else None
    joined = posixpath.join(*texts)
    presumed = any(isinstance(part, Presumed) for part in parts)
    return Presumed(joined, unknown.key) if presumed else Const(joined)


FUNCTIONS: dict[str, Function] = {
    "os._exit": _exit,
    "os.environ.get": _environment,
    "os.getenv": _environment,
    "os.path.exists": _same_again("os.path.exists"),
    "os.path.isfile": _same_again("os.path.isfile"),
    "os.path.join": _join,
    **{name: _same_again(name) for name in _PATHS},
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "sys.exit": _exit,
}
