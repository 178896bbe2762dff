"""Nothing is executed, nothing outside is read, and the same input gives the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.safety.project import build

COMMANDS = {
    "API": "from dropout_lint import lint_path\nprint([f.code for f in lint_path(sys.argv[1])])",
    "flake8": "sys.argv[1:] = ['--isolated', '-j1', '--select=KFD', sys.argv[1]]\n"
    "import runpy\nrunpy.run_module('flake8', run_name='__main__')",
    "command line": "sys.argv[1:] = ['check', sys.argv[1]]\n"
    "import runpy\nrunpy.run_module('dropout_lint', run_name='__main__')",
}
# Every file that is opened after the imports of Python itself is printed.
HOOK = """\
import os, sys
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        opened.append(os.fsdecode(args[0]))
opened = []
sys.addaudithook(hook)
try:
    exec(compile(sys.argv.pop(1), "<command>", "exec"))
finally:
    for name in opened:
        print("OPENED", os.path.realpath(name), file=sys.stderr)
"""


def run(code: str, *arguments: str, cwd: Path, seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"}
    command = (
        [sys.executable, "-P", "-c", code] if sys.version_info >= (3, 11) else [sys.executable, "-c", code]
    )
    return subprocess.run(
        [*command, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_no_booby_trap_is_sprung_and_nothing_outside_is_read(name: str, tmp_path: Path) -> None:
    project, mark = tmp_path / "project", tmp_path / "sprung"
    path = build(project, mark)
    done = run(HOOK, COMMANDS[name], str(path), cwd=tmp_path)
    assert "KFD101" in done.stdout, done.stderr
    assert not mark.exists()
    opened = {line.split(" ", 1)[1] for line in done.stderr.splitlines() if line.startswith("OPENED ")}
    inside = {file for file in opened if file.startswith(str(project.resolve()))}
    assert str(project.resolve() / "package" / "helper.py") in inside
    # What else is opened belongs to Python, its packages, and the linter.
    own = (sys.prefix, sys.base_prefix, "/dev/", "/proc/", str(Path(__file__).parents[2]), *sys.path[1:])
    homes = tuple({os.path.realpath(folder) for folder in own if folder})
    assert {file for file in opened - inside if not file.startswith(homes)} == set()


def test_the_traps_work(tmp_path: Path) -> None:
    path = build(tmp_path / "project", tmp_path / "sprung")
    subprocess.run([sys.executable, str(path)], capture_output=True, check=False)
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("seed", ["1", "2", "77"])
def test_the_same_bytes(seed: str, tmp_path: Path) -> None:
    build(tmp_path / "project", tmp_path / "sprung")
    fixtures = sorted((Path(__file__).parents[2] / "fixtures" / "gan").rglob("*.py"))
    paths = [str(path) for path in (*(tmp_path / "project").rglob("*.py"), *fixtures)]
    code = (
        "import sys\nfrom dropout_lint import lint_path\n"
        "for path in sys.argv[1:]:\n    print(*map(repr, lint_path(path)), sep='\\n')"
    )
    first = run(code, *paths, cwd=tmp_path, seed="0").stdout.splitlines()
    other = run(code, *reversed(paths), cwd=tmp_path / "project", seed=seed).stdout.splitlines()
    assert len(first) > 5
    assert sorted(first) == sorted(other)
