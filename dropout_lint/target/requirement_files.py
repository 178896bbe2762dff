"""The files in which a project says what it requires, read for Keras and TensorFlow only."""

from __future__ import annotations

import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from dropout_lint.source import reads
from dropout_lint.source.regular import read_regular
from dropout_lint.target import setup_script as requirements_setup
from dropout_lint.target.specifiers import PACKAGES, Entry, from_poetry

MAX_BYTES = 1_000_000
# Of Keras and TensorFlow in one file; files in one tree of includes, also those that are not there; and
# dependency groups. No project has as many.
MAX_ENTRIES = 500
MAX_INCLUDES = 100
MAX_GROUPS = 100
LOCKS = ("Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock")
DECLARATIONS = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
REQUIREMENTS = "requirements*.txt"

# Most lines are about other packages and need no parsing.
_RELEVANT = re.compile(r"keras|tensorflow|tf[-_.]nightly", re.IGNORECASE)
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """What a file says.

    Args:
        groups: lists of requirements; the first always holds, each other one is an addition that
            some environments have (an extra, a dependency group).
        includes: the files that it includes, as they are written.
        trouble: why it could not be read; empty if it could.
    """

    groups: tuple[tuple[Entry, ...], ...] = ()
    includes: tuple[str, ...] = ()
    trouble: str = ""


def read(path: Path, root: Path) -> Parsed | None:
    """Reads a file of requirements; each state of it (time, size) is read once per process.

    Returns:
        what it says; None where there is no such file inside `root`, symbolic links followed.
        A file that is too large or malformed says nothing, and `trouble` tells why.
    """
    reads.note(path)
    try:
        real = path.resolve(strict=True)
        status = real.stat()
    except (OSError, RuntimeError, ValueError):  # a loop of links; a name with a null character
        return None
    if not stat.S_ISREG(status.st_mode) or not real.is_relative_to(root):
        return None
    return _read(path, real, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1024)
def _read(path: Path, real: Path, mtime_ns: int, size: int) -> Parsed:
    if size > MAX_BYTES:
        return Parsed(trouble="it is larger than 1 MB")
    parse = _PARSERS.get(path.name, _requirements)
    from configparser import Error

    try:
        text = read_regular(real, MAX_BYTES).decode("utf-8-sig", errors="replace")
        parsed = parse(text, path)
    except RecursionError:
        return Parsed(trouble="it is nested too deeply")
    except (OSError, ValueError, Error) as error:
        return Parsed(trouble=" ".join(str(error).split())[:100] or "it is malformed")
    if sum(map(len, parsed.groups)) > MAX_ENTRIES:
        return Parsed(trouble=f"it has more than {MAX_ENTRIES} requirements of Keras")
    return _with_lines(parsed, text)


def _with_lines(parsed: Parsed, text: str) -> Parsed:
    """Each requirement with its line: looked up when it is known that they are few."""
    groups = (tuple(_located(entry, text) for entry in group) for group in parsed.groups)
    return replace(parsed, groups=tuple(groups))


def _located(entry: Entry, text: str) -> Entry:
    if not entry.pattern:
        return entry
    found = re.search(entry.pattern, text, re.MULTILINE)
    return replace(entry, line=text.count("\n", 0, found.end()) + 1) if found else entry


def requirements_tree(path: Path, root: Path) -> Iterator[tuple[Path, Parsed]]:
    """A file and all that it includes (`-r`, `-c`) inside `root`, each once."""
    waiting = [path]
    seen: set[Path] = set()
    for current in islice(waiting, MAX_INCLUDES):  # it grows meanwhile
        parsed = read(current, root)
        if parsed is None or (real := current.resolve()) in seen:
            continue
        seen.add(real)
        yield current, parsed
        included = (current.parent / name for name in parsed.includes[:MAX_INCLUDES])
        waiting += [other for other in included if other not in waiting]


# One parser for each kind of file: text and path in; what it says out; ValueError or
# configparser.Error if it is malformed.


