"""Data of the project that its programs read: JSON, YAML, TOML and INI, of bounded size, never outside of it.

YAML is read by PyYAML, which nearly all programs use: that a file says to the linter what it says to them
(`yes` is true, and `1e-3` a text) counts for more than a newer standard.
"""

from __future__ import annotations

import configparser
import itertools
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath

from dropout_lint.source import reads
from dropout_lint.source.model_files import configuration
from dropout_lint.source.regular import read_regular

MAX_JSON = 256_000
# PyYAML reads some 100 kB in a second.
MAX_YAML = 64_000
# What aliases and merges make of a few lines may be as large as one likes.
MAX_PAIRS = 10_000
# For each bracket PyYAML looks at all that are open: 3,000 in each other take 14 s.
MAX_BRACKETS = 100
# `# @package _global_`: only such lines may stand before it (read in hydra 1.3).
_PACKAGE = re.compile(rb"(?:\s*#[ \t]*@[^\n]*\n)*?\s*#[ \t]*@package[ \t]+([\w.]+)")


_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
# Of an absolute name: no project lies deeper.
_MAX_FOLDERS = 40


class DataFiles:
    """The data files that programs of one project read, each once.

    Args:
        root: the project's folder, symbolic links resolved; nothing outside of it is read.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[tuple[Path, str], object] = {}

    def data(self, name: str, folders: Iterable[Path], kind: str) -> object:
        """What is in a file.

        Args:
            name: as the program names it; a relative one is looked for in each of the folders, one of another
                machine ("/elsewhere/project/models/base.h5") by as much of its end as the project has.
            kind: "json", "toml", "yaml", "hydra": YAML, with the package that the file's first lines name,
                "ini": each section with its options, those of [DEFAULT] among them; or "model": the
                `ModelFile` of a `.keras` or `.h5` file.

        Raises:
            LookupError: there is no such file, or several, or it cannot be read as that.
        """
        folders = list(folders)
        for ending in _endings(name):
            found = {path for folder in folders if (path := self._inside(folder, ending)) is not None}
            if found:
                break
        if len(found) != 1:
            raise LookupError(f"{len(found)} files are called {name}")
        [path] = found
        if (path, kind) not in self._read:
            self._read[path, kind] = _parsed(path, kind)
        content = self._read[path, kind]
        if isinstance(content, LookupError):
            raise content
        return content

    def _inside(self, folder: Path, name: str) -> Path | None:
        try:
            # As it is written: the links on the way may lead elsewhere later.
            reads.note(os.path.abspath(folder / name))
            path = Path(os.path.realpath(folder / name))
            return path if path.is_relative_to(self._root) and path.is_file() else None
        except (OSError, ValueError):  # a name that is too long, or has a null character
            return None


def _endings(name: str) -> list[str]:
    """A name and, if it begins at the root of a file system, its ends of at least a folder and a file."""
    kind = PureWindowsPath if _DRIVE.match(name) else PurePosixPath
    parts = kind(name).parts[1:] if kind(name).is_absolute() else ()
    return [name, *("/".join(parts[first:]) for first in range(1, min(len(parts) - 1, _MAX_FOLDERS)))]


def _parsed(path: Path, kind: str) -> object:
    """The data, or the LookupError that says why there is none."""
    try:
        if kind == "model":
            return configuration(path)
        return _READERS[kind](read_regular(path, MAX_JSON if kind == "json" else MAX_YAML))
    except (OSError, ValueError, RecursionError) as error:
        return LookupError(f"{path.name}: {type(error).__name__}")


def _of_hydra(content: bytes) -> object:
    package = _PACKAGE.match(content)
    return {"package": package and package[1].decode(), "data": _of_yaml(content)}


def _of_toml(content: bytes) -> object:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    if _brackets(content) > MAX_BRACKETS:
        raise ValueError("nested too deep")
    return tomllib.loads(content.decode())


def _of_ini(content: bytes) -> object:
    """Names of options as they are written: whether capitals count is the program's choice."""
    parser = configparser.RawConfigParser(allow_no_value=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(content.decode())
    except configparser.Error as error:
        raise ValueError("not INI") from error
    if len(parser.sections()) * len(parser.defaults()) > MAX_PAIRS:
        raise ValueError("defaults for too many sections")
    return {section: dict(parser.items(section)) for section in [*parser.sections(), parser.default_section]}


def _brackets(content: bytes) -> int:
    """How many brackets are open at once, at most; those in texts count as well."""
    steps = (1 if one in b"[{" else -1 for one in content if one in b"[]{}")
    # Those that close what is not open stand in texts, and close nothing.
    return max(itertools.accumulate(steps, lambda depth, step: max(depth + step, 0)), default=0)


def _of_yaml(content: bytes) -> object:
    import yaml

    if _brackets(content) > MAX_BRACKETS:
        raise ValueError("nested too deep")

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        """Makes plain data, and no more of it than it may."""

        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            """Takes in what `<<` names."""
            super().flatten_mapping(node)
            if len(node.value) > MAX_PAIRS:
                raise ValueError("merges that never end")

    try:
        data: object = Loader(content).get_single_data()
        return data
    except yaml.YAMLError as error:
        raise ValueError("not YAML") from error


_READERS: dict[str, Callable[[bytes], object]] = {
    "hydra": _of_hydra,
    "ini": _of_ini,
    "json": json.loads,
    "toml": _of_toml,
    "yaml": _of_yaml,
}
