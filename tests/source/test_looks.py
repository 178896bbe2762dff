"""A file is looked at once, until it changes."""

from __future__ import annotations

import os
from pathlib import Path

from dropout_lint.source.looks import Looks


def test_a_file_is_looked_at_again_only_when_it_has_changed(tmp_path: Path) -> None:
    seen: list[str] = []

    def look(text: str) -> int:
        seen.append(text)
        return len(text)

    looks = Looks("test", look)
    file = tmp_path / "a.py"
    file.write_bytes(b"one")
    assert [looks.of(str(file)), looks.of(str(file))] == [3, 3]
    assert seen == ["one"]
    file.write_bytes(b"two")
    os.utime(file, ns=(1, 1))  # the same size, at another time
    looks.of(str(file))
    assert seen == ["one", "two"]


def test_what_cannot_be_read_is_empty(tmp_path: Path) -> None:
    looks = Looks("length", len)
    assert looks.of(str(tmp_path)) == 0
    assert looks.of(str(tmp_path / "missing.py")) == 0
