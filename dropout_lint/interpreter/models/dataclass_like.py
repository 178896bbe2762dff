"""Classes that Python completes by itself: dataclasses, named tuples and enums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.syntax.walk import dotted_text
from dropout_lint.interpreter.values.classes import linearised
from dropout_lint.interpreter.values.kinds import (
    Args,
    Builtin,
    Class,
    Collection,
    Const,
    Dict,
    ExternalName,
    Function,
    Instance,
    Parameter,
    Partial,
    Site,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Method
    from dropout_lint.source.text import SourceFile

FIELDS = "__dataclass_fields__"
FACTORY = "dataclass factory"
"""The name of the builtin that marks a default as made anew for each instance."""

DECORATORS = frozenset({"dataclasses.dataclass", "attr.s", "attr.dataclass", "attrs.define", "attr.define"})
NAMED_TUPLES = frozenset({"typing.NamedTuple"})
ENUMS = frozenset({"enum.Enum", "enum.Flag"})
# Their members equal plain constants, as those of `class E(str, Enum)` do.
CONSTANT_ENUMS = frozenset({"enum.IntEnum", "enum.IntFlag", "enum.StrEnum"})


def is_dataclass_decorator(value: Value) -> bool:
    """Whether a decorator is `@dataclass` or `@dataclass(...)`."""
    if isinstance(value, Partial):
        value = value.function
    return isinstance(value, ExternalName) and value.dotted in DECORATORS


def complete(machine: Machine, cls: Class, decorators: Sequence[Value], node: cst.ClassDef) -> None:
    """Adds to a class what its decorators and bases imply."""
    dotted = {base.dotted for base in cls.bases if isinstance(base, ExternalName)}
    if dotted & NAMED_TUPLES or any(is_dataclass_decorator(item) for item in decorators):
        fields: list[Value] = [Const(name) for name in _annotated_names(node)]
        cls.names[FIELDS] = Collection(fields, "tuple")
    if dotted & ENUMS and len(cls.bases) == 1:
        _make_members(cls)


def named_tuple(name: str, fields: Sequence[str], defaults: Sequence[Value], file: SourceFile) -> Class:
    """The class that `collections.namedtuple(name, fields, defaults=defaults)` makes."""
    node = cst.ClassDef(cst.Name("NamedTuple"), cst.IndentedBlock([]))
    names: dict[str, Value] = dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=False))
    listed: list[Value] = [Const(field) for field in fields]
    names[FIELDS] = names["_fields"] = Collection(listed, "tuple")
    made = Class(name, node, (ExternalName("typing.NamedTuple"),), names, file)
    made.order = linearised(made)
    return made


def elements(instance: Instance) -> list[Value] | None:
    """The items of a named tuple, in order; None for an object of another class."""
    bases = {
        base.dotted for one in instance.cls.mro() for base in one.bases if isinstance(base, ExternalName)
    }
    listed = fields(instance.cls) if bases & NAMED_TUPLES else None
    if listed is None:
        return None
    found = [instance.attributes.get(parameter.name) for parameter in listed]
    known = [value for value in found if value is not None]
    return known if len(known) == len(found) else None


def _replace(machine: Machine, obj: Instance, args: Args, at: Site) -> Value | None:
    """`stage._replace(units=3)`: a new one with some other items."""
    if not args.complete:
        return None
    return Instance(obj.cls, {**obj.attributes, **args.keywords}, obj.foreign)


def _as_dict(machine: Machine, obj: Instance, args: Args, at: Site) -> Value | None:
    return Dict(dict(obj.attributes.items()))


METHODS: dict[str, Method] = {"namedtuple._replace": _replace, "namedtuple._asdict": _as_dict}


def is_enum(cls: Class) -> bool:
    """Whether calling the class looks a member up."""
    bases = {base.dotted for one in cls.mro() for base in one.bases if isinstance(base, ExternalName)}
    return not bases.isdisjoint(ENUMS | CONSTANT_ENUMS)


def _annotated_names(node: cst.ClassDef) -> Iterator[str]:
    for line in node.body.body:
        parts = line.body if isinstance(line, cst.SimpleStatementLine) else []
        for part in parts:
            if isinstance(part, cst.AnnAssign) and isinstance(part.target, cst.Name):
                annotation = part.annotation.annotation
                start = annotation.value if isinstance(annotation, cst.Subscript) else annotation
                if (dotted_text(start) or "").rpartition(".")[2] != "ClassVar":
                    yield part.target.value


def _make_members(cls: Class) -> None:
    for name, value in list(cls.names.items()):
        if not name.startswith("_") and not isinstance(value, (Function, Class)):
            cls.names[name] = Instance(cls, {"name": Const(name), "value": value})


def fields(cls: Class) -> tuple[Parameter, ...] | None:
    """The parameters of the generated `__init__`; None for a class that has none."""
    found: dict[str, Parameter] = {}
    generated = False
    for one in reversed(list(cls.mro())):
        listed = one.names.get(FIELDS)
        if not isinstance(listed, Collection):
            continue
        generated = True
        for item in listed.items:
            if isinstance(item, Const):
                found[item.value] = Parameter(item.value, "normal", one.names.get(item.value))
    return tuple(found.values()) if generated else None


def fill(machine: Machine, instance: Instance, names: dict[str, Value], at: Site) -> None:
    """Runs the generated `__init__` with its parameters bound."""
    for name, value in names.items():
        marker = value.function if isinstance(value, Partial) else None
        if isinstance(value, Partial) and isinstance(marker, Builtin) and marker.name == FACTORY:
            value = machine.invoke(value.args.positional[0], Args(), at)
        machine.set_attribute(instance, name, value, at)
    after = machine.find_method(instance, "__post_init__")
    if after is not None:
        machine.invoke(after, Args(), at)


def field(machine: Machine, args: Args, at: Site) -> Value:
    """`dataclasses.field(...)`: the default it stands for."""
    factory = args.get(None, "default_factory")
    if factory is not None:
        return Partial(Builtin(FACTORY), Args([factory]))
    default = args.get(None, "default")
    return machine.unknown("a field without a default", at) if default is None else default
