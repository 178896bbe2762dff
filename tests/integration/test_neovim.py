"""A real editor, headless Neovim: with pylsp, with our own server, and with its plugin ALE."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dropout_lint import lint_source
from dropout_lint.fixes.applying import fixed_source
from tests.fixture_files import FOLDER
from tests.integration.session import OWN_SERVER
from tests.integration.test_flake8_in_editors import FLAKE8
from tests.integration.test_pylsp import SETTINGS
from tests.rules_table import README

NVIM = shutil.which("nvim")
ALE = Path("/usr/share/vim-ale")
OWN = {
    "name": "dropout-lint",
    "cmd": list(OWN_SERVER),
    "settings": {"dropout-lint": {"unused": True}},
}
PYLSP = {"name": "pylsp", "cmd": [sys.executable, "-m", "pylsp"], "settings": SETTINGS}
WARNING = 2

pytestmark = pytest.mark.skipif(NVIM is None, reason="Neovim is not installed (apt-get install neovim)")


def edit(path: Path, script: str, **variables: str) -> list[dict[str, Any]]:
    """What Neovim shows of a file after a script."""
    folder = path.parent
    out = folder / "shown.json"
    run = f"source {Path(__file__).with_name(script)}"
    command = [str(NVIM), "--headless", "-u", "NONE", "-i", "NONE", "-n", str(path), "-c", run]
    places = {f"XDG_{kind}_HOME": str(folder) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    env = {**os.environ, **places, **variables, "OUT": str(out)}
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert out.exists(), done.stderr
    shown = json.loads(out.read_text(encoding="utf-8"))
    assert isinstance(shown, list)
    return shown


@pytest.mark.parametrize("server", [OWN, PYLSP], ids=["dropout-lint", "pylsp"])
def test_the_findings_are_shown(server: dict[str, Any], tmp_path: Path) -> None:
    source = (FOLDER / "stackoverflow/merged_towers.py").read_text(encoding="utf-8")
    path = tmp_path / "train.py"
    path.write_text(source, encoding="utf-8")
    shown = edit(path, "attach.lua", SERVER=json.dumps(server))
    own = server is OWN
    assert [
        (d["lnum"] + 1, d["col"], d["code"], d["message"], d["severity"], d["source"]) for d in shown
    ] == [
        (
            f.place.line,
            f.place.column,
            f.code,
            f.message if own else f"{f.code} {f.message}",
            WARNING,
            "dropout-lint" if own else "flake8",
        )
        for f in lint_source(source)
    ]
    if own:
        assert [(d["end_lnum"] + 1, d["end_col"]) for d in shown] == [
            (f.place.end_line, f.place.end_column) for f in lint_source(source)
        ]


def test_what_is_safe_is_fixed_in_the_buffer(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    source = (FOLDER / "subclassed/flag_leaks_into_head.py").read_text(encoding="utf-8")
    path.write_text(f'note = "🎉"\n{source}', encoding="utf-8")
    assert edit(path, "attach.lua", SERVER=json.dumps(OWN), FIX="1") != []
    fixed = path.read_text(encoding="utf-8")
    assert fixed == fixed_source(f'note = "🎉"\n{source}', str(path)).text
    assert lint_source(fixed) == []


@pytest.mark.skipif(not ALE.exists(), reason="ALE is not installed (apt-get install vim-ale)")
def test_ale_shows_the_findings_of_flake8(tmp_path: Path) -> None:
    source = (FOLDER / "stackoverflow/merged_towers.py").read_text(encoding="utf-8")
    path = tmp_path / "train.py"
    path.write_text(source, encoding="utf-8")
    shown = edit(path, "ale.vim", FLAKE8=FLAKE8)
    assert [(d["lnum"], d["col"], d["code"], d["text"], d["type"]) for d in shown] == [
        (f.place.line, f.place.column + 1, f.code, f.message, "W") for f in lint_source(source)
    ]


def has_lsp_config() -> bool:
    command = [
        str(NVIM),
        "--headless",
        "-u",
        "NONE",
        "-c",
        "lua if vim.lsp.config then vim.cmd('cquit 7') end",
    ]
    return subprocess.run([*command, "-c", "quit"], capture_output=True, check=False).returncode == 7


@pytest.mark.skipif(NVIM is None or not has_lsp_config(), reason="Neovim before 0.11 has no vim.lsp.config")
def test_the_configuration_that_readme_shows(tmp_path: Path) -> None:
    block = re.search(r"<!-- neovim -->\n```lua\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    path = tmp_path / "train.py"
    path.write_text((FOLDER / "stackoverflow/merged_towers.py").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "init.lua").write_text(block[1], encoding="utf-8")
    scripts = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shown = edit(path, "attach.lua", INIT=str(tmp_path / "init.lua"), PATH=scripts)
    assert [d["code"] for d in shown] == ["KFD101", "KFD101"]
