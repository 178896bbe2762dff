"""What values hold: tensors, layers, things unknown; in lists, tuples, dicts and objects of the program."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from dropout_lint.interpreter.values.kinds import (
    Args,
    Builtin,
    Collection,
    Const,
    Dict,
    ExternalName,
    Instance,
    Unknown,
    Value,
)
from dropout_lint.keras.objects import Layer, LayerMethod, Tensor, as_layer

# Most of what calls are given.
_HOLD_NOTHING = frozenset({Const, Unknown, ExternalName, Builtin})


def tensors(value: Value, depth: int = 0) -> list[Tensor]:
    """All tensors in a structure of lists, tuples and dicts, in order."""
    if isinstance(value, Tensor):
        return [value]
    if depth > 8:
        return []
    if isinstance(value, Collection):
        return [t for item in value.items for t in tensors(item, depth + 1)]
    if isinstance(value, Dict):
        return [t for item in value.items.values() for t in tensors(item, depth + 1)]
    return []


def symbolic(args: Args) -> list[Tensor]:
    """The symbolic tensors among a call's arguments."""
    return [t for value in args.values() for t in tensors(value) if t.node is not None]


def map_tensors(value: Value, change: Callable[[Tensor], Value], depth: int = 0) -> Value:
    """A copy of a structure of lists, tuples and dicts with every tensor changed."""
    if isinstance(value, Tensor):
        return change(value)
    if depth <= 8 and isinstance(value, Collection):
        items = [map_tensors(item, change, depth + 1) for item in value.items]
        return Collection(items, value.kind, value.complete)
    if depth <= 8 and isinstance(value, Dict):
        mapped = {k: map_tensors(v, change, depth + 1) for k, v in value.items.items()}
        return Dict(mapped, value.complete)
    return value


def map_args(args: Args, change: Callable[[Tensor], Value]) -> Args:
    """The arguments of a call with every tensor changed."""
    return Args(
        [map_tensors(v, change) for v in args.positional],
        {k: map_tensors(v, change) for k, v in args.keywords.items()},
        args.complete,
    )


def replace_tensors(value: Value) -> Value:
    """A copy of a structure in which every tensor is plain data."""
    return map_tensors(value, lambda tensor: type(tensor)())


def as_data(args: Args) -> Args:
    """The arguments with every symbolic tensor replaced by plain data."""
    return map_args(args, lambda tensor: type(tensor)())


def contains_unknown(value: Value) -> bool:
    """Whether the value, or a member of it, is unknown or may be missing members."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Collection):
        return not value.complete or any(contains_unknown(v) for v in value.items)
    if isinstance(value, Dict):
        return not value.complete or any(contains_unknown(v) for v in value.items.values())
    return False


def is_obscure(value: Value, depth: int = 0) -> bool:
    """Whether a value, or a member of it, may be a symbolic tensor that cannot be seen."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Tensor):
        return value.obscure
    items = value.items if isinstance(value, Collection) else ()
    return depth < 4 and any(is_obscure(item, depth + 1) for item in items)


def reachable(values: Sequence[Value]) -> list[Layer]:
    """The layers that code which receives these values can get hold of."""
    found: dict[Layer, None] = {}
    pending = deque(value for value in values if type(value) not in _HOLD_NOTHING)
    seen: set[int] = set()
    while pending:
        value = pending.popleft()
        if id(value) in seen:
            continue
        seen.add(id(value))
        layer = as_layer(value)
        if layer is not None:
            found.update(dict.fromkeys(layer.tree()))
        elif isinstance(value, Collection):
            pending.extend(value.items)
        elif isinstance(value, Dict):
            pending.extend(value.items.values())
        elif isinstance(value, Instance):
            pending.extend(value.attributes.values())
        elif isinstance(value, LayerMethod) and value.layer is not None:
            pending.append(value.layer)
    return list(found)
