"""Reads `[tool.dropout-lint]` from a pyproject.toml."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from dropout_lint.finding import Confidence
from dropout_lint.selection import FAMILY, near_miss, parse_codes
from dropout_lint.source.ignoring import patterns_of
from dropout_lint.source.project import folder_root
from dropout_lint.source.regular import MAX_SETTINGS, read_regular

NAME = "dropout-lint"
# As the package is imported: a table of this name would be passed over in silence.
_MISSPELT = "dropout_lint"
MAX_VERSION = 1_000
# What every file system takes for the name of a folder.
MAX_ROOT = 255


class BaselineError(Exception):
    """A baseline that cannot be meant; its text says which, and why."""


class ConfigError(ValueError):
    """A configuration that cannot be meant; the text names the file and the key."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table's content, or the defaults; see README for what each key means.

    source: the file it was read from.
    """

    select: tuple[str, ...] = (FAMILY,)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    keras_version: str | None = None
    min_confidence: Confidence = Confidence.LIKELY
    roots: tuple[str, ...] = ()
    source: Path | None = None


def nearest_table(path: Path) -> Table | None:
    """The table that is nearest to a file, from its folder upward; a repository's edge ends the way.

    Args:
        path: a file or a folder, absolute; it need not exist.

    Raises:
        ConfigError: see `read_table`.
    """
    for folder in (path, *path.parents):
        file = folder / "pyproject.toml"
        table = read_table(file) if _is_own(file) else None
        if table is not None:
            return table
        if os.path.exists(folder / ".git"):
            break
    return None


def _is_own(file: Path) -> bool:
    """Whether there is such a file, and no link that leads out of its project."""
    return os.path.isfile(file) and (
        not file.is_symlink() or file.resolve().is_relative_to(folder_root(file))
    )


def read_table(file: Path) -> Table | None:
    """The table of one pyproject.toml; None if it has none.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or the table has an unknown key or a
            bad value.
    """
    try:
        status = os.stat(file)
        return _read(file, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror or error}") from error


@lru_cache(maxsize=256)
def _read(file: Path, _mtime: int, _size: int) -> Table | None:
    """Kept until the file changes."""
    text = read_regular(file, MAX_SETTINGS)
    if not any(name.encode() in text for name in (NAME, _MISSPELT)):
        return None
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        data = tomllib.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, UnicodeDecodeError; nested too deep
        raise ConfigError(f"{file}: not TOML: {error}") from error
    tool = data.get("tool")
    if isinstance(tool, dict) and _MISSPELT in tool:
        raise ConfigError(f"{file}: unknown table [tool.{_MISSPELT}] (did you mean [tool.{NAME}]?)")
    table = tool.get(NAME) if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: tool.{NAME} must be a table")
    values = {_field(file, key): _value(file, key, value) for key, value in table.items()}
    for root in values.get("roots", ()):
        if not os.path.isdir(file.parent / root):
            raise ConfigError(f"{file}: roots in [tool.{NAME}]: there is no folder {root!r}")
    return Table(source=Path(os.path.abspath(file)), **values)


def _field(file: Path, key: str) -> str:
    if key not in KEYS:
        raise ConfigError(f"{file}: unknown key {key!r} in [tool.{NAME}]{near_miss(key, KEYS)}")
    return key.replace("-", "_")


def _value(file: Path, key: str, value: Any) -> Any:
    try:
        return KEYS[key](value)
    except ValueError as error:
        raise ConfigError(f"{file}: {key} in [tool.{NAME}]: {error}") from error


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return tuple(value)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def _patterns(value: Any) -> tuple[str, ...]:
    patterns = _strings(value)
    if patterns:
        patterns_of(patterns)
    return patterns


def _codes(value: Any) -> tuple[str, ...]:
    return parse_codes(_strings(value))


def _per_file(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ValueError("must be a table of patterns and lists of codes")
    _patterns([*value])
    return tuple((pattern, _codes(codes)) for pattern, codes in value.items())


def keras_version(text: Any) -> str:
    """A Keras version or specifier.

    Raises:
        ValueError: it names no Keras version.
    """
    from dropout_lint.keras.behaviour import behaviours

    if len(_string(text)) > MAX_VERSION:
        raise ValueError(f"longer than {MAX_VERSION} characters")
    behaviours(text)
    return str(text)


def _roots(value: Any) -> tuple[str, ...]:
    for root in (roots := _strings(value)):
        if os.path.isabs(root) or os.path.normpath(root).split(os.sep)[0] == os.pardir:
            raise ValueError(f"{root!r} is outside the project")
        if "\0" in root or len(os.fsencode(root)) > MAX_ROOT:
            raise ValueError(f"{root[:50]!r} cannot be the name of a folder")
    return roots


# key -> its value, checked
KEYS: dict[str, Callable[[Any], Any]] = {
    "select": _codes,
    "extend-select": _codes,
    "ignore": _codes,
    "exclude": _patterns,
    "per-file-ignores": _per_file,
    "keras-version": keras_version,
    "min-confidence": lambda value: Confidence.parse(_string(value)),
    "roots": _roots,
}
