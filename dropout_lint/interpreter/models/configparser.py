"""`configparser`: INI files of the project, whose options are presumed as those of other data files are.

A parser holds its sections, a section its options by the names in the file. Names of options are the same in
capitals and small letters, as Python has them unless the program sets `optionxform`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from dropout_lint.interpreter.models.data_files import data_of, path_of, read_by
from dropout_lint.interpreter.values import folding
from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    Collection,
    Const,
    Dict,
    Modelled,
    Presumed,
    Site,
    Value,
    boolean,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function, Method

PARSER = "configparser.ConfigParser"
SECTION = "configparser.SectionProxy"
_DEFAULT = "DEFAULT"
# Arguments that say nothing about how a file without interpolations is read.
_HARMLESS = frozenset({"allow_no_value", "interpolation", "strict"})
_TRUTHS = {
    "1": True,
    "yes": True,
    "true": True,
    "on": True,
    "0": False,
    "no": False,
    "false": False,
    "off": False,
}
_CONVERSIONS: dict[str, Callable[[str], Any]] = {
    "getint": int,
    "getfloat": float,
    "getboolean": lambda text: _TRUTHS[text.lower()],
}
_CHANGES = (
    "add_section", "clear", "pop", "popitem", "read_dict", "read_string", "remove_option", "remove_section",
    "setdefault", "update",
)  # fmt: skip


def _make(machine: Machine, args: Args, at: Site) -> Value | None:
    harmless = args.complete and not args.positional and args.keywords.keys() <= _HARMLESS
    return Modelled(PARSER) if harmless else None


# --- reading files


def _read(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    """`parser.read("settings.ini")`: one that is not there is passed over, and may be there tomorrow."""
    names = args.get(0, "filenames")
    listed = names.items if isinstance(names, Collection) and names.complete else [names]
    for name in listed:
        _take(machine, parser, None if name is None else path_of(machine, name), at)
    return machine.unknown("the files that were read", at)


def _read_file(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    _take(machine, parser, read_by(args.get(0, "f") or args.get(None, "fp")), at)
    return NONE


def _take(machine: Machine, parser: Modelled, path: str | None, at: Site) -> None:
    found = None if path is None else data_of(machine, path, "ini", at)
    if not isinstance(found, Dict) or not found.complete:
        _forget(machine, parser, args=Args(), at=at)
        return
    for name, options in found.items.items():
        if not isinstance(name, str) or not isinstance(options, Dict):
            continue
        old = parser.names.setdefault(name, Modelled(SECTION, {}, parser.complete))
        if isinstance(old, Modelled):
            for option, value in options.items.items():
                _store(old, str(option), _plain(machine, value, at))


def _plain(machine: Machine, value: Value, at: Site) -> Value:
    """An option's text; unknown where something is put into it."""
    text = value.value if isinstance(value, Const) else ""
    filled = isinstance(text, str) and ("%" in text or "$" in text)
    return machine.unknown("an option that others are put into", at) if filled else value


def _store(section: Modelled, option: str, value: Value) -> None:
    """Sets an option; where another one has its name in other letters, it is not known which counts."""
    same = [name for name in section.names if name.lower() == option.lower() and name != option]
    for name in same:
        del section.names[name]
    section.names[option] = value


