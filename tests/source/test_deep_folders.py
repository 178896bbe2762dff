"""Folders in folders: as deep as anybody's are searched, deeper ones are said to be passed over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dropout_lint.source.discover import MAX_DEPTH, Unreadable, discover


def _nested(folder: Path, depth: int) -> None:
    """So many folders in each other, with a program in each."""
    here = os.getcwd()
    os.chdir(folder)
    for _ in range(depth):
        Path("train.py").touch()
        Path("p").mkdir()
        os.chdir("p")
    os.chdir(here)


@pytest.mark.parametrize(("depth", "whole"), [(MAX_DEPTH, True), (MAX_DEPTH + 5, False)])
def test_deep_folders(depth: int, whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _nested(tmp_path, depth)
    monkeypatch.chdir(tmp_path)
    found = list(discover(["."], lambda path: False))
    passed_over = [item for item in found if isinstance(item, Unreadable)]
    assert [item.reason for item in passed_over] == ([] if whole else [f"over {MAX_DEPTH} folders deep"])
    assert len(found) - len(passed_over) == (depth if whole else MAX_DEPTH + 1)
