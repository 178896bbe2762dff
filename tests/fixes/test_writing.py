"""Writing keeps everything about a file but the fixes, and never leaves half of one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dropout_lint.fixes.writing import ChangedOnDisk, Original, read, write

CONTENTS = {
    "plain": b"a = 1\nb = 2\n",
    "windows": b"a = 1\r\nb = 2\r\n",
    "mixed ends": b"a = 1\r\nb = 2\nc = 3\r",
    "no last end": b"a = 1\nb = 2",
    "mark": b"\xef\xbb\xbfa = '\xc3\xa9'\n",
    "cookie": b"# -*- coding: latin-1 -*-\na = '\xe9'\n",
    "cookie in line 2": b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\na = '\x80'\n",
    "form feed": b"a = 1\n\x0c\nb = 2\n",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_all_but_the_change_is_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(content)
    path.chmod(0o640)
    original = read(path)
    assert original.text.encode(original.encoding) == content
    write(original, original.text.replace("a = ", "abc = "))
    assert path.read_bytes() == content.replace(b"a = ", b"abc = ")
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["train.py"]


@pytest.mark.skipif(sys.platform != "linux", reason="Python knows them there")
def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(b"a = 1\n")
    path.chmod(0o654)
    try:
        os.setxattr(path, "user.tag", b"mine\0\xff")
    except OSError:
        pytest.skip("not on this file system")
    write(read(path), "a = 2\n")
    assert path.read_bytes() == b"a = 2\n"
    assert os.listxattr(path) == ["user.tag"]
    assert os.getxattr(path, "user.tag") == b"mine\0\xff"
    assert path.stat().st_mode & 0o777 == 0o654


def test_what_cannot_be_decoded_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    for content in (b"a = '\xe9'\n", b"# coding: nonsense\n"):
        path.write_bytes(content)
        with pytest.raises(SyntaxError):
            read(path)


def test_what_does_not_fit_the_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(CONTENTS["cookie"])
    with pytest.raises(UnicodeEncodeError):
        write(read(path), "# -*- coding: latin-1 -*-\na = '→'\n")
    assert path.read_bytes() == CONTENTS["cookie"]
    assert os.listdir(tmp_path) == ["train.py"]


def test_a_file_that_changed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("a = 1\n")
    original = read(path)
    path.write_text("a = 2\n")
    with pytest.raises(ChangedOnDisk):
        write(original, "a = 3\n")
    assert path.read_text() == "a = 2\n"
    assert os.listdir(tmp_path) == ["train.py"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "train.py", tmp_path / "train.py"
    real.write_text("a = 1\n")
    link.symlink_to(real)
    write(read(link), "a = 2\n")
    assert link.is_symlink()
    assert real.read_text() == "a = 2\n"


def test_nothing_to_write_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("a = 1\n")
    before = path.stat()
    write(read(path), "a = 1\n")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


_WRITER = """
import sys
from dropout_lint.fixes.writing import read, write
path = sys.argv[1]
print("ready", flush=True)
while True:
    original = read(path)
    write(original, ("b" if original.text[0] == "a" else "a") * len(original.text))
"""


def test_killed_while_writing_loses_nothing(tmp_path: Path) -> None:
    size = 3_000_000
    path = tmp_path / "train.py"
    path.write_text("a" * size)
    seen: set[str] = set()
    for round_ in range(200):
        if round_ >= 12 and seen == {"a", "b"}:
            break
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.03 + 0.017 * (round_ % 12))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        text = path.read_text()
        assert text in ("a" * size, "b" * size)
        seen.add(text[0])
    assert seen == {"a", "b"}  # it was killed in the middle of real writing


def test_a_failure_while_writing_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "train.py"
    path.write_text("a = 1\n")
    original: Original = read(path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(original, "a = 2\n")
    assert path.read_text() == "a = 1\n"
    assert os.listdir(tmp_path) == ["train.py"]
