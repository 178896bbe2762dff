"""`@hydra.main(config_path="conf", config_name="config")`: the function gets the configuration as it stands
in the project's files, put together as its lists of defaults say.

Measured (hydra 1.3): `config_path` starts at the folder of the file with the function; `- model: big` takes
`model/big.yaml` in under `model`; a file that does not say where it comes itself (`_self_`) comes last.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dropout_lint.interpreter.models import data_files
from dropout_lint.interpreter.models.interpolation import resolved
from dropout_lint.interpreter.models.namespaces import nested
from dropout_lint.interpreter.values.kinds import NONE, Args, Const, Function, Modelled, Site, Value
from dropout_lint.source.data_files import DataFiles

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function as Model
    from dropout_lint.interpreter.models.modelled import Method

_MAIN = "hydra.main"
_MAX_FILES = 30
_SELF = "_self_"


def _main(machine: Machine, args: Args, at: Site) -> Value | None:
    """`hydra.main(...)`: a decorator."""
    path, name = args.get(0, "config_path"), args.get(1, "config_name")
    if not isinstance(name, Const) or not isinstance(name.value, str):
        return None
    where = path.value if isinstance(path, Const) else None
    if path is not None and not isinstance(where, (str, type(None))):
        return None
    files = machine.modules.files
    if files is None:
        return None
    folder = Path(at.file.path).absolute().parent / (where or ".")
    try:
        data = _Composition(files.data, folder).of("", name.value)
    except LookupError:
        return None
    label = f"hydra:{folder / name.value}"
    return Modelled(_MAIN, {"config": nested(data_files.as_value(machine, resolved(data), label, at))})


def _decorate(machine: Machine, main: Modelled, args: Args, at: Site) -> Value | None:
    """The function, with the configuration as the default of its parameter."""
    function = args.positional[0] if args.positional else NONE
    if not isinstance(function, Function) or not function.parameters:
        return function
    first, *others = function.parameters
    given = first._replace(default=main.names["config"])
    return dataclasses.replace(function, parameters=(given, *others))


@dataclasses.dataclass(slots=True)
class _Composition:
    """Puts a configuration together from the files of a folder."""

    files: DataFiles
    folder: Path
    read: int = 0

    def of(self, group: str, name: str) -> dict[object, object]:
        """The configuration that one file stands for, under the name of its group.

        Raises:
            LookupError: a file is missing, or says something that is not followed here.
        """
        self.read += 1
        if self.read > _MAX_FILES:
            raise LookupError("too many files")
        ending = "" if name.endswith((".yaml", ".yml")) else ".yaml"
        content = self.files.data(str(Path(group) / f"{name}{ending}"), (self.folder,), "hydra")
        if not isinstance(content, dict) or not isinstance(content["data"] or {}, dict):
            raise LookupError(f"{name} is no mapping")
        own = dict(content["data"] or {})
        defaults = own.pop("defaults", [])
        package = group if content["package"] in (None, "_group_") else content["package"]
        own = _under("" if package == "_global_" else package, own)
        made: dict[object, object] = {}
        steps = list(self._steps(group, defaults))
        for step in steps if None in steps else [*steps, None]:
            _merge(made, own if step is None else self.of(*step))
        return made

    def _steps(self, group: str, defaults: object) -> Iterator[tuple[str, str] | None]:
        """The files that a list of defaults names, as (group, name); None for the file itself."""
        if not isinstance(defaults, list):
            raise LookupError("defaults are no list")
        for entry in defaults:
            if entry == _SELF:
                yield None
                continue
            if isinstance(entry, str):
                inner, _, name = entry.rpartition("/")
                yield _joined(group, inner), name
                continue
            ((key, option),) = (
                entry.items() if isinstance(entry, dict) and len(entry) == 1 else ((None, None),)
            )
            words = str(key).split()
            if key is None or not words or "@" in words[-1] or len(words) > 2:
                raise LookupError("an entry that is not followed")
            if words[-1].split("/")[0] == "hydra" or option is None:
                continue
            if words[0] in ("override", "optional") and len(words) == 2:
                raise LookupError("an entry that is not followed")
            for name in option if isinstance(option, list) else [option]:
                if not isinstance(name, str) or "$" in name:
                    raise LookupError("an option that is not followed")
                yield _joined(group, words[-1]), name


def _joined(group: str, inner: str) -> str:
    return inner.lstrip("/") if inner.startswith("/") or not group else f"{group}/{inner}" if inner else group


def _under(group: str, data: dict[object, object]) -> dict[object, object]:
    for name in reversed([part for part in group.replace("/", ".").split(".") if part]):
        data = {name: data}
    return data


def _merge(into: dict[object, object], more: dict[object, object]) -> None:
    for key, value in more.items():
        old = into.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged = dict(old)
            _merge(merged, value)
            into[key] = merged
        else:
            into[key] = value


FUNCTIONS: dict[str, Model] = {_MAIN: _main}
METHODS: dict[str, Method] = {f"{_MAIN}.__call__": _decorate}
