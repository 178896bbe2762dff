"""flake8 as editors start it: the command line of each, its input, and its way of reading the output.

Taken from: ms-python.flake8 (bundled/tool/lsp_server.py), ALE (ale_linters/python/flake8.vim), nvim-lint
(lua/lint/linters/flake8.lua), flycheck (flycheck.el, checker python-flake8).
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dropout_lint import lint_source
from tests.fixture_files import FOLDER

FLAKE8 = str(Path(sys.executable).with_name("flake8"))
PROGRAMS = (
    "stackoverflow/merged_towers.py",
    "subclassed/flag_leaks_into_head.py",
    "stackoverflow/merged_towers_ok.py",
)


@dataclass(frozen=True)
class Editor:
    """How an editor runs flake8.

    Args:
        command: its command line; PATH stands for the absolute path of the file.
        stdin: whether it sends the text; otherwise flake8 reads the file.
        pattern: how it reads a line of the output.
        quoted: whether it takes quotation marks off each line first.
    """

    command: tuple[str, ...]
    stdin: bool
    pattern: str
    quoted: bool = False

    def read(self, output: str) -> list[tuple[int, int, str, str]]:
        """(line, 1-based column, code, message) of what it understands."""
        found = []
        for line in output.splitlines():
            match = re.match(self.pattern, line[1:-1] if self.quoted else line)
            if match:
                found.append((int(match["line"]), int(match["column"]), match["code"], match["message"]))
        return found


# The quotation marks inside --format are the extension's own: it calls flake8 without a shell.
VS_CODE = Editor(
    (sys.executable, "-m", "flake8", "--format='%(row)d,%(col)d,%(code).1s,%(code)s:%(text)s'", "PATH"),
    False,
    r"(?P<line>\d+),(?P<column>-?\d+),(?P<type>\w+),(?P<code>\w+\d+):(?P<message>[^\r\n]*)",
    quoted=True,
)
ALE = Editor(
    (FLAKE8, "--format=default", "--stdin-display-name", "PATH", "-"),
    True,
    r"^[a-zA-Z]?:?[^:]+:(?P<line>\d+):?(?P<column>\d+)?: (?P<code>[a-zA-Z0-9]+):? (?P<message>.*)$",
)
NVIM_LINT_FORMAT = "--format=%(path)s:%(row)d:%(col)d:%(code)s:%(text)s"
NVIM_LINT_PATTERN = r"[^:]+:(?P<line>\d+):(?P<column>\d+):(?P<code>[a-zA-Z0-9]+):(?P<message>.+)"
NVIM_LINT = Editor((FLAKE8, NVIM_LINT_FORMAT, "--no-show-source", "-"), True, NVIM_LINT_PATTERN)
NVIM_LINT_FILE = Editor((FLAKE8, NVIM_LINT_FORMAT, "--no-show-source", "PATH"), False, NVIM_LINT_PATTERN)
FLYCHECK = Editor(
    (
        sys.executable,
        "-c",
        "import sys;sys.path.pop(0);import runpy;runpy.run_module(\"flake8\", run_name='__main__' )",
        "--format=default",
        "--stdin-display-name=PATH",
        "-",
    ),
    True,
    r"^(?P<file>.+?):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<code>[a-zA-Z]+\d+) (?P<message>.+)$",
)
EDITORS = {
    "vs-code": VS_CODE,
    "ale": ALE,
    "nvim-lint": NVIM_LINT,
    "nvim-lint-file": NVIM_LINT_FILE,
    "flycheck": FLYCHECK,
}


def run(editor: Editor, path: Path) -> str:
    command = [part.replace("PATH", str(path)) for part in editor.command]
    text = path.read_text(encoding="utf-8") if editor.stdin else None
    done = subprocess.run(command, cwd=path.parent, input=text, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("name", EDITORS)
def test_the_editor_shows_the_findings(name: str, tmp_path: Path) -> None:
    for program in PROGRAMS:
        source = (FOLDER / program).read_text(encoding="utf-8")
        path = tmp_path / Path(program).name
        path.write_text(source, encoding="utf-8")
        shown = [
            found for found in EDITORS[name].read(run(EDITORS[name], path)) if found[2].startswith("KFD")
        ]
        findings = lint_source(source, str(path))
        assert bool(findings) is not program.endswith("_ok.py")
        assert shown == [(f.place.line, f.place.column + 1, f.code, f.message) for f in findings]


def vs_code_severity(code: str, chosen: dict[str, str]) -> str:
    """The longest prefix of the code that the setting flake8.severity names, else Error."""
    prefixes = (code[:length] for length in range(len(code), 0, -1))
    return next((chosen[prefix] for prefix in prefixes if prefix in chosen), "Error")


def test_codes_are_warnings_and_no_style_faults() -> None:
    """README says which setting VS Code needs; the others' own rules leave our letters alone."""
    default = {"E": "Error", "F": "Error", "I": "Information", "W": "Warning"}
    assert vs_code_severity("KFD101", default) == "Error"
    assert vs_code_severity("KFD101", {**default, "KFD": "Warning"}) == "Warning"
    assert not re.match(r"E|F|W", "KFD101")  # ALE: error, error, style
    assert not re.match(r"E9|F82|F83|D|N", "KFD101")  # flycheck: error, error, error, info, info
