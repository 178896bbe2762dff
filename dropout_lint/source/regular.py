"""Files as they are read: regular ones, of bounded size, inside of the project."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# A program of a million characters, in the encoding that takes most bytes.
MAX_PYTHON = 4_000_000
# Notebooks hold pictures. Of JSON, Python makes up to eight times as many bytes.
MAX_NOTEBOOK = 32_000_000
# pyproject.toml, .gitignore, requirements.
MAX_SETTINGS = 1_000_000

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class TooLarge(OSError):
    """A file of more bytes than are read."""


def read_regular(path: str | Path, most: int, root: Path | None = None) -> bytes:
    """The content of a regular file.

    Args:
        path: it; links are followed.
        most: so many bytes at most.
        root: the folder, without links, that the file has to be in; None: any.

    Raises:
        TooLarge: it has more bytes.
        OSError: it cannot be read, is something else (a folder, a pipe, a device), or is outside.
    """
    try:
        real = os.path.realpath(path, strict=True)
    except ValueError as error:  # a null character
        raise OSError(errno.ENOENT, "no such file", str(path)) from error
    except OSError as error:  # under the name that is known, not that of where a link leads to
        raise OSError(error.errno, error.strerror, str(path)) from error
    if root is not None and not Path(real).is_relative_to(root):
        raise OSError(errno.EPERM, "it is a link that leads out of the project", str(path))
    if not stat.S_ISREG(os.stat(real).st_mode):  # opening a device may do something, a pipe waits
        raise _irregular(path)
    handle = os.open(real, _FLAGS)
    with os.fdopen(handle, "rb") as stream:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise _irregular(path)
        content = stream.read(most + 1) if status.st_size <= most else b""
    if status.st_size > most or len(content) > most:
        raise TooLarge(errno.EFBIG, f"it is larger than {most // 1_000_000} MB", str(path))
    return content


def _irregular(path: str | Path) -> OSError:
    is_folder = os.path.isdir(path)
    what = "it is a folder" if is_folder else "it is no regular file"
    return OSError(errno.EISDIR if is_folder else errno.EINVAL, what, str(path))
