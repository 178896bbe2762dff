"""The project's own modules, found and read on disk; never imported, and never outside of the project."""

from __future__ import annotations

import os
import re
import sys
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from dropout_lint.screening.lazy_definitions import parsed_lines, parts_of
from dropout_lint.source import reads
from dropout_lint.source.data_files import DataFiles
from dropout_lint.source.project import project_root
from dropout_lint.source.reading import decode, is_notebook, program_of
from dropout_lint.source.regular import MAX_NOTEBOOK, read_regular
from dropout_lint.source.text import SourceFile

MAX_BYTES = 1_000_000
# `sys.path.append("../lib")`, `sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))`
_PATH_ENTRY = re.compile(r"""sys\.path\.(?:append|insert)\([^"'\n]*["']([^"'\n\0]{1,200})["']""")
# Of a dotted name; no project has packages as deep.
MAX_PARTS = 50
# How many folders above a file are looked into for what it imports.
MAX_ABOVE = 40
# What one file may make the linter read: beyond it, imports are opaque.
MAX_FOLLOWED_LINES = 10_000
# Trees kept for the next file of the same process; libcst's trees take 1 to 2 kB a line.
MAX_KEPT_LINES = 30_000
ASKED_BETWEEN = 32


Imports = tuple[tuple[int, str], ...]
"""The number of leading dots and the dotted name of each import of a text."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an import names: a file, or the folder of a namespace package.

    name: its absolute dotted name as far as it is known (that of a relative import is relative
        to the importer's package).
    """

    name: str
    path: Path


def is_python(dotted: str) -> bool:
    """Whether an absolute import asks for a module of the standard library."""
    return dotted.partition(".")[0] in sys.stdlib_module_names


class _Kept:
    """The files read by this process, the most recently used ones."""

    def __init__(self) -> None:
        self._files: OrderedDict[Path, tuple[tuple[int, int], SourceFile]] = OrderedDict()
        self._asked = 0

    def get(self, path: Path) -> SourceFile:
        """The file as it is now. Raises OSError, SyntaxError."""
        reads.note(path)
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._files.get(path)
        if known is None or known[0] != stamp:
            most = MAX_NOTEBOOK if is_notebook(path) else MAX_BYTES
            file = program_of(decode(read_regular(path, most), path), str(path))
            known = self._files[path] = (stamp, file)
        self._files.move_to_end(path)
        self._asked += 1
        if self._asked % ASKED_BETWEEN == 0:  # trees come later, and counting them takes its time
            self._forget()
        return known[1]

    def _forget(self) -> None:
        lines = sum(parsed_lines(file) for _, file in self._files.values())
        while lines > MAX_KEPT_LINES and len(self._files) > 1:
            _, (_, file) = self._files.popitem(last=False)
            lines -= parsed_lines(file)


