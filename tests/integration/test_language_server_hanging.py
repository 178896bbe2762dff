"""Documents whose analysis hangs or ends its process: the conversation and other documents go on."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from lsprotocol import types

from dropout_lint.rules import RULES
from tests.integration.session import PATIENCE, Session, connected

WRONG = next(rule.wrong for rule in RULES if rule.code == "KFD101")
# Every Python that finds this module imports it first. The linter knows no text that does this to it: so
# texts with these words are given what they say.
HOSTILE = """\
import os, re, signal
import dropout_lint.api as api
lint = api.lint_source
def lint_source(source, *arguments, **named):
    if "# hang" in source:
        re.match("(a+)+$", "a" * 60 + "b")
    while "# spin" in source:
        pass
    if "# die" in source:
        os.kill(os.getpid(), signal.SIGSEGV)
    return lint(source, *arguments, **named)
api.lint_source = lint_source
"""
# `exec`: the process that is started is the server.
COMMAND = ("sh", "-c", 'PYTHONPATH="$1" exec "$0" -m dropout_lint lsp', sys.executable)

pytestmark = pytest.mark.asyncio


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HOSTILE, encoding="utf-8")
    return folder


@asynccontextmanager
async def with_server(
    hostile: Path, seconds: int = 600, slow: int = 60
) -> AsyncIterator[tuple[Session, psutil.Process]]:
    """A session, and the server's process; analysis is ended after so many seconds."""
    # Nothing but what hangs is slow, whatever else the machine does.
    slow = min(slow, seconds)
    allowed = f"import dropout_lint.language_server.workers as w\nw.ALLOWANCE, w.SLOW = {seconds}, {slow}\n"
    with (hostile / "sitecustomize.py").open("a", encoding="utf-8") as stream:
        stream.write(allowed)
    before = set(psutil.Process().children())
    async with connected(*COMMAND, str(hostile), root=hostile.parent) as session:
        (server,) = set(psutil.Process().children()) - before
        yield session, server


async def hanging(server: psutil.Process) -> psutil.Process:
    """The process that analyses a hostile document, once it does."""
    return (await all_hanging(server, 1))[0]


async def all_hanging(server: psutil.Process, count: int) -> list[psutil.Process]:
    """The processes that analyse so many hostile documents, once they do."""
    for _ in range(600):
        busy = [child for child in server.children(recursive=True) if child.cpu_times().user > 3]
        if len(busy) >= count:
            return busy
        await asyncio.sleep(0.1)
    raise AssertionError("too few of them hang")


def ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


async def test_other_documents_and_the_end_do_not_wait(hostile: Path) -> None:
    async with with_server(hostile) as (session, server):
        bad = session.open(hostile / "bad.py", WRONG + "# hang\n")
        worker = await hanging(server)
        uri = session.open(hostile / "train.py", WRONG)
        assert len(await session.diagnostics(uri, 1)) == 1
        session.change(uri, "", 2)
        assert await session.diagnostics(uri, 2) == []
        assert not ended(worker)
        assert bad not in session.published
        children = server.children(recursive=True)
        begin = time.monotonic()
    assert time.monotonic() - begin < 30, "shutdown and exit were answered; the analysis would take 600 s"
    assert all(ended(process) for process in (server, *children))


async def test_two_that_hang_leave_a_process_to_the_others(hostile: Path) -> None:
    async with with_server(hostile, slow=600) as (session, server):
        for name in ("one.py", "two.py"):
            session.open(hostile / name, WRONG + "# hang\n")
        busy = await all_hanging(server, 2)
        for name in ("train.py", "tune.py"):
            uri = session.open(hostile / name, WRONG)
            assert len(await session.diagnostics(uri, 1)) == 1
        assert sorted(ended(process) for process in busy) == [False, True], "one of them goes on"


async def test_a_hanging_document_that_changes_is_shown(hostile: Path) -> None:
    async with with_server(hostile) as (session, server):
        uri = session.open(hostile / "train.py", WRONG + "# hang\n")
        worker = await hanging(server)
        session.change(uri, WRONG, 2)
        assert len(await session.diagnostics(uri, 2)) == 1
        await asyncio.sleep(2)
        assert ended(worker), "nobody waits for it any more"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("hang", "its analysis was ended after 2 seconds"),
        ("die", "the process that analysed it has died"),
    ],
)
async def test_what_was_not_analysed_is_told(word: str, reason: str, hostile: Path) -> None:
    settings = hostile.parent / "pyproject.toml"
    settings.write_text('[tool.dropout-lint]\nextend-select = ["KFD900"]\n', encoding="utf-8")
    async with with_server(hostile, 2) as (session, _):
        uri = session.open(hostile / "train.py", WRONG)
        assert [found.code for found in await session.diagnostics(uri, 1)] == ["KFD101"]
        session.change(uri, WRONG + f"# {word}\n", 2)
        (notice,) = await session.diagnostics(uri, 2)
        assert (notice.code, notice.message) == ("KFD900", f"not analysed: {reason}")
        assert notice.severity == types.DiagnosticSeverity.Information
        (logged,) = session.client.log_messages
        assert logged.message == f"{hostile / 'train.py'}: not analysed: {reason}"
        session.change(uri, WRONG, 3)
        assert [found.code for found in await session.diagnostics(uri, 3)] == ["KFD101"]


async def test_without_the_code_it_is_in_the_log(hostile: Path) -> None:
    async with with_server(hostile) as (session, _):
        uri = session.open(hostile / "train.py", WRONG + "# die\n")
        assert await session.diagnostics(uri, 1) == []
        (logged,) = session.client.log_messages
        assert "train.py: not analysed: the process that analysed it has died" in logged.message


@pytest.fixture
def alone(hostile: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server whose editor may die."""
    environment = {**os.environ, "PYTHONPATH": str(hostile)}
    command = [sys.executable, "-m", "dropout_lint", "lsp"]
    server = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield server
    server.kill()
    server.wait()


@pytest.mark.parametrize(
    ("how", "word", "status"),
    [
        ("the editor dies", "hang", 0),
        ("the editor says exit", "hang", 1),
        ("the server is killed", "spin", -signal.SIGKILL),
    ],
)
async def test_no_process_is_left(
    how: str, word: str, status: int, hostile: Path, alone: subprocess.Popen[bytes]
) -> None:
    item = {"uri": (hostile / "a.py").as_uri(), "languageId": "python", "version": 1, "text": f"# {word}"}
    say(alone, "initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
    say(alone, "textDocument/didOpen", {"textDocument": item})
    server = psutil.Process(alone.pid)
    worker = await hanging(server)
    if how == "the server is killed":
        alone.kill()
    elif how == "the editor says exit":
        say(alone, "exit", None)
    else:
        assert alone.stdin is not None
        alone.stdin.close()
    await asyncio.wait_for(asyncio.to_thread(alone.wait), PATIENCE)
    for _ in range(50):
        if ended(worker):
            break
        await asyncio.sleep(0.1)
    assert ended(worker)
    assert alone.returncode == status


def say(server: subprocess.Popen[bytes], method: str, params: object, **more: int) -> None:
    body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
    assert server.stdin is not None
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    server.stdin.flush()
