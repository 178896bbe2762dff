"""The folder `.dropout_lint_cache` of a project: one file of JSON for each result.

JSON and no pickle: whoever gives away a project may put anything there, and reading it must not run it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import tempfile
import time
from functools import cache
from importlib import metadata
from pathlib import Path

from dropout_lint import __version__
from dropout_lint.cache.basis import NAME
from dropout_lint.source.project import MARKS
from dropout_lint.source.regular import read_regular

MAX_BYTES = 1_000_000
_LIBRARIES = ("libcst", "packaging", "pyyaml", "cattrs")
_OLD = 30 * 24 * 3600  # seconds
_STAMP = re.compile(r"[0-9a-f]{16}")
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of dropout-lint; see https://bford.info/cachedir/\n"


@cache
def stamp() -> str:
    """What stands for this version of the linter and of what it runs on; also while it is being worked on."""
    package = Path(__file__).parents[1]
    files = sorted(path for path in package.rglob("*") if path.suffix in (".py", ".json"))
    told = [
        __version__,
        platform.python_version(),
        *(f"{name} {metadata.version(name)}" for name in _LIBRARIES),
    ]
    for file in files:
        status = file.stat()
        told.append(f"{file.relative_to(package)} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


class Folder:
    """The results of one project.

    Args:
        root: its folder, symbolic links resolved.
    """

    def __init__(self, root: Path) -> None:
        self._top = os.path.join(root, NAME)
        self._own = os.path.join(self._top, stamp())
        # Where the project begins is a guess without a mark: nothing is written there.
        self._usable = any(os.path.exists(root / mark) for mark in MARKS)

    def get(self, key: str) -> bytes | None:
        """What was kept under a key, if anything."""
        try:
            if self._usable and os.path.realpath(self._own) == self._own:
                return read_regular(os.path.join(self._own, f"{key}.json"), MAX_BYTES, Path(self._own))
        except OSError:
            pass
        return None

    def put(self, key: str, content: bytes) -> None:
        """Keeps something, where anything can be written. Whoever reads it sees all of it or nothing."""
        if not self._usable or len(content) > MAX_BYTES:
            return
        with contextlib.suppress(OSError):
            self._prepare()
            handle, name = tempfile.mkstemp(dir=self._own)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                os.replace(name, os.path.join(self._own, f"{key}.json"))
            except BaseException:
                os.unlink(name)
                raise

    def _prepare(self) -> None:
        """Makes the folder, and clears it of what other versions have left long ago. Raises OSError."""
        if os.path.isdir(self._own):
            if os.path.realpath(self._own) != self._own:
                raise OSError("it is a link")
            return
        os.makedirs(self._top, exist_ok=True)
        if os.path.realpath(self._top) != self._top:
            raise OSError("it is a link")
        for other in os.scandir(self._top):
            is_old = other.stat(follow_symlinks=False).st_mtime < time.time() - _OLD
            if is_old and _STAMP.fullmatch(other.name) and other.is_dir(follow_symlinks=False):
                shutil.rmtree(other.path, ignore_errors=True)
        for name, content in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
            # Not "w", which would follow a link that somebody has put there.
            with (
                contextlib.suppress(FileExistsError),
                open(os.path.join(self._top, name), "x", encoding="utf-8") as file,
            ):
                file.write(content)
        os.mkdir(self._own)
