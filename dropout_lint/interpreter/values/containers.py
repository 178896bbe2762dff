"""The methods of lists, tuples, sets and dicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dropout_lint.interpreter.budget import MAX_ITEMS
from dropout_lint.interpreter.syntax import literals
from dropout_lint.interpreter.values import folding, operators, subscripts
from dropout_lint.interpreter.values.comparing import contains_item, equal
from dropout_lint.interpreter.values.iteration import MISSING, unwrapped, wrapped
from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Const, Dict, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

Method = Callable[["Machine", Any, Args, Site], "Value | None"]
"""None as a result: it cannot be known."""


def extend(machine: Machine, target: Collection, more: Value, at: Site) -> None:
    """`target.extend(more)`."""
    items = machine.iterate(more, at)
    if items is None:
        target.complete = False
        items = list(more.items) if isinstance(more, Collection) else []
    room = MAX_ITEMS - len(target.items)
    target.items += items[:room]
    target.complete = target.complete and len(items) <= room


def _append(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    extend(machine, obj, Collection(args.positional[:1]), at)
    return NONE


def _extend(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    for value in args.positional[:1]:
        extend(machine, obj, value, at)
    return NONE


def _insert(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    if len(args.positional) != 2:
        return NONE
    position, value = args.positional
    if isinstance(position, Const) and isinstance(position.value, int):
        obj.items.insert(position.value, value)
    else:
        obj.items.append(value)
        obj.complete = False
    return NONE


def _pop(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    position = args.positional[0] if args.positional else Const(-1)
    if obj.complete and isinstance(position, Const) and isinstance(position.value, int):
        try:
            return obj.items.pop(position.value)
        except IndexError:
            return machine.unknown("pop() from an empty list", at)
    obj.complete = False
    return machine.unknown("an element of an unknown list", at)


def _popleft(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    """Of a deque, which is a list here."""
    return _pop(machine, obj, Args([Const(0)]), at)


def _appendleft(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    return _insert(machine, obj, Args([Const(0), *args.positional]), at)


def _remove(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    for wanted in args.positional[:1]:
        for position, item in enumerate(obj.items):
            same = equal(machine, wanted, item)
            if same:
                del obj.items[position]
                return NONE
            if same is None:
                obj.complete = False
                return NONE
    return NONE


def _index(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    if not obj.complete or len(args.positional) != 1:
        return None
    for position, item in enumerate(obj.items):
        same = equal(machine, args.positional[0], item)
        if same is None:
            return None
        if same:
            return Const(position)
    return None


def _count(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    if not obj.complete or len(args.positional) != 1:
        return None
    same = [equal(machine, args.positional[0], item) for item in obj.items]
    return None if None in same else Const(same.count(True))


def _reverse(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    obj.items.reverse()
    return NONE


def _sort(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    ordered = sorted_items(machine, obj.items, args, at) if obj.complete else None
    if ordered is None:
        obj.complete = False
    else:
        obj.items[:] = ordered
    return NONE


def sorted_items(machine: Machine, items: list[Value], args: Args, at: Site) -> list[Value] | None:
    """The items as `sorted(items, key=..., reverse=...)` orders them; None if that is unknown."""
    key, backwards = args.keywords.get("key"), args.keywords.get("reverse")
    keys = items if key is None or key is NONE else [machine.invoke(key, Args([item]), at) for item in items]
    known = [value.value for value in keys if isinstance(value, Const)]
    reverse = False if backwards is None else machine.known_truth(backwards)
    if len(known) < len(items) or reverse is None:
        return None
    try:
        order = sorted(range(len(items)), key=lambda position: known[position], reverse=reverse)
    except TypeError:
        return None
    return [items[position] for position in order]


def _copy(machine: Machine, obj: Collection | Dict, args: Args, at: Site) -> Value | None:
    if isinstance(obj, Dict):
        return Dict(dict(obj.items), obj.complete)
    return Collection(list(obj.items), obj.kind, obj.complete)


def _clear(machine: Machine, obj: Collection | Dict, args: Args, at: Site) -> Value | None:
    obj.items.clear()
    obj.complete = True
    return NONE


def _add(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    for value in args.positional[:1]:
        if not contains_item(machine, value, obj.items, 0):
            obj.items.append(value)
    return NONE


def _discard(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    return _remove(machine, obj, args, at)


def _set_operation(operator: str) -> Method:
    def method(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
        result: Value | None = obj
        for value in args.positional:
            items = machine.iterate(value, at)
            if items is None or not isinstance(result, Collection):
                return None
            result = operators.of_sets(machine, operator, result, operators.unique(machine, items))
        return result

    return method


def _set_update(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    for value in args.positional:
        items = machine.iterate(value, at)
        if items is None:
            obj.complete = False
        else:
            obj.items = operators.unique(machine, [*obj.items, *items]).items
    return NONE


def _issubset(machine: Machine, obj: Collection, args: Args, at: Site) -> Value | None:
    items = machine.iterate(args.positional[0], at) if args.positional else None
    if items is None or not obj.complete:
        return None
    inside = [contains_item(machine, item, items, 0) for item in obj.items]
    return None if None in inside else Const(all(inside))


def _get(machine: Machine, obj: Dict, args: Args, at: Site) -> Value | None:
    key = args.get(0, "key")
    if key is None:
        return None
    known = unwrapped(key)
    if subscripts.is_table(obj, key):
        found = subscripts.chosen(machine, obj, key, at)
    elif known is MISSING or (known not in obj.items and not obj.complete):
        return None
    else:
        found = obj.items.get(known)
    if found is not None:
        return found
    default = args.get(1, "default")
    return NONE if default is None else default


def _dict_pop(machine: Machine, obj: Dict, args: Args, at: Site) -> Value | None:
    found = _get(machine, obj, args, at)
    literals_key = unwrapped(args.positional[0]) if args.positional else MISSING
    if literals_key is MISSING:
        obj.complete = False
    else:
        present = literals_key in obj.items
        obj.items.pop(literals_key, None)
        if not present and len(args.positional) < 2:
            return machine.unknown("a key that is not there", at)
    return found


def _setdefault(machine: Machine, obj: Dict, args: Args, at: Site) -> Value | None:
    if not args.positional:
        return None
    key = unwrapped(args.positional[0])
    value = args.get(1, "default") or NONE
    if key is MISSING or (key not in obj.items and not obj.complete):
        obj.complete = False
        return None
    return obj.items.setdefault(key, value)


def _update(machine: Machine, obj: Dict, args: Args, at: Site) -> Value | None:
    for value in args.positional[:1]:
        literals.merge(obj, value)
    obj.items.update(args.keywords)
    obj.complete = obj.complete and args.complete
    return NONE


def _keys(machine: Machine, obj: Dict, args: Args, at: Site) -> Value | None:
    return Collection([wrapped(key) for key in obj.items], "list", obj.complete)


def _values(machine: Machine, obj: Dict, args: Args, at: Site) -> Value | None:
    return Collection(list(obj.items.values()), "list", obj.complete)


def _items(machine: Machine, obj: Dict, args: Args, at: Site) -> Value | None:
    pairs: list[Value] = [Collection([wrapped(key), value], "tuple") for key, value in obj.items.items()]
    return Collection(pairs, "list", obj.complete)


def _dunder_getitem(machine: Machine, obj: Value, args: Args, at: Site) -> Value | None:
    return subscripts.get(machine, obj, args.positional[0], at) if args.positional else None


def _dunder_len(machine: Machine, obj: Collection | Dict, args: Args, at: Site) -> Value | None:
    return folding.attempt(lambda: len(obj.items)) if obj.complete else None


_SHARED: dict[str, Method] = {"copy": _copy, "__getitem__": _dunder_getitem, "__len__": _dunder_len}

METHODS: dict[str, Method] = {
    **{f"{kind}.{name}": _SHARED[name] for kind in ("list", "tuple", "set", "dict") for name in _SHARED},
    "list.append": _append,
    "list.extend": _extend,
    "list.insert": _insert,
    "list.pop": _pop,
    "list.popleft": _popleft,
    "list.appendleft": _appendleft,
    "list.remove": _remove,
    "list.index": _index,
    "tuple.index": _index,
    "list.count": _count,
    "tuple.count": _count,
    "list.reverse": _reverse,
    "list.sort": _sort,
    "list.clear": _clear,
    "set.clear": _clear,
    "dict.clear": _clear,
    "set.add": _add,
    "set.discard": _discard,
    "set.remove": _discard,
    "set.update": _set_update,
    "set.union": _set_operation("|"),
    "set.intersection": _set_operation("&"),
    "set.difference": _set_operation("-"),
    "set.symmetric_difference": _set_operation("^"),
    "set.issubset": _issubset,
    "dict.get": _get,
    "dict.pop": _dict_pop,
    "dict.setdefault": _setdefault,
    "dict.update": _update,
    "dict.keys": _keys,
    "dict.values": _values,
    "dict.items": _items,
}
