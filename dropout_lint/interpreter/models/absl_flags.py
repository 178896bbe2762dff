"""`absl.flags` and `absl.app`, also as TensorFlow 1 had them: flags are what their definitions say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.models.argparse import supposed
from dropout_lint.interpreter.models.entering import run_as_program
from dropout_lint.interpreter.models.namespaces import NAMESPACE, namespace
from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Const, Modelled, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function as Model
    from dropout_lint.interpreter.models.modelled import Make

_FLAGS = "absl.flags.FLAGS"
_TF = ("tensorflow", "tensorflow.compat.v1")
_MODULES = ("absl.flags", *(f"{tf}.{name}" for tf in _TF for name in ("flags", "app.flags")))
_KINDS = (
    "string", "integer", "float", "boolean", "bool", "enum", "list", "multi_string", "multi_integer",
    "multi_float", "enum_class", "spaceseplist", "multi_enum",
)  # fmt: skip


def _define(machine: Machine, args: Args, at: Site) -> Value | None:
    """`flags.DEFINE_float("rate", 0.5, "help")`."""
    name, default = args.get(0, "name"), args.get(1, "default")
    if not isinstance(name, Const) or not isinstance(name.value, str) or default is None:
        return None
    value = supposed(machine, name.value, default)
    _flags(machine).names[name.value] = value
    return namespace({"value": value, "default": default})


def _flags(machine: Machine) -> Modelled:
    """The one object that holds all flags of the program."""
    found = machine.singletons.get(_FLAGS)
    if found is None:
        found = machine.singletons[_FLAGS] = Modelled(NAMESPACE, {}, complete=False)
    return found


def _run(machine: Machine, args: Args, at: Site) -> Value | None:
    """`app.run(main)`: `main(argv)`."""
    main = args.get(0, "main")
    if main is None:
        main = machine.modules.program_name("main")
    return run_as_program(machine, main, [Collection([], "list", complete=False)], at)


def _nothing(machine: Machine, args: Args, at: Site) -> Value | None:
    return NONE


FUNCTIONS: dict[str, Model] = {
    **{f"{module}.DEFINE_{kind}": _define for module in _MODULES for kind in _KINDS},
    **{f"{module}.mark_flag{one}_as_required": _nothing for module in _MODULES for one in ("", "s")},
    **dict.fromkeys(("absl.app.run", *(f"{tf}.app.run" for tf in _TF)), _run),
}
OBJECTS: dict[str, Make] = {f"{module}.FLAGS": _flags for module in _MODULES}
