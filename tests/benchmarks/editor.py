"""f. The language server: from a change of a file of about 1,000 lines to its diagnostics.

A real server over standard input and output. What counts is the processor time that it and its processes
take for a change, against libcst's parse of the same texts. Before it begins it waits for the typing to
rest, on purpose: that pause takes no processor time, and the note gives what a user waits besides.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import libcst as cst
from lsprotocol import types

from dropout_lint.language_server.server import PAUSE
from tests.benchmarks.figures import Figure
from tests.benchmarks.files import Text, candidates, changed, package
from tests.benchmarks.programs import PROGRAMS
from tests.integration.session import Session, connected

_LINES = range(800, 1_251)
_CHANGES = 5
_GENERATED = ("plain", "builders")
# As VS Code and Neovim do: the edits of an action are asked for when it is chosen.
_RESOLVES = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        code_action=types.CodeActionClientCapabilities(
            data_support=True, resolve_support=types.ClientCodeActionResolveOptions(["edit"])
        )
    )
)


def measure(folders: list[Path]) -> list[Figure]:
    """The figures of part f: real files, and generated ones."""
    sources = [package("keras"), package("tf_keras"), *folders]
    real = [one for folder in sources for one in candidates(folder).run if one.lines in _LINES][:12]
    made = [Text(Path(f"{name}.py"), PROGRAMS[name](1_000)) for name in _GENERATED]
    figures = [asyncio.run(_measured(f"{len(real)} real files of 800 to 1,250 lines", real))]
    figures += [asyncio.run(_measured(f"generated: {one.path.stem}", [one])) for one in made]
    return [*figures, asyncio.run(_action(Text(Path("builders.py"), PROGRAMS["builders"](1_400))))]


async def _action(one: Text) -> Figure:
    """From the diagnostics of a program with many findings to what is offered at one of them."""
    with tempfile.TemporaryDirectory() as folder:
        command = ("sh", "-c", 'echo $$ > pid && exec "$0" -m dropout_lint lsp', sys.executable)
        async with connected(*command, root=Path(folder), capabilities=_RESOLVES) as editor:
            uri = editor.open(Path(folder, "many.py"), one.text)
            found = await editor.diagnostics(uri)
            process, offered = int(Path(folder, "pid").read_text(encoding="ascii")), 0
            before = _cpu(process)
            for diagnostic in found[:_CHANGES]:
                asked = types.CodeActionParams(
                    types.TextDocumentIdentifier(uri), diagnostic.range, types.CodeActionContext([])
                )
                offered += len(await editor.client.text_document_code_action_async(asked) or [])
            spent = _cpu(process) - before
    begin = time.process_time()
    cst.parse_module(one.text)
    parse = time.process_time() - begin
    note = f"{len(found)} findings, {one.lines} lines, {_CHANGES} requests, {offered} actions"
    return Figure("f", "a code action / libcst's parse", spent / _CHANGES / parse, 1, note=note)


async def _measured(what: str, files: list[Text]) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        command = ("sh", "-c", 'echo $$ > pid && exec "$0" -m dropout_lint lsp', sys.executable)
        async with connected(*command, root=Path(folder)) as editor:
            ratios = [await _ratio(editor, Path(folder, f"file{n}.py"), one) for n, one in enumerate(files)]
    ratio = statistics.median(ratio for ratio, _, _ in ratios)
    waits = statistics.median(wait for _, wait, _ in ratios) * 1000
    parses = statistics.median(parse for _, _, parse in ratios) * 1000
    note = (
        f"greatest {max(ratio for ratio, _, _ in ratios):.1f}; the user waits {waits:.0f} ms after the pause "
        f"of {PAUSE * 1000:.0f} ms, the parse takes {parses:.0f} ms; load {os.getloadavg()[0]:.1f}"
    )
    return Figure("f", f"change to diagnostics / libcst's parse, {what}", ratio, 3, note=note)


async def _ratio(editor: Session, path: Path, one: Text) -> tuple[float, float, float]:
    """CPU time of the server for a change, in parses; how long it took beside the pause; the parse's."""
    count = itertools.count()
    uri = editor.open(path, one.text)
    await editor.diagnostics(uri)
    parse, waits = 0.0, []
    process = int((path.parent / "pid").read_text(encoding="ascii"))
    before = _cpu(process)
    for version in range(2, _CHANGES + 2):
        text = changed(one.text, count)
        begin = time.perf_counter()
        editor.change(uri, text, version)
        await editor.diagnostics(uri, version)
        waits.append(time.perf_counter() - begin - PAUSE)
    spent = _cpu(process) - before
    for _ in range(_CHANGES):
        text = changed(one.text, count)
        begin = time.process_time()
        cst.parse_module(text)
        parse += time.process_time() - begin
    editor.close(uri)
    return spent / parse, statistics.median(waits), parse / _CHANGES


def _cpu(process: int) -> float:
    """The processor time of a process so far, all its threads and processes included (Linux)."""
    folder = Path(f"/proc/{process}")
    fields = (folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    children = (folder / "task" / str(process) / "children").read_text(encoding="ascii").split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_cpu(int(child)) for child in children)
