"""Builtin functions that make or read sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.syntax import literals
from dropout_lint.interpreter.values import folding
from dropout_lint.interpreter.values.comparing import foreign_part
from dropout_lint.interpreter.values.containers import sorted_items
from dropout_lint.interpreter.values.iteration import modelled_method, unwrapped
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    Builtin,
    Collection,
    Const,
    Dict,
    Instance,
    LibraryObject,
    Modelled,
    Partial,
    Range,
    Site,
    Slice,
    Value,
    boolean,
)
from dropout_lint.interpreter.values.operators import unique

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.values.containers import Method


def _first(machine: Machine, args: Args, at: Site) -> list[Value] | None:
    """The elements of the first argument."""
    return machine.iterate(args.positional[0], at) if args.positional else None


def _len(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    value = args.positional[0] if args.positional else NONE
    if isinstance(value, Range):
        return folding.attempt(lambda: len(value.range))
    if isinstance(value, Instance):
        method = machine.find_method(value, "__len__")
        if method is not None:
            return machine.invoke(method, Args(), at)
    if isinstance(value, (Const, Collection, Dict, Modelled)) or isinstance(
        foreign_part(value), LibraryObject
    ):
        items = machine.iterate(value, at)
        return None if items is None else Const(len(items))
    return None


def _list(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    if not args.positional:
        return Collection([])
    items = _first(machine, args, at)
    if items is not None:
        return Collection(items)
    # A list nevertheless: what is appended to it later is known.
    source = args.positional[0]
    return Collection(list(source.items) if isinstance(source, Collection) else [], complete=False)


def _tuple(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    items = _first(machine, args, at) if args.positional else []
    return None if items is None else Collection(items, "tuple")


def _set(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    items = _first(machine, args, at) if args.positional else []
    return Collection([], "set", complete=False) if items is None else unique(machine, items)


def _dict(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    result = Dict({}, args.complete)
    for source in args.positional[:1]:
        if isinstance(source, Dict):
            literals.merge(result, source)
            continue
        items = (
            modelled_method(machine, source, "items", Args(), at) if isinstance(source, Modelled) else None
        )
        pairs = machine.iterate(items or source, at)
        result.complete = pairs is not None
        for pair in pairs or []:
            parts = machine.iterate(pair, at)
            if parts is None or len(parts) != 2:
                result.complete = False
            else:
                literals.put(result, unwrapped(parts[0]), parts[1])
    result.items.update(args.keywords)
    return result


def _fromkeys(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    items = _first(machine, args, at)
    if items is None:
        return None
    result = Dict({})
    for item in items:
        literals.put(result, unwrapped(item), args.get(1, "value") or NONE)
    return result


def _enumerate(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    items = _first(machine, args, at)
    start = args.get(1, "start") or Const(0)
    if items is None or not isinstance(start, Const) or not isinstance(start.value, int):
        return None
    return Collection(
        [Collection([Const(number), item], "tuple") for number, item in enumerate(items, start.value)]
    )


def _zip(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    columns = [machine.iterate(value, at) for value in args.positional]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns) or not args.complete:
        return None
    return Collection([Collection(list(row), "tuple") for row in zip(*known, strict=False)])


def _reversed(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    if args.positional and isinstance(args.positional[0], Range):
        return Range(args.positional[0].range[::-1])
    items = _first(machine, args, at)
    return None if items is None else Collection(items[::-1])


def _sorted(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    items = _first(machine, args, at)
    ordered = None if items is None else sorted_items(machine, items, args, at)
    return None if ordered is None else Collection(ordered)


def _any(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    return _quantified(machine, args, at, stop=True)


def _all(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    return _quantified(machine, args, at, stop=False)


def _quantified(machine: Machine, args: Args, at: Site, stop: bool) -> Value | None:
    items = _first(machine, args, at)
    if items is None:
        return None
    truths = [machine.known_truth(item) for item in items]
    if stop in truths:
        return boolean(stop)
    return None if None in truths else boolean(not stop)


def _map(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    return Partial(Builtin("map"), args) if len(args.positional) >= 2 else None


def _filter(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    return Partial(Builtin("filter"), args) if len(args.positional) == 2 else None


def _iter(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    items = _first(machine, args, at) if len(args.positional) == 1 else None
    return None if items is None else Collection(items)


def _next(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    """Iterators are lists of what is left, so `next` takes the first element off."""
    source = args.positional[0] if args.positional else NONE
    if isinstance(source, Instance):
        method = machine.find_method(source, "__next__")
        return None if method is None else machine.invoke(method, Args(), at)
    if not isinstance(source, Collection) or not source.complete:
        return None
    if source.items:
        return source.items.pop(0)
    return args.positional[1] if len(args.positional) > 1 else None


def _slice(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    parts = args.positional
    if len(parts) == 1:
        return Slice(NONE, parts[0], NONE)
    return Slice(*[*parts, NONE][:3]) if len(parts) in (2, 3) else None


FUNCTIONS: dict[str, Method] = {
    "all": _all,
    "any": _any,
    "dict": _dict,
    "dict.fromkeys": _fromkeys,
    "enumerate": _enumerate,
    "filter": _filter,
    "frozenset": _set,
    "iter": _iter,
    "len": _len,
    "list": _list,
    "map": _map,
    "next": _next,
    "reversed": _reversed,
    "set": _set,
    "slice": _slice,
    "sorted": _sorted,
    "tuple": _tuple,
    "zip": _zip,
}
