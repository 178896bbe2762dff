"""Which files a folder holds: as git sees it, without what is nobody's source."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dropout_lint.source.discover import SUFFIXES, Unreadable, discover


def found(*paths: str, excludes: str = "", force: bool = False) -> list[str]:
    items = list(discover(paths, lambda path: bool(excludes) and path.endswith(excludes), force))
    assert not any(isinstance(item, Unreadable) for item in items)
    return [str(item) for item in items]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*names: str) -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def ignore(folder: str, *patterns: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, ".gitignore").write_text("\n".join(patterns), encoding="utf-8")


def test_python_and_notebooks_in_order() -> None:
    make("b/a.py", "b.py", "a.ipynb", "a.txt", "a.pyc", "b.d/x.py", "py")
    assert found(".") == ["a.ipynb", "b/a.py", "b.d/x.py", "b.py"]
    assert found("b", "b.py") == ["b/a.py", "b.py"]


def test_a_named_file_counts_whatever_its_name() -> None:
    make("script", "build/a.py")
    assert found("script", "build/a.py", "build") == ["script", "build/a.py"]


def test_what_is_nobody_s_source() -> None:
    make(".venv/a.py", "node_modules/x/a.py", "build/a.py", "__pycache__/a.py", ".git/a.py", "a.py")
    make("env/pyvenv.cfg", "env/lib/a.py", ".ipynb_checkpoints/a.ipynb", "src/dist/a.py", "src/a.py")
    assert found(".") == ["a.py", "src/a.py"]


def test_what_is_not_there() -> None:
    assert list(discover(["no.py"], lambda path: False)) == [Unreadable("no.py", "no such file or folder")]


def test_a_folder_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a/a.py", "b/b.py")
    scan = os.scandir

    def refuse(path: str) -> object:
        if path == "a":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert list(discover(["."], lambda path: False)) == [Unreadable("a", "Permission denied"), "b/b.py"]


def test_excludes() -> None:
    make("old/a.py", "new/a.py")
    assert found(".", excludes="old") == ["new/a.py"]
    assert found("old/a.py", excludes="old/a.py") == ["old/a.py"]
    assert found("old/a.py", excludes="old/a.py", force=True) == []


def test_a_link_to_a_folder_is_not_followed(folder: Path) -> None:
    make("a/a.py")
    os.symlink(folder, "a/loop")
    os.symlink(folder / "nowhere.py", "a/broken.py")
    assert found(".") == ["a/a.py"]


def test_above_the_folder_only_within_the_repository() -> None:
    make("repo/.git/HEAD", "repo/src/a.py", "repo/src/b.py", "repo/src/c.py")
    ignore(".", "a.py")
    ignore("repo", "/src/b.py")
    Path("repo/.git/info").mkdir()
    Path("repo/.git/info/exclude").write_text("c.py\n", encoding="utf-8")
    assert found("repo/src") == ["repo/src/a.py"]
    assert found("repo") == ["repo/src/a.py"]


PATTERNS = {
    ".": "*.ipynb|/top.py|generated/|!keep.ipynb|deep/**/x.py|# comment|a b.py |\\#odd.py",
    "src": "*.py|!good.py|!sub/",
    "src/sub": "!*.py|bad.py",
    "generated": "!*",
}
FILES = (
    "top.py|src/top.py|keep.ipynb|lose.ipynb|generated/a.py|src/generated/a.py|generated.py|deep/x.py|"
    "deep/1/2/x.py|deep/y.py|src/good.py|src/bad.py|src/sub/any.py|src/sub/bad.py|src/sub/good.py|"
    "#odd.py|a b.py"
)


def test_gitignore_as_git_reads_it(folder: Path) -> None:
    make(*FILES.split("|"))
    for where, patterns in PATTERNS.items():
        ignore(where, *patterns.split("|"))
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    command = ["git", "-c", "core.quotepath=off", "ls-files", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split(
        "\0"
    )
    assert sorted(found(".")) == sorted(name for name in listed if name.endswith(SUFFIXES))
    assert 5 < len(found(".")) < FILES.count("|") - 5
