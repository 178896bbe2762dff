"""Where a project begins."""

from __future__ import annotations

from pathlib import Path

from dropout_lint.source.project import project_root


def test_project_root(tmp_path: Path) -> None:
    package = tmp_path / "outer" / "inner"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    # Without a mark: the folder around the topmost package. (Above tmp_path there is no mark.)
    assert project_root(package / "train.py") == tmp_path
    assert project_root(tmp_path / "train.py") == tmp_path
    (package / "setup.cfg").touch()
    assert project_root(package / "train.py") == package
    assert project_root(tmp_path / "outer" / "other.py") == tmp_path
    (package.parent / "pyproject.toml").touch()
    assert project_root(package.parent / "other.py") == package.parent
