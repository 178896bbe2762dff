"""`omegaconf`: configurations that are written down in the program, and put together.

What the command line adds (`OmegaConf.from_cli()`) is nothing, as with other options: defaults are what
people run. `OmegaConf.load` is in `data_files`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.models.namespaces import NAMESPACE, as_dict, namespace, nested
from dropout_lint.interpreter.values.kinds import Args, Collection, Const, Dict, Modelled, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function

_MAX_DEPTH = 20


def _create(machine: Machine, args: Args, at: Site) -> Value | None:
    """`OmegaConf.create({...})`; an interpolation in it (`"${a.b}"`) stays unknown."""
    source = args.get(0, "obj") or args.get(None, "content")
    if source is None and args.complete and not args.values():
        return namespace({})
    return nested(_without_interpolations(machine, source, at)) if isinstance(source, Dict) else None


def _without_interpolations(machine: Machine, value: Value, at: Site, depth: int = 0) -> Value:
    if depth > _MAX_DEPTH:
        return value
    if isinstance(value, Dict):
        items = {
            key: _without_interpolations(machine, item, at, depth + 1) for key, item in value.items.items()
        }
        return Dict(items, value.complete)
    if (
        isinstance(value, Const)
        and isinstance(value.value, str)
        and ("${" in value.value or value.value == "???")
    ):
        return machine.unknown("an interpolation", at)
    return value


def _from_cli(machine: Machine, args: Args, at: Site) -> Value | None:
    return namespace({})


def _merge(machine: Machine, args: Args, at: Site) -> Value | None:
    """`OmegaConf.merge(one, another)`: a new one; what comes later counts."""
    merged = namespace({})
    for value in args.positional:
        source = nested(value)
        if not isinstance(source, Modelled) or source.kind != NAMESPACE:
            return None
        _take_in(merged, source)
    return merged if args.complete else None


def _take_in(into: Modelled, more: Modelled, depth: int = 0) -> None:
    into.complete = into.complete and more.complete
    for name, value in more.names.items():
        old = into.names.get(name)
        if depth < _MAX_DEPTH and _is_config(value):
            inner = namespace({})
            if old is not None and _is_config(old):
                _take_in(inner, old, depth + 1)  # type: ignore[arg-type]
            _take_in(inner, value, depth + 1)  # type: ignore[arg-type]
            into.names[name] = inner
        else:
            into.names[name] = (
                Collection(list(value.items), value.kind) if isinstance(value, Collection) else value
            )


def _is_config(value: Value) -> bool:
    return isinstance(value, Modelled) and value.kind == NAMESPACE


def _to_container(machine: Machine, args: Args, at: Site) -> Value | None:
    source = args.get(0, "cfg")
    return _plain(source) if source is not None and _is_config(source) else None


def _plain(value: Value, depth: int = 0) -> Value:
    if not isinstance(value, Modelled) or value.kind != NAMESPACE or depth > _MAX_DEPTH:
        return value
    made = Dict({}, value.complete)
    made.items = {name: _plain(item, depth + 1) for name, item in as_dict(value).items.items()}
    return made


FUNCTIONS: dict[str, Function] = {
    "omegaconf.DictConfig": _create,
    "omegaconf.OmegaConf.create": _create,
    "omegaconf.OmegaConf.from_cli": _from_cli,
    "omegaconf.OmegaConf.merge": _merge,
    "omegaconf.OmegaConf.to_container": _to_container,
}
