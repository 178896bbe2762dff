"""Which files are read, and how often: links, other folders, changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dropout_lint.target.requirements import choose
from tests.target.projects import DEFAULT, project


def test_nothing_outside_the_project_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("keras==2.15\n")
    inside = tmp_path / "project"
    inside.mkdir()
    path = project(
        inside, {"requirements.txt": f"-r ../secret.txt\n-c {tmp_path / 'secret.txt'}\n-r link.txt\n"}
    )
    for link in ("link.txt", "requirements-link.txt"):
        (inside / link).symlink_to(tmp_path / "secret.txt")
    assert choose(path, "", None).specifier == DEFAULT
    assert choose(tmp_path / "other" / "train.py", "", None, inside).specifier == DEFAULT
    (inside / "uv.lock").symlink_to("uv.lock")
    (inside / "poetry.lock").mkdir()
    os.mkfifo(inside / "pdm.lock")
    assert choose(path, "", None).specifier == DEFAULT


def test_links_inside_the_project_are_followed(tmp_path: Path) -> None:
    path = project(tmp_path, {"deep/requirements.txt": "keras==3.5"})
    (tmp_path / "requirements.txt").symlink_to(tmp_path / "deep" / "requirements.txt")
    assert choose(path, "", None).specifier == "==3.5.*"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    for version in ("2.15.0", "3.5.0"):
        path = project(tmp_path, {"requirements.txt": f"keras=={version}\n"})
        os.utime(tmp_path / "requirements.txt", ns=(0, int(version[0])))
        assert choose(path, "", None).specifier == f"=={version[:-2]}.*"


def test_an_unchanged_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project(tmp_path, {"requirements.txt": "keras==3.5\n"})
    choose(path, "", None)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read again"))
    assert choose(path, "", None).specifier == "==3.5.*"
