"""Files of data that the program opens by a name it writes: `json.load(open("config.json"))`.

What stands in such a file today is what the program is run with today: it is *presumed*, as the default of
an option. The name may be built of `__file__`, `os.path` and `pathlib`: the key of an unknown value says how
it was made. A file that the program itself opens to write says nothing.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Hashable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dropout_lint.interpreter.budget import MAX_ITEMS, fits
from dropout_lint.interpreter.models.interpolation import resolved
from dropout_lint.interpreter.models.namespaces import nested
from dropout_lint.interpreter.values.keys import (
    Attribute,
    Constant,
    Data,
    FilePlace,
    Item,
    Key,
    Opened,
    Operation,
)
from dropout_lint.interpreter.values.kinds import (
    Args,
    Collection,
    Const,
    Dict,
    Presumed,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function

_JOINING = ("os.path.join()", "pathlib.Path()", "/")
_SAME = ("os.path.abspath()", "os.path.realpath()", "os.path.expanduser()", "os.fspath()", "str()")
_SAME_METHODS = ("absolute", "resolve", "expanduser", "as_posix")
_WRITING = frozenset("wax+")
_MAX_DEPTH = 20


def opened(machine: Machine, name: Value | None, mode: Value | None, at: Site) -> Value | None:
    """`open(name)`: the file, which says what it was opened by; None if that cannot be known."""
    path = None if name is None else path_of(machine, name)
    if path is None:
        return None
    if mode is not None and not (isinstance(mode, Const) and _WRITING.isdisjoint(str(mode.value))):
        machine.written.add(path)
        return None
    return machine.unknown("an open file", at, Opened(path, machine.keys.fresh()))


def _open(machine: Machine, args: Args, at: Site) -> Value | None:
    return opened(machine, args.get(0, "file"), args.get(1, "mode"), at)


def method(machine: Machine, function: Unknown, args: Args, at: Site) -> Value | None:
    """What a method of an open file, or of a path, gives; None if it is none that matters."""
    match function.key:
        case Attribute((Opened() | Operation("enter")) as key, "read") if not args.positional:
            return machine.unknown("the text of a file", at, Operation("read", (key,)))
        case Attribute(key, "read_text" | "read_bytes") if (path := _of_key(machine, key)) is not None:
            return machine.unknown("the text of a file", at, Opened(path, machine.keys.fresh()))
        case Attribute(key, "open") if (path := _of_key(machine, key)) is not None:
            return opened(machine, Const(path), args.get(0, "mode"), at)
        case Attribute(key, same) if same in _SAME_METHODS and _of_key(machine, key) is not None:
            return Unknown(function.reason, at, key, function.package)
        case Attribute(key, "with_name" | "joinpath" as way) if _of_key(machine, key) is not None:
            parts = (
                Attribute(key, "parent") if way == "with_name" else key,
                *map(machine.keys.of, args.values()),
            )
            return Unknown(function.reason, at, machine.keys.limited(Operation("/", parts)), function.package)
        case Attribute(key, "write_text" | "write_bytes") if (path := _of_key(machine, key)) is not None:
            machine.written.add(path)
    return None


def load(kind: str, machine: Machine, args: Args, at: Site) -> Value | None:
    """What is in an open file, or in a text that was read of one: `yaml.safe_load(file)`."""
    path = read_by(args.get(0, "stream"))
    return None if path is None else data_of(machine, path, kind, at)


def _load_configuration(machine: Machine, args: Args, at: Site) -> Value | None:
    """`OmegaConf.load("config.yaml")`."""
    source = args.get(0, "file_")
    path = None if source is None else path_of(machine, source)
    found = None if path is None else data_of(machine, path, "yaml", at, interpolated=True)
    return None if found is None else nested(found)


def read_by(value: Value | None) -> str | None:
    """The file that was opened for a value: the open file itself, or its text."""
    return _source(value.key) if isinstance(value, Unknown) else None


def _source(key: Key) -> str | None:
    """The file that was opened for a value with this key."""
    match key:
        case Opened(path):
            return path
        case Operation("enter" | "read", (inner,)):
            return _source(inner)
    return None


def path_of(machine: Machine, value: Value) -> str | None:
    """A path as far as it is known: relative to wherever the program runs, or absolute."""
    if isinstance(value, Const):
        return value.value if isinstance(value.value, str) else None
    return _of_key(machine, value.key) if isinstance(value, Unknown) else None


def _of_key(machine: Machine, key: Key) -> str | None:
    match key:
        case Constant(str(text)):
            return text
        case FilePlace(name):
            files = machine.modules.files
            return str(files.real if files is not None and name == machine.file.path else Path(name))
        case Operation("os.path.dirname()", (inner,)) | Attribute(inner, "parent"):
            path = _of_key(machine, inner)
            return None if path is None else os.path.dirname(path)
        case Operation(same, (inner,)) if same in _SAME:
            return _of_key(machine, inner)
        case Operation("os.environ.get()", (_, default)):
            return _of_key(machine, default)
        case Operation(joining, parts) if joining in _JOINING:
            paths = [_of_key(machine, part) for part in parts]
            known = [path for path in paths if path is not None]
            return posixpath.join(*known) if known and len(known) == len(paths) else None
    return None


def data_of(machine: Machine, path: str, kind: str, at: Site, *, interpolated: bool = False) -> Value | None:
    """What is in a file of the project; None if it is not there, or nobody knows what it will hold."""
    data = contents(machine, path, kind, at)
    if data is None:
        return None
    return as_value(machine, resolved(data) if interpolated else data, path, at)


def contents(machine: Machine, path: str, kind: str, at: Site) -> object:
    """What is in a file of the project, as plain data; None if it is not there, or the program writes it."""
    files = machine.modules.files
    if files is None or path in machine.written:
        return None
    folders = (files.real.parent, files.root, Path(at.file.path).absolute().parent)
    try:
        return files.data.data(path, folders, kind)
    except LookupError:
        return None


def as_value(machine: Machine, data: object, path: str, at: Site) -> Value:
    """Plain data that stands in a file, as a value; unknown where it is too large."""
    return plain_value(machine, data, Data(path), at)


def plain_value(machine: Machine, data: object, key: Key | None, at: Site) -> Value:
    """Plain data as a value; unknown where it is too large.

    Args:
        key: of the place that it comes from, so that it is presumed; None: the program itself says it.
    """
    left = [MAX_ITEMS]
    value = _value(machine, data, key, left, 0, at)
    machine.budget.step((MAX_ITEMS - left[0]) // 16)
    return value if left[0] >= 0 else machine.unknown("data that is too large", at)


def _value(machine: Machine, data: object, key: Key | None, left: list[int], depth: int, at: Site) -> Value:
    """Plain data as values; `left`: how many of these there may still be."""
    left[0] -= 1
    if left[0] < 0 or depth > _MAX_DEPTH:
        return machine.unknown("data that is too large", at)
    inner = partial(_value, machine, left=left, depth=depth + 1, at=at)
    if isinstance(data, dict):
        known = {name: item for name, item in data.items() if isinstance(name, (str, int, float))}
        items: dict[Hashable, Value] = {name: inner(item, _part(key, name)) for name, item in known.items()}
        return Dict(items, complete=len(known) == len(data))
    if isinstance(data, (list, tuple)):
        listed = [inner(item, _part(key, number)) for number, item in enumerate(data)]
        return Collection(listed, "list" if isinstance(data, list) else "tuple")
    if data is None or (isinstance(data, (str, int, float)) and fits(data)):
        return Const(data) if key is None else Presumed(data, machine.keys.limited(key))
    return machine.unknown("data of another kind", at)


def _part(key: Key | None, name: str | int | float) -> Key | None:
    """The key of what stands under a name in something with a key."""
    if key is None or isinstance(key, Data):
        return key and key.part(name)
    return Item(key, Constant(name, type(name).__name__))


def _load_toml(machine: Machine, args: Args, at: Site) -> Value | None:
    """`toml.load("config.toml")`, or of an open file."""
    source = args.get(0, "f")
    path = read_by(source) or (None if source is None else path_of(machine, source))
    return None if path is None else data_of(machine, path, "toml", at)


_TOML = ("toml.loads", "tomli.load", "tomli.loads", "tomllib.load", "tomllib.loads")
FUNCTIONS: dict[str, Function] = {
    "codecs.open": _open,
    "io.open": _open,
    "json.load": partial(load, "json"),
    "omegaconf.OmegaConf.load": _load_configuration,
    "tensorflow.gfile.GFile": _open,
    "tensorflow.io.gfile.GFile": _open,
    "toml.load": _load_toml,
    **dict.fromkeys(_TOML, partial(load, "toml")),
    "yaml.full_load": partial(load, "yaml"),
    "yaml.load": partial(load, "yaml"),
    "yaml.safe_load": partial(load, "yaml"),
    "yaml.unsafe_load": partial(load, "yaml"),
}