def _forget(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    """Something happened to the parser or section of which nothing is known."""
    for section in parser.names.values():
        if isinstance(section, Modelled):
            section.names.clear()
            section.complete = False
    parser.names.clear()
    parser.complete = False
    return None


# --- asking


def _option(section: Value | None, name: Value | None) -> Value | None:
    """What stands under a name in a section; None if nothing does, or that cannot be known."""
    if not isinstance(section, Modelled) or not isinstance(name, Const):
        return None
    wanted = str(name.value).lower()
    found = [value for option, value in section.names.items() if option.lower() == wanted]
    return found[0] if found else None


def _section(parser: Modelled, name: Value | None) -> Value | None:
    return parser.names.get(name.value) if isinstance(name, Const) and isinstance(name.value, str) else None


def _lacks(holder: Value | None) -> bool:
    """Whether what is not found in a section is certainly not there."""
    return isinstance(holder, Modelled) and holder.kind == SECTION and holder.complete


def _converted(machine: Machine, value: Value | None, method: str, at: Site) -> Value | None:
    convert = _CONVERSIONS.get(method)
    if convert is None or not isinstance(value, Const) or not isinstance(value.value, str):
        return value if convert is None else None
    text = value.value
    result = folding.attempt(lambda: convert(text))
    if result is None or not isinstance(value, Presumed):
        return result
    return Presumed(result.value, machine.keys.operation(f"{method}()", value))


def _get(method: str, machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    """`parser.get(section, option, fallback=...)`, `parser.getint(...)` and so on."""
    section = _section(parser, args.get(0, "section"))
    found = _option(section, args.get(1, "option"))
    if found is None and (_lacks(section) or (section is None and parser.complete)):
        return args.keywords.get("fallback")
    known = args.complete and args.keywords.keys() <= {"section", "option", "fallback", "raw"}
    return _converted(machine, found, method, at) if known else None


def _get_here(method: str, machine: Machine, section: Modelled, args: Args, at: Site) -> Value | None:
    """`parser["model"].get(option, fallback)`, `.getint(...)` and so on."""
    found = _option(section, args.get(0, "option"))
    if found is None and _lacks(section):
        return args.get(1, "fallback") or NONE
    return _converted(machine, found, method, at) if args.complete else None


def _item(machine: Machine, section: Modelled, args: Args, at: Site) -> Value | None:
    return _option(section, args.get(0, "key"))


def _set(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    section = _section(parser, args.get(0, "section"))
    option, value = args.get(1, "option"), args.get(2, "value")
    if not isinstance(section, Modelled) or not isinstance(option, Const) or value is None:
        return _forget(machine, parser, args, at)
    _store(section, str(option.value), _plain(machine, value, at))
    return NONE


def _sections(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    if not parser.complete:
        return None
    named = [name for name, held in parser.names.items() if isinstance(held, Modelled) and name != _DEFAULT]
    return Collection([Const(name) for name in named])


def _has_option(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    section = _section(parser, args.get(0, "section"))
    found = _option(section, args.get(1, "option"))
    return boolean(found is not None) if found is not None or _lacks(section) else None


def _contains(machine: Machine, section: Modelled, args: Args, at: Site) -> Value | None:
    """`"rate" in parser["model"]`."""
    found = _option(section, args.get(0, "key")) is not None
    return boolean(found) if found or section.complete else None


def _items(machine: Machine, parser: Modelled, args: Args, at: Site) -> Value | None:
    """`parser.items("model")`: pairs."""
    section = _section(parser, args.get(0, "section"))
    options = _as_dict(section, kept="optionxform" in parser.names)
    return (
        None if options is None else machine.invoke(machine.get_attribute(options, "items", at), Args(), at)
    )


def _as_dict(section: Value | None, kept: bool = False) -> Dict | None:
    """A section's options; None where not all are known.

    Args:
        section: what may be one.
        kept: whether the capitals of names are; a section alone cannot tell.
    """
    if not isinstance(section, Modelled) or not section.complete:
        return None
    known = kept or all(name == name.lower() for name in section.names)
    made = Dict({})
    made.items.update(section.names)
    return made if known else None


def _of_dict(name: str, machine: Machine, section: Modelled, args: Args, at: Site) -> Value | None:
    """`parser["model"].items()`, `.keys()`, `.values()`."""
    options = _as_dict(section)
    return None if options is None else _asked(machine, options, name, args, at)


def _asked(machine: Machine, options: Dict, name: str, args: Args, at: Site) -> Value:
    return machine.invoke(machine.get_attribute(options, name, at), args, at)


_MAKERS = ("ConfigParser", "RawConfigParser", "SafeConfigParser")
_MODULES = ("configparser", "ConfigParser", "six.moves.configparser", "backports.configparser")

FUNCTIONS: dict[str, Function] = {f"{module}.{name}": _make for module in _MODULES for name in _MAKERS}
METHODS: dict[str, Method] = {
    f"{PARSER}.read": _read,
    f"{PARSER}.read_file": _read_file,
    f"{PARSER}.readfp": _read_file,
    f"{PARSER}.sections": _sections,
    f"{PARSER}.set": _set,
    f"{PARSER}.has_option": _has_option,
    f"{PARSER}.items": _items,
    f"{SECTION}.__getitem__": _item,
    f"{SECTION}.__contains__": _contains,
    f"{SECTION}.__iter__": partial(_of_dict, "keys"),
    **{f"{SECTION}.{name}": partial(_of_dict, name) for name in ("items", "keys", "values")},
    **{f"{PARSER}.{name}": partial(_get, name) for name in ("get", *_CONVERSIONS)},
    **{f"{SECTION}.{name}": partial(_get_here, name) for name in ("get", *_CONVERSIONS)},
    **{f"{kind}.{name}": _forget for kind in (PARSER, SECTION) for name in _CHANGES},
}
