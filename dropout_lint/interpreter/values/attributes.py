"""Python's attribute protocol: reading, storing, deleting."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from dropout_lint.interpreter.frame import STAR
from dropout_lint.interpreter.models import dataclass_like
from dropout_lint.interpreter.modules import CONSTANTS, dotted_value
from dropout_lint.interpreter.values import classes
from dropout_lint.interpreter.values.keys import Attribute
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    BoundMethod,
    Builtin,
    Class,
    Collection,
    Const,
    Dict,
    ExternalName,
    Function,
    Instance,
    LibraryObject,
    Modelled,
    ModuleValue,
    Partial,
    Range,
    Site,
    Super,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

Getter = Callable[["Machine", Any, str, Site], "Value | None"]


def get(machine: Machine, obj: Value, name: str, at: Site) -> Value:
    """`obj.name`; unknown when the object has no such attribute."""
    found = find(machine, obj, name, at)
    if found is None and isinstance(obj, Instance):
        fallback = find_method(obj, "__getattr__")
        if fallback is not None:
            return machine.invoke(fallback, Args([Const(name)]), at)
    if found is None and isinstance(obj, LibraryObject):
        found = machine.library.lacking(machine, obj, name, at)
    if found is None:
        machine.note(f"no attribute {name!r}", at)
        return unknown_attribute(machine, obj, name, at)
    return found


def find(machine: Machine, obj: Value, name: str, at: Site) -> Value | None:
    """`obj.name`; None when the object is known to have no such attribute."""
    if name in machine.stored_attributes:
        stored = machine.stored_attributes[name].get(machine.keys.of(obj))
        if stored is not None:
            return stored
    if isinstance(obj, LibraryObject):
        return machine.library.get(machine, obj, name, at)
    return GETTERS.get(type(obj), _of_plain)(machine, obj, name, at)


def unknown_attribute(machine: Machine, obj: Value, name: str, at: Site) -> Unknown:
    """An attribute that cannot be known; reading it again gives the same unknown value."""
    key = machine.keys.limited(Attribute(machine.keys.of(obj), name))
    if isinstance(obj, Unknown):
        return Unknown(obj.reason, at, key, obj.package)
    return Unknown(f"attribute {name!r}", at, key)


def find_method(instance: Instance, name: str) -> BoundMethod | None:
    """The method that the program itself wrote for an instance; None if there is none."""
    found = classes.lookup(instance.cls.order, name)
    if not isinstance(found, Function) or found.binding in ("static", "property"):
        return None
    return BoundMethod(instance.cls if found.binding == "class" else instance, found)


def library_bases(cls: Class) -> Iterator[Value]:
    """The base classes that the program does not define, in lookup order."""
    return (base for base in cls.order if not isinstance(base, (Class, Builtin)))


def _bound(machine: Machine, found: Value, receiver: Value, cls: Class, at: Site) -> Value:
    """What reading a class attribute through `receiver` gives."""
    if not isinstance(found, Function) or found.binding == "static":
        return found
    if found.binding == "class":
        return BoundMethod(cls, found)
    if found.binding == "property":
        return machine.invoke(found, Args([receiver]), at)
    return BoundMethod(receiver, found)


def _of_instance(machine: Machine, obj: Instance, name: str, at: Site) -> Value | None:
    order = obj.cls.order
    found = classes.lookup(order, name)
    if isinstance(found, Function) and found.binding == "property":
        return _of_property(machine, obj, found, name, at)
    if name in obj.attributes:
        return obj.attributes[name]
    if found is not None:
        return _bound(machine, found, obj, obj.cls, at)
    if classes.is_hidden(order, name):
        return unknown_attribute(machine, obj, name, at)
    if name == "__class__":
        return obj.cls
    if name in ("_replace", "_asdict") and dataclass_like.elements(obj) is not None:
        return Builtin(f"namedtuple.{name}", obj)
    if name == "__dict__":
        # The same dict object, so that `self.__dict__.update(...)` stores attributes.
        return Dict(cast("dict[Hashable, Value]", obj.attributes), complete=False)
    if obj.foreign is not None:
        return machine.library.get(machine, obj.foreign, name, at)
    return _of_unknown_base(machine, obj, obj.cls, name, at)


def _of_property(machine: Machine, obj: Instance, found: Function, name: str, at: Site) -> Value:
    cached = id(found.node) in machine.cached
    if cached and name in obj.attributes:
        return obj.attributes[name]
    value = machine.invoke(found, Args([obj]), at)
    if cached:
        obj.attributes[name] = value
    return value


def _of_unknown_base(machine: Machine, obj: Value, cls: Class, name: str, at: Site) -> Value | None:
    """An attribute that only a base class outside of the program can have."""
    if any(True for _ in library_bases(cls)):
        return unknown_attribute(machine, obj, name, at)
    return Builtin("object.__init__") if name in ("__init__", "__init_subclass__") else None


def _of_class(machine: Machine, obj: Class, name: str, at: Site) -> Value | None:
    found = classes.lookup(obj.order, name)
    if isinstance(found, Function):
        return BoundMethod(obj, found) if found.binding == "class" else found
    if found is not None:
        return found
    if name in ("__name__", "__qualname__"):
        return Const(obj.name)
    if classes.is_hidden(obj.order, name):
        return unknown_attribute(machine, obj, name, at)
    for base in library_bases(obj):
        inherited = find(machine, base, name, at)
        if inherited is not None:
            return inherited
    return _of_unknown_base(machine, obj, obj, name, at)


def _of_super(machine: Machine, obj: Super, name: str, at: Site) -> Value | None:
    receiver = obj.receiver
    cls = receiver.cls if isinstance(receiver, Instance) else receiver
    if not isinstance(cls, Class):
        return unknown_attribute(machine, obj, name, at)
    order = cls.order
    after = order[order.index(obj.owner) + 1 :] if obj.owner in order else ()
    found = classes.lookup(after, name)
    if found is not None:
        return _bound(machine, found, receiver, cls, at)
    if classes.is_hidden(after, name):
        return unknown_attribute(machine, obj, name, at)
    if isinstance(receiver, Instance) and receiver.foreign is not None:
        return machine.library.get(machine, receiver.foreign, name, at)
    if name in ("__setattr__", "__getattribute__") and isinstance(receiver, Instance):
        return Builtin("setattr" if name == "__setattr__" else "getattr", receiver)
    return _of_unknown_base(machine, receiver, cls, name, at)


def _of_extern(machine: Machine, obj: ExternalName, name: str, at: Site) -> Value | None:
    dotted = f"{obj.dotted}.{name}"
    if dotted in CONSTANTS:
        return Const(CONSTANTS[dotted])
    return dotted_value(machine, dotted)


def _of_unknown(machine: Machine, obj: Unknown, name: str, at: Site) -> Value | None:
    return unknown_attribute(machine, obj, name, at)


def _of_module(machine: Machine, obj: ModuleValue, name: str, at: Site) -> Value | None:
    found = machine.modules.member(machine, obj, name, at)
    return obj.scope.names.get(STAR) if found is None else found


def _of_modelled(machine: Machine, obj: Modelled, name: str, at: Site) -> Value | None:
    from dropout_lint.interpreter.models import namespaces, registry
    from dropout_lint.interpreter.models.side_effects import MAKERS, package_of

    if f"{obj.kind}.{name}" in registry.METHODS and name not in obj.names:
        return Builtin(f"{obj.kind}.{name}", obj)
    if obj.kind not in registry.OPEN:
        made = unknown_attribute(machine, obj, name, at)
        package = package_of(obj.kind)
        return replace(made, package=package) if package in MAKERS else made
    if name == "__dict__":
        return namespaces.as_dict(obj)
    found = obj.names.get(name)
    return found if found is not None or obj.complete else unknown_attribute(machine, obj, name, at)


def _of_function(machine: Machine, obj: Function, name: str, at: Site) -> Value | None:
    if name in ("__name__", "__qualname__"):
        return Const(obj.name)
    if obj.binding == "property" and name in ("setter", "getter", "deleter"):
        return Builtin(f"property.{name}", obj)
    if name == "__call__":
        return obj
    if name == "__doc__":
        return NONE
    dunder = name.startswith("__") and name.endswith("__")  # every function has more of them
    return unknown_attribute(machine, obj, name, at) if dunder else None


def _of_bound_method(machine: Machine, obj: BoundMethod, name: str, at: Site) -> Value | None:
    if name in ("__self__", "__func__"):
        return obj.receiver if name == "__self__" else obj.function
    if name == "__call__":
        return obj
    return _of_function(machine, obj.function, name, at)


def _of_partial(machine: Machine, obj: Partial, name: str, at: Site) -> Value | None:
    if name == "func":
        return obj.function
    return Collection(list(obj.args.positional), "tuple") if name == "args" else None


@cache
def _builtins() -> Container[str]:
    """The names of all builtin functions and methods; their module needs this one."""
    from dropout_lint.interpreter.builtins.functions import BUILTINS

    return BUILTINS


def _of_builtin(machine: Machine, obj: Builtin, name: str, at: Site) -> Value | None:
    if name == "__name__":
        return Const(obj.name)
    dotted = f"{obj.name}.{name}"
    if dotted in _builtins():
        return Builtin(dotted, obj.receiver)
    return unknown_attribute(machine, obj, name, at)


def _of_plain(machine: Machine, obj: Value, name: str, at: Site) -> Value | None:
    """A method of a constant or a container."""
    kind = type_name(obj)
    dotted = f"{kind}.{name}"
    if dotted in _builtins():
        return Builtin(dotted, obj)
    if name == "__class__":
        return Builtin(kind)
    return unknown_attribute(machine, obj, name, at) if hasattr(PLAIN_TYPES.get(kind, object), name) else None


PLAIN_TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (bool, int, float, complex, str, bytes, list, tuple, set, dict, range, slice, type(None))
}


def type_name(value: Value) -> str:
    """The name of the Python type of a constant or container."""
    if isinstance(value, Const):
        return type(value.value).__name__
    if isinstance(value, Collection):
        return value.kind
    if isinstance(value, Dict):
        return "dict"
    return "range" if isinstance(value, Range) else "object"


GETTERS: dict[type[Value], Getter] = {
    Instance: _of_instance,
    Class: _of_class,
    Super: _of_super,
    ExternalName: _of_extern,
    Unknown: _of_unknown,
    ModuleValue: _of_module,
    Modelled: _of_modelled,
    Function: _of_function,
    BoundMethod: _of_bound_method,
    Partial: _of_partial,
    Builtin: _of_builtin,
}


def set_(machine: Machine, obj: Value, name: str, value: Value, at: Site) -> None:
    """`obj.name = value`."""
    if isinstance(obj, Super):
        obj = obj.receiver
    if isinstance(obj, Instance):
        _set_on_instance(machine, obj, name, value, at)
    elif isinstance(obj, (Class, Modelled)):
        obj.names[name] = value
    elif isinstance(obj, ModuleValue):
        machine.modules.run(machine, obj)
        obj.scope.names[name] = value
    elif isinstance(obj, LibraryObject) and machine.library.set(machine, obj, name, value, at):
        _forget(machine, obj, name)
    else:
        if isinstance(obj, Unknown):
            if machine.library.concerns(name):
                machine.note(f"{name!r} is set on something that cannot be known ({obj.reason})", at)
            machine.library.set_unknown(machine, obj, name, value, at)
        machine.stored_attributes.setdefault(name, {})[machine.keys.of(obj)] = value


def _set_on_instance(machine: Machine, obj: Instance, name: str, value: Value, at: Site) -> None:
    found = classes.lookup(obj.cls.order, name)
    if isinstance(found, Function) and found.binding == "property":
        if found.setter is not None:
            machine.invoke(found.setter, Args([obj, value]), at)
        else:
            machine.note(f"property {name!r} cannot be set", at)
        return
    if obj.foreign is not None and machine.library.set(machine, obj.foreign, name, value, at):
        obj.attributes.pop(name, None)
        return
    obj.attributes[name] = value


def delete(machine: Machine, obj: Value, name: str, at: Site) -> None:
    """`del obj.name`."""
    if isinstance(obj, Instance):
        obj.attributes.pop(name, None)
    elif isinstance(obj, (Class, Modelled)):
        obj.names.pop(name, None)
    _forget(machine, obj, name)


def _forget(machine: Machine, obj: Value, name: str) -> None:
    """What was stored as an attribute of an object that keeps nothing itself is no more."""
    if name in machine.stored_attributes:
        machine.stored_attributes[name].pop(machine.keys.of(obj), None)