_KEPT = _Kept()


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the folders of a project hold for the scripts of one folder.

    Args:
        imports: what an import means: (dotted name, level, the importer's folder).
        places: what lies at a path without its ending, under a dotted name.
        starts: where absolute imports of the files in a folder are looked for.
        listed: the names in a folder.
        targets: by the path of a file, what it imports, and the files of the project that this means.
    """

    imports: dict[tuple[str, int, str], Found | None] = field(default_factory=dict)
    places: dict[tuple[str, str], Found | None] = field(default_factory=dict)
    starts: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    listed: dict[str, frozenset[str]] = field(default_factory=dict)
    targets: dict[str, tuple[Imports, tuple[str, ...]]] = field(default_factory=dict)


_shared: dict[tuple[object, ...], _Looked] | None = None


@contextmanager
def one_look() -> Iterator[None]:
    """The folders of projects are looked at once for all that is analysed inside.

    For the run of a command, not for a process that lives on.
    """
    global _shared
    before, _shared = _shared, {}
    try:
        yield
    finally:
        _shared = before


class ModuleFiles:
    """The modules that the program in one file can import.

    Args:
        path: the file; it need not exist (an editor's unsaved text).
        roots: more folders that hold modules, relative to the project's root.
    """

    def __init__(self, path: Path, roots: Sequence[str] = ()) -> None:
        self.path = path.absolute()
        self._roots = roots
        self._read: dict[Path, SourceFile | None] = {}
        # By the id of the file, which is held on to: whether it is followed.
        self._taken: dict[int, tuple[SourceFile, bool]] = {}
        # What was asked: (dotted name, level, the importer). Each run asks again.
        self._answers: dict[tuple[str, int, str], Found | None] = {}
        self._ways: dict[tuple[str, int, str], tuple[Found | None, ...]] = {}
        self._paths: dict[str, Path] = {}
        self._lines = 0
        # Whether importing a module does something to others; see `source.effects`.
        self.effects: dict[Path, bool] = {}

    @cached_property
    def real(self) -> Path:
        """The file itself, symbolic links resolved."""
        return self.path.resolve()

    @cached_property
    def root(self) -> Path:
        """The project's folder; nothing outside of it is read."""
        return project_root(self.path)

    @cached_property
    def _looked(self) -> _Looked:
        if _shared is None:
            return _Looked()
        return _shared.setdefault(
            (self.root, self.real.parent, (*self._roots, *self._path_entries)), _Looked()
        )

    @property
    def targets(self) -> dict[str, tuple[Imports, tuple[str, ...]]]:
        """What files import; for those who look at their texts. See `_Looked`."""
        return self._looked.targets

    @cached_property
    def data(self) -> DataFiles:
        """The project's files of data."""
        return DataFiles(self.root)

    @cached_property
    def _installed(self) -> bool:
        return self.root.name in ("site-packages", "dist-packages")

    @cached_property
    def _package(self) -> str:
        return self.real.relative_to(self.root).parts[0] if self.root in self.real.parents else ""

    def folders(self, importer: Path) -> tuple[Path, ...]:
        """Where absolute imports in a file are looked for, as Python would if the file of this object
        were run: beside that script, around the topmost package of the importer, in the project's folder,
        its `src`, and what the settings and the script itself (`sys.path.append("../lib")`) add.

        Whoever runs a package's module as a script, or runs another script, sees more: the folders
        of the importer, up to the project's.
        """
        around = importer.parent
        while (around / "__init__.py").is_file() and around != self.root:
            around = around.parent
        added = ("src", *self._roots) if self._roots or (self.root / "src").exists() else ()
        script = self.real.parent
        first = () if (script / "__init__.py").is_file() else (script,)
        told = (Path(os.path.realpath(self.root / name)) for name in added)
        above = (importer.parent, *importer.parent.parents)[:MAX_ABOVE]
        found = dict.fromkeys((*first, around, self.root, *self._path_entries, *told, *above, script))
        return tuple(folder for folder in found if folder == self.root or self.root in folder.parents)

    @cached_property
    def _path_entries(self) -> tuple[Path, ...]:
        """What the script appends to `sys.path` as a literal: relative to its folder, or to the project's."""
        reads.note(self.real)
        try:
            text = self.real.read_bytes().decode("latin-1")
        except OSError:
            return ()
        names = _PATH_ENTRY.findall(text) if "sys.path" in text else []
        folders = (self.real.parent, self.root)
        return tuple(Path(os.path.realpath(folder / name)) for name in names for folder in folders)

    def find(self, dotted: str, level: int, importer: Path) -> Found | None:
        """What `import dotted` means in a file; None when it is no module of the project.

        Args:
            dotted: without the leading dots; may be empty.
            level: the number of leading dots.
            importer: the file that imports.
        """
        asked = (dotted, level, str(importer))
        if asked not in self._answers:
            folder = (dotted, level, str(importer.parent))
            found = self._looked.imports
            if folder not in found:
                found[folder] = self._find(dotted, level, importer)
            self._answers[asked] = found[folder]
        return self._answers[asked]

    def way(self, dotted: str, level: int, importer: str) -> tuple[Found | None, ...]:
        """What `find` says of the packages around a module, the outermost first, and of the module itself.

        Args:
            dotted: as `find`.
            level: as `find`.
            importer: the path of the file that imports; "": it is the program's own.
        """
        asked = (dotted, level, importer)
        known = self._ways.get(asked)
        if known is None:
            path = self.path_of(importer) if importer else self.real
            parts = dotted.split(".")
            names = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
            known = self._ways[asked] = tuple(self.find(name, level, path) for name in names)
        return known

    def path_of(self, name: str) -> Path:
        """The path of a file that was found or read, made once."""
        known = self._paths.get(name)
        if known is None:
            known = self._paths[name] = Path(name)
        return known

    def _find(self, dotted: str, level: int, importer: Path) -> Found | None:
        parts = dotted.split(".") if dotted else []
        if len(parts) > MAX_PARTS:
            return None
        if not level and self._installed and parts[:1] != [self._package]:
            return None  # what is installed beside an installed package is not its project
        first = {parts[0], f"{parts[0]}.py"} if parts else set()
        for folder in self._starts(level, importer):
            if first and first.isdisjoint(self._names(folder)):
                continue  # most: asking for all of it takes longer
            found = self._beneath(os.path.join(folder, *parts), dotted)
            if found is not None:
                return found
        return None

    def member(self, package: Path, name: str, dotted: str) -> Found | None:
        """The module `name` of a package, given by its folder or its __init__.py."""
        if package.suffix:
            if package.name != "__init__.py":
                return None
            package = package.parent
        return self._beneath(os.path.join(package, name), f"{dotted}.{name}")

    def _starts(self, level: int, importer: Path) -> Iterator[str]:
        if not level:
            starts = self._looked.starts
            if importer.parent not in starts:
                starts[importer.parent] = tuple(map(str, self.folders(importer)))
            yield from starts[importer.parent]
            return
        folder = importer.parent
        for _ in range(level - 1):
            folder = folder.parent
        yield str(folder)

    # Paths are texts here: every import asks in every folder, and pathlib would take longer than the looks.

    def _beneath(self, path: str, dotted: str) -> Found | None:
        """The package or module at a path without its ending."""
        found = self._looked.places
        if (path, dotted) not in found:
            folder, name = os.path.split(path)
            there = name and not self._names(folder).isdisjoint((name, f"{name}.py"))
            found[path, dotted] = next(self._candidates(path, dotted), None) if there else None
        return found[path, dotted]

    def _names(self, folder: str) -> frozenset[str]:
        """The names in a folder of the project; most of what is imported is not there."""
        listed = self._looked.listed
        if folder not in listed:
            reads.folders.add(folder)
            try:
                listed[folder] = frozenset(os.listdir(folder) if self._is_there(folder) else ())
            except OSError:
                listed[folder] = frozenset()
        return listed[folder]

    def _is_there(self, folder: str) -> bool:
        """Whether it may be a folder of the project; of most the folder around them says: no."""
        root = str(self.root)
        if folder == root:
            return True
        around, name = os.path.split(folder)
        if around.startswith(root) and name not in self._names(around):
            return False
        return self._inside(os.path.realpath(folder))

    def _candidates(self, path: str, dotted: str) -> Iterator[Found]:
        for file in (os.path.join(path, "__init__.py"), f"{path}.py"):
            if os.path.isfile(file):
                real = os.path.realpath(file)
                if self._inside(real):
                    yield Found(dotted, Path(real))
        real = os.path.realpath(path)
        if os.path.isdir(real) and self._inside(real) and any(True for _ in Path(real).glob("*.py")):
            yield Found(dotted, Path(real))

    def _inside(self, real: str) -> bool:
        """Whether a path, with symbolic links resolved, is beneath the project's folder."""
        return real.startswith(self._beginning)

    @cached_property
    def _beginning(self) -> str:
        return os.path.join(self.root, "")

    def read(self, path: Path) -> SourceFile | None:
        """The file at a path that `find` gave, or another program of the project, which may be a notebook;
        None when it cannot be read or is too much."""
        if path not in self._read:
            self._read[path] = self._open(path)
        return self._read[path]

    def _open(self, path: Path) -> SourceFile | None:
        if path.is_dir():
            return SourceFile(str(path), "")
        try:
            file = _KEPT.get(path)
        except (OSError, SyntaxError):
            return None
        return file if self.takes(parts_of(file).body) else None

    def takes(self, file: SourceFile) -> bool:
        """Whether a file, or a part of one, can be parsed and is not too much with what was read before."""
        if id(file) not in self._taken:
            try:
                taken = self._lines + file.lines <= MAX_FOLLOWED_LINES and file.module is not None
            except (SyntaxError, UnicodeError, RecursionError):
                taken = False
            self._lines += file.lines if taken else 0
            self._taken[id(file)] = file, taken
        return self._taken[id(file)][1]

    def shown(self, file: SourceFile) -> str:
        """How a message names a file that was read: by its path in the project."""
        return Path(file.path).relative_to(self.root).as_posix()
