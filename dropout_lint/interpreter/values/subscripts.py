"""`a[b]`: reading, storing, deleting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from dropout_lint.interpreter.exploration.paths import Ladder, Rung
from dropout_lint.interpreter.models import dataclass_like
from dropout_lint.interpreter.syntax.literals import put
from dropout_lint.interpreter.values import folding
from dropout_lint.interpreter.values.comparing import foreign_part
from dropout_lint.interpreter.values.iteration import (
    MISSING,
    enum_members,
    modelled_method,
    unwrapped,
    wrapped,
)
from dropout_lint.interpreter.values.keys import Item, Key
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    BoundMethod,
    Class,
    Collection,
    Const,
    Dict,
    ExternalName,
    Function,
    Instance,
    LazyDefinition,
    LazyImport,
    LibraryObject,
    Modelled,
    ModuleValue,
    Namespace,
    Partial,
    Presumed,
    Range,
    Site,
    Slice,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine

MAX_CANDIDATES = 8
MAX_RECORDS = 16
# Of a sequence that is written where it is asked.
MAX_WRITTEN = 4


def index(machine: Machine, frame: Frame, node: cst.Subscript) -> Value:
    """What stands between the brackets."""
    parts = [_index_part(machine, frame, element.slice) for element in node.slice]
    return parts[0] if len(parts) == 1 else Collection(parts, "tuple")


def _index_part(machine: Machine, frame: Frame, node: cst.BaseSlice) -> Value:
    if type(node) is cst.Slice:
        bounds = (node.lower, node.upper, node.step)
        return Slice(*(NONE if bound is None else machine.evaluate(bound, frame) for bound in bounds))
    return machine.evaluate(node.value, frame) if type(node) is cst.Index else NONE


def get(machine: Machine, obj: Value, key: Value, at: Site) -> Value:
    """`obj[key]`; unknown when it cannot be known or is out of range."""
    if isinstance(obj, Class):
        # `List[int]` of a generic class is the class itself, `Mode["TRAIN"]` a member.
        named = obj.names.get(key.value) if isinstance(key, Const) and isinstance(key.value, str) else None
        return named if enum_members(obj) and named is not None else obj
    found = _find(machine, obj, key, at)
    if found is not None:
        return found
    return unknown_item(machine, obj, key, at)


def _find(machine: Machine, obj: Value, key: Value, at: Site) -> Value | None:
    if isinstance(obj, (Unknown, ExternalName)):
        return machine.stored_items.get(_stored_key(machine, obj, key))
    if isinstance(obj, Instance):
        method = machine.find_method(obj, "__getitem__")
        if method is not None:
            return machine.invoke(method, Args([key]), at)
        items = dataclass_like.elements(obj)
        if items is not None:
            return _of_sequence(Collection(items, "tuple"), key)
    if isinstance(foreign_part(obj), LibraryObject):
        return machine.library.operate(machine, "[]", [obj, key], at)
    if isinstance(obj, Dict):
        return of_dict(machine, obj, key, at)
    if isinstance(obj, Namespace):
        return _of_namespace(machine, obj, key)
    if isinstance(obj, Modelled):
        named = obj.names.get(key.value) if isinstance(key, Const) and isinstance(key.value, str) else None
        return modelled_method(machine, obj, "__getitem__", Args([key]), at) if named is None else named
    if isinstance(obj, Collection) and obj.complete and obj.kind != "set":
        if _is_choice(obj, key, at):
            return chosen(machine, Dict(dict(enumerate(obj.items))), key, at, len(obj.items) - 1)
        return _of_sequence(obj, key)
    if isinstance(obj, Const):
        return _of_python(obj.value, key)
    if isinstance(obj, Range):
        return _of_range(obj, key)
    return None


def _of_namespace(machine: Machine, obj: Namespace, key: Value) -> Value | None:
    """`globals()["build"]`, where the name is known, or that of an option by its default."""
    name = key.value if isinstance(key, Const) and isinstance(key.value, str) else ""
    found = obj.scope.names.get(name)
    return machine.modules.value(machine, found) if isinstance(found, (LazyImport, LazyDefinition)) else found


def of_dict(machine: Machine, obj: Dict, key: Value, at: Site) -> Value | None:
    """`obj[key]`; None when there is no such key or it cannot be known."""
    known = unwrapped(key)
    if known is not MISSING and not (isinstance(key, Presumed) and is_table(obj, key)):
        return obj.items.get(known)
    return chosen(machine, obj, key, at, list(obj.items)[-1]) if is_table(obj, key) else None


def is_table(obj: Dict, key: Value) -> bool:
    """Whether an unknown key picks one of a few functions or classes, or of records that hold some.

    Records, and many entries, count where the library knows one of them: others would use up the runs.
    """
    if not isinstance(key, (Unknown, ExternalName, Presumed)) or not obj.complete:
        return False
    values = obj.items.values()
    if 1 <= len(values) <= MAX_CANDIDATES and all(map(_is_candidate, values)):
        return True
    return (
        1 <= len(values) <= MAX_RECORDS
        and all(map(_is_record, values))
        and any(isinstance(part, LibraryObject) for value in values for part in (value, *_record(value)))
    )


_CANDIDATES = (
    Function, Class, LibraryObject, BoundMethod, Partial, Instance, ExternalName, ModuleValue,
)  # fmt: skip


def _is_candidate(value: Value) -> bool:
    return isinstance(value, _CANDIDATES)


def _is_choice(obj: Collection, key: Value, at: Site) -> bool:
    """Whether it is a branch by an option, written as a subscript: `(small, large)[args.level]`."""
    written = isinstance(at.node, cst.Subscript) and isinstance(at.node.value, (cst.Tuple, cst.List))
    if not written or not isinstance(key, Presumed) or not 2 <= len(obj.items) <= MAX_WRITTEN:
        return False
    return isinstance(key.value, int) and 0 <= key.value < len(obj.items)


def _is_record(value: Value) -> bool:
    """Whether it is a function or class, or a tuple or dict with one: `"b0": (EfficientNetB0, 224)`."""
    return _is_candidate(value) or any(_is_candidate(part) for part in _record(value))


def _record(value: Value) -> list[Value]:
    if isinstance(value, (Collection, Dict)) and not value.complete:
        return []
    if isinstance(value, Collection):
        return value.items if value.kind != "set" else []
    return list(value.items.values()) if isinstance(value, Dict) else []


def chosen(machine: Machine, obj: Dict, key: Value, at: Site, last: Any = MISSING) -> Value | None:
    """The value that an unknown key picks in this run: each is a branch, as in an `if` ladder.

    Without `last`, the key that is left when it is no other, it may be none of them.
    """
    usual = key.value if isinstance(key, Presumed) else MISSING
    if machine.choices.exploring:
        machine.choices.ladders[id(at.node), 0] = _ladder(machine, obj, at, last)
    for part, (name, value) in enumerate(obj.items.items()):
        condition = machine.keys.operation("==", key, wrapped(name))
        if name == last:
            machine.choices.assume(condition, True, at)
        elif not machine.choices.decide(condition, at, prefer=usual in (MISSING, name), part=part):
            continue
        if isinstance(key, Unknown):
            machine.chosen[key.key] = wrapped(name)
        return value
    return None


def _ladder(machine: Machine, obj: Dict, at: Site, last: Any) -> Ladder:
    """The entries of a table as the rungs of a ladder, so that each of them can be the next run."""
    promising = [
        any(machine.library.promises(part) for part in (value, *_record(value)))
        for value in obj.items.values()
    ]
    rest = promising.pop() if last is not MISSING else None
    return Ladder(tuple(Rung((id(at.node), part), one) for part, one in enumerate(promising)), rest)


def python_index(key: Value) -> Any:
    """The Python index or slice that a value is; `MISSING` when it cannot be known."""
    if isinstance(key, Const):
        return key.value
    if isinstance(key, Slice):
        bounds = (key.lower, key.upper, key.step)
        known = [bound.value for bound in bounds if isinstance(bound, Const)]
        return slice(*known) if len(known) == len(bounds) else MISSING
    return MISSING


def _of_sequence(obj: Collection, key: Value) -> Value | None:
    known = python_index(key)
    try:
        found: Any = None if known is MISSING else obj.items[known]
    except (IndexError, TypeError, ValueError):
        return None
    return Collection(found, obj.kind) if isinstance(found, list) else found


def _of_python(value: Any, key: Value) -> Value | None:
    known = python_index(key)
    return None if known is MISSING else folding.attempt(lambda: value[known])


def _of_range(obj: Range, key: Value) -> Value | None:
    known = python_index(key)
    found = None if known is MISSING else folding.attempt(lambda: obj.range[known])
    return Range(found.value) if found is not None and isinstance(found.value, range) else found


def unknown_item(machine: Machine, obj: Value, key: Value, at: Site) -> Unknown:
    """An item that cannot be known; reading it again gives the same unknown value."""
    reason = next((value.reason for value in (obj, key) if isinstance(value, Unknown)), "'item'")
    return machine.unknown(reason, at, machine.keys.limited(_stored_key(machine, obj, key)))


def _stored_key(machine: Machine, obj: Value, key: Value) -> Key:
    return Item(machine.keys.of(obj), machine.keys.of(key))


def set_(machine: Machine, obj: Value, key: Value, value: Value, at: Site) -> None:
    """`obj[key] = value`; `at` is the assignment."""
    if isinstance(obj, Dict):
        put(obj, unwrapped(key), value)
    elif isinstance(obj, Namespace):
        if isinstance(key, Const) and isinstance(key.value, str):
            obj.scope.names[key.value] = value
    elif isinstance(obj, Modelled):
        known = unwrapped(key)
        if isinstance(known, str):
            obj.names[known] = value
        else:
            obj.complete = False
    elif isinstance(obj, Collection):
        _set_in_sequence(machine, obj, key, value, at)
    elif isinstance(obj, Instance) and machine.find_method(obj, "__setitem__") is not None:
        machine.invoke(machine.get_attribute(obj, "__setitem__", at), Args([key, value]), at)
    elif isinstance(foreign_part(obj), LibraryObject):
        machine.library.operate(machine, "[]=", [obj, key, value], at)
    elif isinstance(obj, (Unknown, ExternalName)):
        machine.stored_items[_stored_key(machine, obj, key)] = value


def _set_in_sequence(machine: Machine, obj: Collection, key: Value, value: Value, at: Site) -> None:
    known = python_index(key)
    new: Any = value
    if isinstance(known, slice):
        new = machine.iterate(value, at)
    if known is MISSING or new is None or not obj.complete:
        obj.complete = False
        return
    try:
        obj.items[known] = new
    except (IndexError, TypeError, ValueError):
        machine.note("an index out of range", at)


def delete(machine: Machine, obj: Value, key: Value, at: Site) -> None:
    """`del obj[key]`."""
    if isinstance(obj, Dict):
        known = unwrapped(key)
        if known is MISSING:
            obj.complete = False
        else:
            obj.items.pop(known, None)
    elif isinstance(obj, Collection):
        try:
            del obj.items[python_index(key)]
        except (IndexError, TypeError, ValueError):
            obj.complete = False
    elif isinstance(foreign_part(obj), LibraryObject):
        machine.library.operate(machine, "del[]", [obj, key], at)
    elif isinstance(obj, (Unknown, ExternalName)):
        machine.stored_items.pop(_stored_key(machine, obj, key), None)
