"""Which programs of a project save a model under some name; by the text of its files.

`pretrain.py` saves "tower.keras", `finetune.py` loads it: what is in the file, the first one says.
"""

from __future__ import annotations

import itertools
import os
import posixpath
import re
from functools import lru_cache
from pathlib import Path

from dropout_lint.source import reads
from dropout_lint.source.looks import Looks
from dropout_lint.source.project_files import project_files
from dropout_lint.source.reading import is_notebook, texts_of

# The question, for those who keep results.
SAVED = "saved"
# More of them in one place, and nobody can tell which of them was run last.
MAX_PROGRAMS = 3
# Of a checkpoint's name.
MAX_NAME, MAX_PLACES = 200, 8

_SAVES = re.compile(r"\.save\s*\(|\bsave_model\s*\(|\bModelCheckpoint\s*\(")
_TEXT = re.compile(r"""["']([^"'\n]{3,200})["']""")
# What ModelCheckpoint puts a number in the place of: `{epoch:02d}`, `{val_loss:.2f}`.
_PLACE = re.compile(r"\{\w+(?::[^{}]*)?\}")
_NUMBER = r"[-+]?(?:\d+(?:\.\d+)?(?:e[-+]\d+)?|nan|inf)"


def is_written_as(template: str, name: str) -> bool:
    """Whether ModelCheckpoint("tower-{epoch:02d}.keras"), or what `template` is, may write to `name`."""
    if template == name or "{epoch" not in template or len(name) > MAX_NAME:
        return template == name
    pattern = _pattern(template)
    return pattern is not None and pattern.fullmatch(name) is not None


@lru_cache(maxsize=1_000)
def _pattern(template: str) -> re.Pattern[str] | None:
    first, *others = map(re.escape, _PLACE.split(template))
    if len(others) > MAX_PLACES:
        return None
    # A number once read is not read again as a shorter one, or the time grows with their count's power.
    numbers = [rf"(?=(?P<n{place}>{_NUMBER}))(?P=n{place}){text}" for place, text in enumerate(others)]
    return re.compile(first + "".join(numbers))


def programs_that_save(name: str, path: Path, root: Path) -> list[Path]:
    """The programs that may save a model under a name, as their texts have it.

    Args:
        name: as a program writes it, whatever folder it is relative to.
        path: that program, which does not count.
        root: the project's folder; nothing outside of it is read.

    Returns:
        the nearest of them; none if these are more than may be run.
    """
    base = posixpath.basename(name)
    savers = [files for text, files in _savers(root).items() if is_written_as(text, base)]
    found = [file for file in dict.fromkeys(itertools.chain(*savers)) if file != path]
    ways = [_way(file, path) for file in found]
    least = min(ways, default=0)
    nearest = [file for file, way in zip(found, ways, strict=True) if way == least]
    programs = nearest if len(nearest) <= MAX_PROGRAMS else []
    reads.answered((SAVED, name, str(path), str(root)), map(str, programs))
    return programs


@lru_cache(maxsize=8)
def _savers(root: Path) -> dict[str, list[Path]]:
    """The programs of a project that save models, by the last part of each name that they write."""
    found: dict[str, list[Path]] = {}
    with reads.apart():
        for file in project_files(root) or ():
            if not file.is_symlink():
                looks = _SAVED_IN_CELLS if is_notebook(file) else _SAVED
                for name in looks.of(str(file)):
                    found.setdefault(name, []).append(file)
    return found


def forget() -> None:
    """Files may have come or changed since: for a process that outlives them, as an editor's server does."""
    _savers.cache_clear()


def _way(file: Path, path: Path) -> int:
    """How many folders lie between two files."""
    return os.path.relpath(file.parent, path.parent).count(os.sep) if file.parent != path.parent else -1


def _saved(text: str) -> frozenset[str]:
    """The last parts of the names that a program which saves models writes."""
    if not _SAVES.search(text):
        return frozenset()
    return frozenset(posixpath.basename(name) for name in _TEXT.findall(text))


def _saved_in_cells(text: str) -> frozenset[str]:
    """The same of a notebook, whose strings stand within strings."""
    if not _SAVES.search(text):
        return frozenset()
    try:
        cells = texts_of(text, "a notebook.ipynb")
    except SyntaxError:
        return frozenset()
    return _saved("\n".join(cells.values()))


_SAVED = Looks("saved", _saved)
_SAVED_IN_CELLS = Looks("saved in cells", _saved_in_cells)
