"""Objects that only hold names: `SimpleNamespace`, `argparse.Namespace`, `ConfigDict` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.builtins import sequences
from dropout_lint.interpreter.values.kinds import NONE, Args, Const, Dict, Modelled, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function, Method

NAMESPACE = "namespace"
_MAX_DEPTH = 20


def namespace(names: dict[str, Value], complete: bool = True) -> Modelled:
    """A new object with these attributes."""
    return Modelled(NAMESPACE, names, complete)


def nested(value: Value, depth: int = 0) -> Value:
    """A dict, and those in it, as objects with attributes."""
    if not isinstance(value, Dict) or depth > _MAX_DEPTH:
        return value
    names = {key: nested(item, depth + 1) for key, item in value.items.items() if isinstance(key, str)}
    return namespace(names, value.complete)


def as_dict(value: Modelled) -> Dict:
    """The names of a namespace as a dict: what is stored in one is seen in the other."""
    made = Dict({}, value.complete)
    made.items = value.names  # type: ignore[assignment]
    return made


def _simple(machine: Machine, args: Args, at: Site) -> Value | None:
    first = args.positional[0] if args.positional else None
    given = dict(first.items) if isinstance(first, Dict) else {}
    names = {key: value for key, value in given.items() if isinstance(key, str)}
    return namespace({**names, **args.keywords}, args.complete and (first is None or isinstance(first, Dict)))


def _config(machine: Machine, args: Args, at: Site) -> Value | None:
    """A nested configuration made of a dict; each dict in it is one itself."""
    source = sequences.FUNCTIONS["dict"](machine, None, args, at) if args.values() else Dict({})
    return nested(source) if isinstance(source, Dict) else None


def _get(machine: Machine, obj: Modelled, args: Args, at: Site) -> Value | None:
    name = args.positional[0] if args.positional else NONE
    if not isinstance(name, Const):
        return None
    found = obj.names.get(name.value)
    if found is not None or not obj.complete:
        return found
    return args.get(1, "default") or NONE


def _update(machine: Machine, obj: Modelled, args: Args, at: Site) -> Value | None:
    for source in args.positional[:1]:
        items = source.items if isinstance(source, Dict) else None
        items = source.names if isinstance(source, Modelled) else items  # type: ignore[assignment]
        if items is None:
            obj.complete = False
        for key, value in (items or {}).items():
            if isinstance(key, str):
                obj.names[key] = nested(value)
    obj.names.update(args.keywords)
    return NONE


def _of_dict(name: str) -> Method:
    """A method of dicts: `items()`, `keys()`, `values()`."""

    def method(machine: Machine, obj: Modelled, args: Args, at: Site) -> Value | None:
        method = machine.get_attribute(as_dict(obj), name, at)
        return machine.invoke(method, args, at)

    return method


def _nothing(machine: Machine, obj: Modelled, args: Args, at: Site) -> Value | None:
    return NONE


def _itself(machine: Machine, obj: Modelled, args: Args, at: Site) -> Value | None:
    return obj


def _to_dict(machine: Machine, obj: Modelled, args: Args, at: Site) -> Value | None:
    return as_dict(obj)


_NESTED = (
    "ml_collections.ConfigDict", "ml_collections.config_dict.ConfigDict", "ml_collections.FrozenConfigDict",
    "ml_collections.config_dict.config_dict.ConfigDict", "easydict.EasyDict", "addict.Dict", "munch.Munch",
    "munch.munchify", "munch.DefaultMunch", "box.Box",
    "attrdict.AttrDict", "dotmap.DotMap",
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {
    "types.SimpleNamespace": _simple,
    **dict.fromkeys(_NESTED, _config),
}
METHODS: dict[str, Method] = {
    f"{NAMESPACE}.get": _get,
    f"{NAMESPACE}.update": _update,
    f"{NAMESPACE}.lock": _itself,
    f"{NAMESPACE}.unlock": _itself,
    f"{NAMESPACE}.to_dict": _to_dict,
    f"{NAMESPACE}.copy_and_resolve_references": _itself,
    **{f"{NAMESPACE}.{name}": _of_dict(name) for name in ("items", "keys", "values")},
}
