"""Nothing is executed, nothing outside is read, and the same input gives the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint import lint_source
from dropout_lint.rules import RULES
from tests.safety.project import build

COMMANDS = {
    "API": "from dropout_lint import lint_path\nprint([f.code for f in lint_path(sys.argv[1])])",
    "flake8": "sys.argv[1:] = ['--isolated', '-j1', '--select=KFD', sys.argv[1]]\n"
    "import runpy\nrunpy.run_module('flake8', run_name='__main__')",
    "notebook": "import json\nfrom pathlib import Path\nfrom dropout_lint import lint_path\n"
    "path = Path(sys.argv[1]).with_suffix('.ipynb')\n"
    "cell = {'cell_type': 'code', 'source': Path(sys.argv[1]).read_text()}\n"
    "path.write_text(json.dumps({'cells': [cell]}))\nprint([f.code for f in lint_path(path)])",
    "fixes": "print('KFD101')\nsys.argv[1:] = ['fix', '--unsafe-fixes', '--diff', sys.argv[1]]\n"
    "import runpy\nrunpy.run_module('dropout_lint', run_name='__main__')",
    "show": "print('KFD101')\nsys.argv[1:] = ['show', sys.argv[1]]\n"
    "import runpy\nrunpy.run_module('dropout_lint', run_name='__main__')",
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


# The working directory is no place to import from.
PYTHON = [sys.executable, *(["-P"] if sys.version_info >= (3, 11) else []), "-c"]


def run(code: str, *arguments: str, cwd: Path, seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"}
    return subprocess.run(
        [*PYTHON, code, *arguments],
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
    only_inside(done.stderr, project)


def only_inside(errors: str, project: Path, read: str = "package/helper.py") -> None:
    """What was opened, as the hook printed it, is the project's, or belongs to Python or the linter.

    One file of the project is certain to be `read`.
    """
    opened = {line.split(" ", 1)[1] for line in errors.splitlines() if line.startswith("OPENED ")}
    inside = {file for file in opened if file.startswith(str(project.resolve()))}
    assert str(project.resolve() / read) in inside
    own = (sys.prefix, sys.base_prefix, "/dev/", "/proc/", str(Path(__file__).parents[2]), *sys.path[1:])
    homes = tuple({os.path.realpath(folder) for folder in own if folder})
    assert {file for file in opened - inside if not file.startswith(homes)} == set()


# The same for every process that the server starts: Python imports a module of this name by itself.
HOOK_OF_ALL = """\
import os, sys
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        os.write(2, f"OPENED {os.path.realpath(os.fsdecode(args[0]))}\\n".encode())
sys.addaudithook(hook)
"""


class Server:
    """Our language server under the hook, spoken to as an editor does."""

    def __init__(self, cwd: Path, site: Path) -> None:
        site.mkdir()
        (site / "sitecustomize.py").write_text(HOOK_OF_ALL, encoding="utf-8")
        code = (
            "import sys, runpy\nsys.argv[1:] = ['lsp']\nrunpy.run_module('dropout_lint', run_name='__main__')"
        )
        self.errors = (site / "errors").open("w+b")
        self.process = subprocess.Popen(
            [*PYTHON, code],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
        )

    def send(self, method: str, params: object, number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(message if number is None else {**message, "id": number}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def wait_for(self, words: bytes) -> None:
        """Reads messages until one has these words."""
        body, stream = b"", self.process.stdout
        assert stream is not None
        while words not in body:
            header = stream.readline()
            assert header, "the server has ended"
            if header.startswith(b"Content-Length:"):
                while stream.readline().strip():
                    pass
                body = stream.read(int(header.split(b":")[1]))

    def close(self) -> str:
        """Ends it; what it wrote on its error stream."""
        self.send("shutdown", None, 99)
        self.wait_for(b"99")
        self.send("exit", None)
        self.process.communicate(timeout=60)
        self.errors.seek(0)
        with self.errors:
            return self.errors.read().decode()


@pytest.mark.parametrize("name", ["train.py", "train.ipynb"])
def test_the_language_server_is_as_careful(name: str, tmp_path: Path) -> None:
    project, mark = tmp_path / "project", tmp_path / "sprung"
    path = build(project, mark).with_name(name)
    server = Server(project, tmp_path / "site")
    server.send("initialize", {"processId": None, "rootUri": project.as_uri(), "capabilities": {}}, 1)
    server.wait_for(b"capabilities")
    server.send("initialized", {})
    uri, text = path.as_uri(), path.with_suffix(".py").read_text()
    item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    if name.endswith(".ipynb"):
        item["uri"] = uri.replace("file:", "vscode-notebook-cell:") + "#1"
        notebook = {"uri": uri, "notebookType": "jupyter-notebook", "version": 1}
        cells = {**notebook, "cells": [{"kind": 2, "document": item["uri"]}]}
        server.send("notebookDocument/didOpen", {"notebookDocument": cells, "cellTextDocuments": [item]})
    else:
        server.send("textDocument/didOpen", {"textDocument": item})
    server.wait_for(b"KFD101")
    errors = server.close()
    assert not mark.exists()
    only_inside(errors, project)


def test_logs_quote_no_file(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A failure of the linter is logged with its place, not with what the exception says."""

    def fail(*_: object) -> None:
        raise ValueError(f"password = {'hunter'}{2}")

    monkeypatch.setattr("dropout_lint.linter.lint_file", fail)
    assert lint_source(RULES[0].wrong, "train.py") == []
    assert "could not analyse train.py: ValueError" in caplog.text
    assert "in fail" in caplog.text
    assert "hunter2" not in caplog.text


def test_the_traps_work(tmp_path: Path) -> None:
    path = build(tmp_path / "project", tmp_path / "sprung")
    subprocess.run([sys.executable, str(path)], capture_output=True, check=False)
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("seed", ["1", "2", "77"])
def test_the_same_bytes(seed: str, tmp_path: Path) -> None:
    build(tmp_path / "project", tmp_path / "sprung")
    fixtures = sorted((Path(__file__).parents[2] / "fixtures" / "gan").rglob("*.py"))
    own = (
        path for path in (tmp_path / "project").rglob("*.py") if not path.is_symlink()
    )  # one leads outside
    paths = [str(path) for path in (*own, *fixtures)]
    code = (
        "import sys\nfrom dropout_lint import lint_path\n"
        "for path in sys.argv[1:]:\n    print(*map(repr, lint_path(path)), sep='\\n')"
    )
    first = run(code, *paths, cwd=tmp_path, seed="0").stdout.splitlines()
    other = run(code, *reversed(paths), cwd=tmp_path / "project", seed=seed).stdout.splitlines()
    assert len(first) > 5
    assert sorted(first) == sorted(other)
