"""Whether other code of a project trains the models that a file hands out; by the text of its files.

A file that compiles a model and does not train it may be a service that predicts. The project is there
to be asked: does any file that imports it, directly or not, or a module that one of these uses, call fit() or
the like?
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from dropout_lint.source import reads
from dropout_lint.source.project_files import project_files

MAX_BYTES = 1_000_000

# A tape alone does not: services explain what they predict with one (Grad-CAM). A tuner's search() fits
# each model that it builds.
_TRAINS = re.compile(
    r"\.(?:fit|fit_generator|train_on_batch|apply_gradients|minimize|assign_sub)\s*\(|optimizer\.apply\s*\("
    r"|tuner\w*\.search\s*\("
)
_FROM = re.compile(r"\bfrom\s+(\.*)([\w.]*)\s+import\s+(\([^)]*\)|[^\n\"]+)")
_IMPORT = re.compile(r"\bimport\s+([\w., ]+)")
_WORD = re.compile(r"\w+")

# The question, for those who keep results.
TRAINED = "trained"

# The leading dots of an import, and the parts of a name that it may bring in.
_Named = tuple[int, tuple[str, ...]]
# What a file imports, and whether it trains something.
_Told = tuple[frozenset[_Named], bool]


def forget() -> None:
    """Files may have come or changed since: for a process that outlives them, as an editor's server does."""
    _project.cache_clear()
    project_files.cache_clear()


def trains(text: str) -> bool:
    """Whether a text calls fit() or the like, of whatever object."""
    return _TRAINS.search(text) is not None


def is_trained_elsewhere(path: Path, root: Path) -> bool | None:
    """Whether a file of the project that imports this one, directly or not, trains something, or uses a
    module that does: `main.py` brings the model and the trainer together.

    Args:
        path: the file.
        root: the project's folder; nothing outside of it is read, and each file once per process.

    Returns:
        None when there is no such file on the disk, or too many others to tell.
    """
    if not path.is_file():
        return None
    told = _project(root)
    found = None if told is None else _is_trained(path, told)
    reads.answered((TRAINED, str(path), str(root)), (str(found),))
    return found


def _is_trained(path: Path, told: dict[Path, _Told]) -> bool:
    lasts = Counter(_parts(other)[-1:] for other in told)
    reached = {path}
    pending = [path]
    while pending:
        module = pending.pop()
        if _uses_a_trainer(module, told, lasts):
            return True
        alone = lasts[_parts(module)[-1:]] == 1
        for other, (imported, does_train) in told.items():
            if other not in reached and any(_is(module, name, other, alone) for name in imported):
                if does_train:
                    return True
                reached.add(other)
                pending.append(other)
    return False


def _uses_a_trainer(module: Path, told: dict[Path, _Told], lasts: Counter[tuple[str, ...]]) -> bool:
    """Whether a module imports one that trains, itself or through the `__init__` of a package."""
    met = {module}
    pending = [module]
    while pending:
        importer = pending.pop()
        names = told.get(importer, (frozenset(), False))[0]
        for other, (_, does_train) in told.items():
            # A package that bears a library's name somewhere else in the project is not that library.
            alone = lasts[_parts(other)[-1:]] == 1 and other.name != "__init__.py"
            if other not in met and any(_is(other, name, importer, alone) for name in names):
                if does_train:
                    return True
                met.add(other)
                if other.name == "__init__.py":
                    pending.append(other)
    return False


def _parts(path: Path) -> tuple[str, ...]:
    """The parts of the longest dotted name that a module could have."""
    parts = path.with_suffix("").parts
    return parts[:-1] if path.name == "__init__.py" else parts


def _is(module: Path, name: _Named, importer: Path, alone: bool) -> bool:
    """Whether an import may bring in a module.

    alone: no other module of the project has its last name, wherever `sys.path` points to.
    """
    level, parts = name
    whole = _parts(module)
    if not parts or whole[-len(parts) :] != parts:
        return False
    start = whole[: -len(parts)]
    if level:
        return start == importer.parent.parts[: len(importer.parent.parts) - level + 1]
    return alone or len(parts) > 1 or start == importer.parent.parts[: len(start)]


@lru_cache(maxsize=8)
def _project(root: Path) -> dict[Path, _Told] | None:
    """What each file of a project imports, and whether it trains; None if there are too many."""
    sources = project_files(root)
    return None if sources is None else {path: _told(path) for path in sources}


def _told(path: Path) -> _Told:
    try:
        if path.is_symlink() or path.stat().st_size > MAX_BYTES:
            return frozenset(), False
        text = path.read_bytes().decode("latin-1")  # import statements are ASCII
    except OSError:
        return frozenset(), False
    return frozenset(_imports(text)), trains(text)


def _imports(text: str) -> Iterator[_Named]:
    """The names of modules that a text may import."""
    for dots, module, names in _FROM.findall(text):
        around = tuple(module.split(".")) if module else ()
        yield len(dots), around
        yield from ((len(dots), (*around, word)) for word in _WORD.findall(names))
    for names in _IMPORT.findall(text):
        for name in names.split(","):
            if words := name.split():
                yield 0, tuple(words[0].split("."))
