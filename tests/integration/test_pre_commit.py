"""Real pre-commit, in a scratch repository whose hooks come from this checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint.fixes.applying import fixed_source
from dropout_lint.rules import RULES
from tests.fixture_files import FOLDER
from tests.notebooks import cut, notebook
from tests.rules_table import README

ROOT = Path(__file__).resolve().parents[2]
WRONG = {rule.code: rule.wrong for rule in RULES}
RIGHT = {rule.code: rule.right for rule in RULES}


def git(*args: str, cwd: Path) -> str:
    who = ("-c", "user.name=tests", "-c", "user.email=tests@example.org")
    done = subprocess.run(["git", *who, *args], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def pre_commit(*args: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never", *args]
    env = {**os.environ, "PRE_COMMIT_HOME": str(home)}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files as they are now, committed or not."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = git("ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines()
    for name in listed:
        installed = name.startswith(("dropout_lint/", "pyproject", "README", "LICENSE", ".pre-commit"))
        if installed and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git("init", "-q", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-qm", "as it is", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environments it builds."""
    return tmp_path_factory.mktemp("pre-commit")


def repository(folder: Path, config: str, files: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in {".pre-commit-config.yaml": config, **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    git("init", "-q", cwd=folder)
    git("add", "-A", cwd=folder)


def test_flake8_hook_with_additional_dependencies(checkout: Path, home: Path, tmp_path: Path) -> None:
    config = f"""
repos:
  - repo: local
    hooks:
      - id: flake8
        name: flake8
        entry: flake8 --select=KFD
        language: python
        types: [python]
        additional_dependencies: [flake8, "dropout-lint @ {checkout.as_uri()}"]
"""
    repository(tmp_path / "repo", config, {"bad.py": WRONG["KFD101"], "good.py": RIGHT["KFD101"]})
    done = pre_commit(cwd=tmp_path / "repo", home=home)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "bad.py:12:12: KFD101 " in done.stdout
    assert "good.py" not in done.stdout


def config_of_readme(checkout: Path) -> str:
    """README's own lines, for this checkout."""
    block = re.search(r"## pre-commit\n\n```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    revision = git("rev-parse", "HEAD", cwd=checkout)
    return block[1].replace("URL-OF-THIS-REPOSITORY", str(checkout)).replace("TAG-OR-COMMIT", revision)


def test_the_hook_reports_scripts_and_notebooks(checkout: Path, home: Path, tmp_path: Path) -> None:
    config = config_of_readme(checkout)
    files = {
        "bad.py": WRONG["KFD101"],
        "good.py": RIGHT["KFD101"],
        "bad.ipynb": notebook(cut(WRONG["KFD102"])),
        "left_out.py": WRONG["KFD101"],
        "pyproject.toml": '[tool.dropout-lint]\nexclude = ["left_out.py"]\n',
    }
    folder = tmp_path / "repo"
    repository(folder, config, files)
    done = pre_commit("dropout-lint", cwd=folder, home=home)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "bad.py:12:12: KFD101 " in done.stdout
    assert re.search(r"bad\.ipynb:.*: KFD102 ", done.stdout)
    assert "good.py" not in done.stdout
    assert "left_out.py" not in done.stdout

    repository(folder, config, {"bad.py": RIGHT["KFD101"], "bad.ipynb": notebook(cut(RIGHT["KFD102"]))})
    assert pre_commit("dropout-lint", cwd=folder, home=home).returncode == 0


def test_the_fix_hook_mends_and_says_so(checkout: Path, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    source = (FOLDER / "subclassed/flag_leaks_into_head.py").read_text(encoding="utf-8")
    config = config_of_readme(checkout).replace("- id: dropout-lint\n", "- id: dropout-lint-fix\n")
    repository(folder, config, {"train.py": source})
    done = pre_commit("dropout-lint-fix", cwd=folder, home=home)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    fixed = (folder / "train.py").read_text(encoding="utf-8")
    assert fixed == fixed_source(source).text != source

    git("add", "-A", cwd=folder)
    assert pre_commit("dropout-lint-fix", cwd=folder, home=home).returncode == 0
