"""What imports mean, and how often the folders of a project are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint.source.modules import ModuleFiles, one_look


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in (
        "pyproject.toml",
        "pkg/__init__.py",
        "pkg/nets.py",
        "tools/nets.py",
        "tools/run.py",
        "main.py",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("", encoding="utf-8")
    return root


def meant(script: Path, dotted: str, level: int = 0) -> str | None:
    """What an import in a script names, relative to the folder around it."""
    found = ModuleFiles(script).find(dotted, level, script)
    return None if found is None else f"{found.name} {found.path.parent.name}/{found.path.name}"


def test_each_file_looks_anew_outside_of_a_command(project: Path) -> None:
    assert meant(project / "main.py", "late") is None
    (project / "late.py").write_text("", encoding="utf-8")
    assert meant(project / "main.py", "late") == "late project/late.py"


def test_one_look_lasts_as_long_as_the_command(project: Path) -> None:
    with one_look():
        assert meant(project / "main.py", "late") is None
        (project / "late.py").write_text("", encoding="utf-8")
        assert meant(project / "main.py", "late") is None
    assert meant(project / "main.py", "late") == "late project/late.py"
    with one_look():
        assert meant(project / "main.py", "late") == "late project/late.py"


def test_what_was_found_for_one_script_is_not_taken_for_another_one_s(project: Path) -> None:
    asked = [
        (project / "main.py", "nets", 0, None),
        (project / "tools/run.py", "nets", 0, "nets tools/nets.py"),
        (project / "pkg/__init__.py", "nets", 1, "nets pkg/nets.py"),
        (project / "main.py", "pkg.nets", 0, "pkg.nets pkg/nets.py"),
    ]
    for order in (asked, asked[::-1]):
        with one_look():
            assert [meant(script, dotted, level) for script, dotted, level, _ in order] == [
                expected for *_, expected in order
            ]
