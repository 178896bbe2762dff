"""The hostile programs in every host: the command line, flake8 in one or more processes, the language server.

Each host says of each program what the API says of it, whichever stand beside it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from dropout_lint import Settings, lint_path, lint_source
from tests.integration.session import OWN_SERVER, connected
from tests.robustness.hostile import FILES, PROGRAMS, REFUSED, WRONG

_SETTINGS = Settings(keras_version="3.15")
# pycodestyle and pyflakes themselves do not survive the deepest and longest ones, nor flake8 these codecs.
_BEYOND_FLAKE8 = 1_500
_NOT_READ_BY_FLAKE8 = ("not a text encoding", "raw unicode escape")
# One session of the language server takes so many of the programs: every third.
_PARTS = 3
_REPORT = re.compile(r"^(?:\./)?(?P<name>\w+\.py):\d+:\d+: (?P<code>KFD\d{3})", re.MULTILINE)
_START_METHOD = """
import multiprocessing, sys
from flake8.main.cli import main
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
"""

Codes = dict[str, list[str]]
"""The codes that are reported, by the name of the file; files without any are left out."""


def _write(folder: Path, for_flake8: bool) -> None:
    for number, text in enumerate({**PROGRAMS, **REFUSED}.values()):
        if not for_flake8 or len(text) < _BEYOND_FLAKE8:
            program = f"{WRONG}\n{text}\n".encode(errors="surrogatepass")
            (folder / f"p{number}.py").write_bytes(program)
    for number, (name, data) in enumerate(FILES.items()):
        if not for_flake8 or name not in _NOT_READ_BY_FLAKE8:
            (folder / f"f{number}.py").write_bytes(data)


def _expected(folder: Path) -> Codes:
    found: Codes = {}
    for path in folder.iterdir():
        try:
            found[path.name] = [finding.code for finding in lint_path(path, _SETTINGS)]
        except SyntaxError:
            continue
    return {name: codes for name, codes in found.items() if codes}


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_the_command_line(jobs: str, tmp_path: Path) -> None:
    _write(tmp_path, for_flake8=False)
    command = [sys.executable, "-m", "dropout_lint", "check", jobs, "--keras-version=3.15"]
    done = subprocess.run(
        [*command, "--output-format=json", "."],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=500,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    found: defaultdict[str, list[str]] = defaultdict(list)
    for finding in json.loads(done.stdout)["findings"]:
        found[finding["place"]["path"]].append(finding["code"])
    assert found == _expected(tmp_path)
    assert len(found) > 60


@pytest.mark.parametrize("start", ["-j1", "-j2", "spawn"])
def test_flake8(start: str, tmp_path: Path) -> None:
    programs, script = tmp_path / "programs", tmp_path / "run.py"
    programs.mkdir()
    _write(programs, for_flake8=True)
    script.write_text(_START_METHOD, encoding="utf-8")
    how = [str(script), "spawn", "-j2"] if start == "spawn" else ["-m", "flake8", start]
    done = subprocess.run(
        [sys.executable, *how, "--isolated", "--select=KFD,E9", "--kfd-keras-version=3.15", "."],
        cwd=programs, capture_output=True, text=True, check=False, timeout=500,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    found: defaultdict[str, list[str]] = defaultdict(list)
    for report in _REPORT.finditer(done.stdout):
        found[report["name"]].append(report["code"])
    # Where flake8 meets no Python, it says so and asks no plugin; what is no UTF-8, it reads as Latin-1.
    python = {f"p{number}.py" for number in range(len(PROGRAMS))}
    shown = {name: codes for name, codes in found.items() if name in python}
    assert shown == {name: codes for name, codes in _expected(programs).items() if name in python}
    assert len(shown) > 40


@pytest.mark.asyncio
@pytest.mark.parametrize("part", range(_PARTS))
async def test_the_language_server(part: int, tmp_path: Path) -> None:
    async with connected(*OWN_SERVER, root=tmp_path) as session:
        for number, (name, text) in list(enumerate({**PROGRAMS, **REFUSED}.items()))[part::_PARTS]:
            if name == "lone surrogate":
                continue  # no client can send it
            program = f"{WRONG}\n{text}\n"
            uri = session.open(tmp_path / f"p{number}.py", program)
            try:
                expected = [finding.code for finding in lint_source(program, "p.py")]
            except SyntaxError:
                continue  # half-typed: nothing is sent, and the next one is answered all the same
            shown = [diagnostic.code for diagnostic in await session.diagnostics(uri)]
            assert (name, shown) == (name, expected)
            session.close(uri)