def _requirements(text: str, path: Path) -> Parsed:
    entries, includes = [], []
    for number, line in _logical_lines(text):
        if option := re.match(r"(?:-r|-c|--requirement|--constraint)[\s=]*(?P<name>.+)", line):
            name = option["name"].strip().strip("\"'")
            if "://" not in name:
                includes.append(name)
        elif entry := entry_of(re.split(r"\s--?[a-zA-Z]", line)[0], path, number):
            entries.append(entry)
    return Parsed((tuple(entries),), tuple(includes))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, continuations joined, with the number of the first."""
    pending, start = "", 0
    for number, line in enumerate(_NEWLINE.split(text), 1):
        start = start or number
        comment = re.match(r"\s*#", line) is not None
        if line.endswith("\\") and not comment:
            pending += line[:-1]
            continue
        whole = re.sub(r"(^|\s)#.*$", "", pending + line).strip()
        if whole:
            yield start, whole
        pending, start = "", 0
    if pending.strip():
        yield start, pending.strip()


def _pyproject(text: str, path: Path) -> Parsed:
    data = _toml(text)
    project = _table(data.get("project"))
    poetry = _table(_table(data.get("tool")).get("poetry"))
    base = [*_quoted(project.get("dependencies"), path)]
    base += _constraints(poetry.get("dependencies"), path)
    extras, own = _table(project.get("optional-dependencies")), _table(data.get("dependency-groups"))
    if len(own) > MAX_GROUPS:
        raise ValueError(f"it has more than {MAX_GROUPS} dependency groups")
    groups = [tuple(_quoted(names, path)) for names in extras.values()]
    groups += [tuple(_quoted(_members(name, own), path)) for name in own]
    tables = [_table(group).get("dependencies") for group in _table(poetry.get("group")).values()]
    groups += [tuple(_constraints(table, path)) for table in (*tables, poetry.get("dev-dependencies"))]
    return Parsed((tuple(base), *groups))


def _members(name: str, groups: dict[str, Any]) -> list[object]:
    """What is in a dependency group, with the groups that it includes."""
    members: list[object] = []
    waiting, seen = [name], set()
    while waiting:
        current = waiting.pop()
        if current in seen or not isinstance(groups.get(current), list):
            continue
        seen.add(current)
        members += groups[current]
        included = (_table(member).get("include-group") for member in groups[current])
        waiting += [other for other in included if isinstance(other, str)]
    return members


def _pipfile(text: str, path: Path) -> Parsed:
    data = _toml(text)
    # Besides [packages] and [dev-packages], each table but these is a category of packages.
    others = [k for k in data if k not in ("packages", "source", "requires", "scripts", "pipenv", "pipfile")]
    names = ("packages", *others)
    return Parsed(tuple(tuple(_constraints(data.get(name), path)) for name in names))


def _toml_lock(text: str, path: Path) -> Parsed:
    """poetry.lock, uv.lock, pdm.lock: one version for each environment that needs its own."""
    entries: list[Entry] = []
    packages = _toml(text).get("package")
    for package in packages if isinstance(packages, list) else ():
        name, version = _table(package).get("name"), _table(package).get("version")
        if isinstance(name, str) and isinstance(version, str):
            entries += _locked(name, f"=={version}", path, rf'^name *= *"{re.escape(name)}"')
    return Parsed((tuple(entries),))


def _pipfile_lock(text: str, path: Path) -> Parsed:
    import json

    groups = []
    data = _table(json.loads(text))
    for section in ("default", *(key for key in data if key not in ("default", "_meta"))):
        entries: list[Entry] = []
        for name, package in _table(data.get(section)).items():
            version = _table(package).get("version")
            if isinstance(version, str):
                entries += _locked(name, version, path, rf'^[ \t]*"{re.escape(name)}" *:')
        groups.append(tuple(entries))
    return Parsed(tuple(groups))


def _setup_cfg(text: str, path: Path) -> Parsed:
    from configparser import RawConfigParser

    parser = RawConfigParser(strict=False)
    parser.read_string(text)
    groups = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        groups += [value for _, value in parser.items("options.extras_require")]
    return Parsed(tuple(tuple(_listed(group, path)) for group in groups))


def _setup_py(text: str, path: Path) -> Parsed:
    if not _RELEVANT.search(text):
        return Parsed()
    groups = [
        [entry_of(r, path, line) for r, line in group] for group in requirements_setup.requirements(text)
    ]
    return Parsed(tuple(tuple(entry for entry in group if entry is not None) for group in groups))


_PARSERS: dict[str, Callable[[str, Path], Parsed]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "Pipfile": _pipfile,
    "Pipfile.lock": _pipfile_lock,
    "poetry.lock": _toml_lock,
    "uv.lock": _toml_lock,
    "pdm.lock": _toml_lock,
}


def entry_of(text: str, path: Path, line: int | None) -> Entry | None:
    """A PEP 508 requirement; None if it is malformed or of another package."""
    if not _RELEVANT.search(text):
        return None
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    package = canonicalize_name(requirement.name)
    if package not in PACKAGES:
        return None
    shown = text.split(";")[0].strip()
    conditional = requirement.marker is not None
    return Entry(package, (str(requirement.specifier),), conditional, shown, path, line)


def _quoted(texts: object, path: Path) -> Iterator[Entry]:
    """The requirements of a TOML list of strings."""
    for requirement in texts if isinstance(texts, list) else ():
        if isinstance(requirement, str) and (entry := entry_of(requirement, path, None)):
            yield replace(entry, pattern=rf"[\"']{re.escape(requirement)}[\"']")


def _listed(value: str, path: Path) -> Iterator[Entry]:
    """The requirements of a setup.cfg value, one in a line."""
    for line in _NEWLINE.split(value):
        requirement = re.sub(r"(^|\s)#.*$", "", line).strip()
        if entry := entry_of(requirement, path, None):
            yield replace(entry, pattern=rf"^[^#\n]*{re.escape(requirement)}[ \t]*(?:#.*)?$")


def _constraints(table: object, path: Path) -> Iterator[Entry]:
    """The requirements of a table from name to constraint, as Poetry and Pipenv write them."""
    for name, value in _table(table).items():
        package = canonicalize_name(name)
        if package not in PACKAGES:
            continue
        pattern = rf"^[ \t]*[\"']?{re.escape(name)}[\"']?\s*="
        variants = value if isinstance(value, list) else [value]
        for variant in variants:
            details = _table(variant)
            version = details.get("version", "*") if details else variant
            if not isinstance(version, str):
                continue
            conditional = len(variants) > 1 or any(k in details for k in ("markers", "python", "optional"))
            shown = f"{name} = {version}"
            yield Entry(package, _translated(version), conditional, shown, path, None, pattern)


def _translated(constraint: str) -> tuple[str, ...]:
    try:
        return from_poetry(constraint)
    except ValueError:
        return ()


def _locked(name: str, specifier: str, path: Path, pattern: str) -> Iterable[Entry]:
    package = canonicalize_name(name)
    if package in PACKAGES:
        # Conditional: several versions in one lock are for different environments.
        yield Entry(package, (specifier,), True, f"{name}{specifier}", path, None, pattern)


def _toml(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
