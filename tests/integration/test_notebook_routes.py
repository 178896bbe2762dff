"""Every fixture cut into the cells of a notebook has the findings of the script, by each way.

`check`, nbqa with flake8, and the language server; and the notebooks among the fixtures by nbqa.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.rules import RULES
from tests.commands.running import cli
from tests.drawn import count, some
from tests.fixture_files import FOLDER, all_fixtures
from tests.integration.session import OWN_SERVER, cell_uri, connected, notebook_opening
from tests.notebooks import cut, notebook

# Its only training run is `history = %time model.fit(...)`: nbqa puts a placeholder in its place.
HIDDEN = ("transfer.ipynb",)
OPT_IN = [rule.code for rule in RULES if not rule.default]
SCRIPTS = {fixture.name.replace("/", "-"): fixture.text for fixture in some(all_fixtures(), 80)}
# Cell, line, column and code. A message names cells instead of lines.
Rows = list[tuple[int, int, int, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook for each script, and those that are fixtures themselves."""
    made = tmp_path_factory.mktemp("notebooks")
    for name, text in SCRIPTS.items():
        (made / f"{name}.ipynb").write_text(notebook(cut(text)), encoding="utf-8")
    for path in FOLDER.rglob("*.ipynb"):
        shutil.copy(path, made / path.name)
    return made


@pytest.fixture(scope="module")
def checked(folder: Path) -> dict[str, Rows]:
    """What `check` finds in each."""
    options = ["--isolated", f"--extend-select={','.join(OPT_IN)}", "--output-format=json", "-j1"]
    rows: dict[str, Rows] = {path.name: [] for path in folder.iterdir()}
    for found in json.loads(cli("check", *options, folder).out)["findings"]:
        place = found["place"]
        row = place["cell"], place["line"], place["column"], found["code"]
        rows[Path(place["path"]).name].append(row)
    return rows


def test_check_finds_in_cells_what_it_finds_in_the_script(folder: Path, checked: dict[str, Rows]) -> None:
    for name, text in SCRIPTS.items():
        cells = cut(text)
        starts = [sum(cell.count("\n") + 1 for cell in cells[:n]) for n in range(len(cells))]
        found = [
            (starts[cell - 1] + line, column, code) for cell, line, column, code in checked[f"{name}.ipynb"]
        ]
        findings = lint_source(text, str(folder / "script.py"), Settings(opt_in=frozenset(OPT_IN)))
        assert found == [(f.place.line, f.place.column + 1, f.code) for f in findings], name
    assert sum(map(len, checked.values())) >= count(250, 25)


_REPORT = re.compile(r"(?P<name>.+?):cell_(?P<cell>\d+):(?P<line>\d+):(?P<column>\d+): (?P<code>KFD\d+) .*")


def test_nbqa_finds_the_same(folder: Path, checked: dict[str, Rows], tmp_path: Path) -> None:
    # nbqa cannot read notebooks of format 3.
    readable = [path for path in folder.iterdir() if '"worksheets"' not in path.read_text(encoding="utf-8")]
    assert len(readable) == len(checked) - 2
    for path in readable:
        shutil.copy(path, tmp_path)
    options = ["--isolated", "-j1", f"--select=KFD,{','.join(OPT_IN)}"]
    command = [sys.executable, "-m", "nbqa", "flake8", ".", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    rows: dict[str, Rows] = {path.name: [] for path in readable}
    for line in done.stdout.splitlines():
        found = _REPORT.fullmatch(line)
        assert found is not None, line
        cell, number, column = (int(found[part]) for part in ("cell", "line", "column"))
        rows[found["name"].removeprefix("./")].append((cell, number, column, found["code"]))
    assert rows == {name: [] if name in HIDDEN else checked[name] for name in rows}


@pytest.mark.asyncio
async def test_the_language_server_shows_the_same(folder: Path, checked: dict[str, Rows]) -> None:
    async with connected(*OWN_SERVER, root=folder) as session:
        for name, text in SCRIPTS.items():
            cells = cut(text)
            path = folder / f"{name}.ipynb"
            session.client.notebook_document_did_open(notebook_opening(path, cells))
            shown: Rows = []
            for number in range(1, len(cells) + 1):
                for found in await session.diagnostics(cell_uri(path, number)):
                    start = found.range.start
                    shown.append((number, start.line + 1, start.character + 1, str(found.code)))
            wanted = [row for row in checked[path.name] if row[3] not in OPT_IN]
            assert shown == wanted, name
