"""Files read and written back byte for byte but for the fixes."""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dropout_lint.source.reading import content_of, decode, encoding_of, is_notebook

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class ChangedOnDisk(Exception):
    """The file is no longer what was read."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was read.

    Args:
        path: the file itself, not a link to it.
        content: its bytes.
        encoding: by its mark or its cookie, "utf-8-sig" for UTF-8 with a mark.
        text: the bytes decoded, without the mark, line ends as they are.
    """

    path: Path
    content: bytes
    encoding: str
    text: str


def read(path: str | Path) -> Original:
    """Reads a Python file or a notebook; a link is followed inside of its project.

    Raises:
        OSError: the file cannot be read.
        SyntaxError: it is not in the encoding it declares, or declares none that there is.
    """
    content = content_of(path)
    return decoded(Path(path).resolve(strict=True), content)


def decoded(path: Path, content: bytes) -> Original:
    """As `read`, for what was read already."""
    text = decode(content, path, newline="")
    encoding = (
        ("utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8")
        if is_notebook(path)
        else encoding_of(content)
    )
    if text.encode(encoding, "replace") != content:
        raise SyntaxError(f"{path}: its {encoding} cannot be written back as it is")
    return Original(path, content, encoding, text)


def write(original: Original, text: str) -> None:
    """Puts a new text in the place of a file, all of it or nothing.

    The text is written beside the file, forced to the disk, and given the file's name. Its mode
    and, where permitted, its owner and its extended attributes are kept.

    Raises:
        ChangedOnDisk: the file is no longer what was read.
        UnicodeEncodeError: the text does not fit the file's encoding.
        OSError: it cannot be written, or is read-only.
    """
    content = text.encode(original.encoding)
    if content == original.content:
        return
    path = original.path
    if not path.stat().st_mode & _WRITABLE or not os.access(path, os.W_OK):
        # Taking its place would be permitted, where the folder is writable; it is not what is meant.
        raise PermissionError(errno.EACCES, "it is read-only", str(path))
    # One file beside it at a time; hidden, and no ".py", so that no tool takes it for a module.
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".fixing", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _keep_attributes(path, name)
        if content_of(path) != original.content:
            raise ChangedOnDisk(str(path))
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _force_folder(path.parent)


def _keep_attributes(path: Path, name: str) -> None:
    state = path.stat()
    with contextlib.suppress(OSError, AttributeError):  # only root may give files away
        os.chown(name, state.st_uid, state.st_gid)
    _keep_extended(path, name)
    os.chmod(name, stat.S_IMODE(state.st_mode))


def _keep_extended(path: Path, name: str) -> None:
    """Tags, access lists and the like; what may not be set, as by the system's guards, is left out."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            for attribute in os.listxattr(path):
                with contextlib.suppress(OSError):
                    os.setxattr(name, attribute, os.getxattr(path, attribute))


def _force_folder(folder: Path) -> None:
    """The new name is on the disk too; systems that cannot do that do without."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
