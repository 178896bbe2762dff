"""Names of files and strings of programs that a terminal, GitHub or readers of JSON understand."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from dropout_lint.rules import RULES
from tests.commands.running import Done, cli

_COMMAND = "::error title=owned,file=a::owned"
EVIL = {
    "GitHub": _COMMAND,
    "GitHub's old way": "##[error]owned",
    "line breaks": f"a\n{_COMMAND}\r{_COMMAND}",
    "line breaks of Unicode": f"a\u2028{_COMMAND}\x85{_COMMAND}\x0b{_COMMAND}\x0c{_COMMAND}",
    "terminal": "\x1b]0;owned\x07\x1b[2J\x9b31m\x08\x7f",
    "text from right to left": "a\u202eyp.b\u2066c\u2069\u200f\u061c",
    "no width": "a\u200bb\ufeffc\u00ad",
    "half a pair": os.fsdecode(b"a\xff\xfe\x80"),
    "marks of formats": "a%0A::b,c=d;e'f\"g&<h>`i`{j}[k](l)[bold red]m[/]",
}
_FORMATS = ("text", "concise", "json", "sarif", "github", "rdjson")
_WRONG = RULES[0].wrong
# Its message names the argument; a fix has its line in the difference.
_STRINGS = (
    "base.trainable = 'Fals{}e'\nlayer = keras.layers.Dropout(0.5, name='{}')\nlayer.trainible = False\n"
)


def _folder(name: str) -> Path:
    folder = Path(EVIL[name].replace("/", "."))
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text('[project]\ndependencies = ["keras==3.15"]\n')


def _write(name: str) -> list[str]:
    """Files of a bad name, in a folder of that name; what is in them says the name, too."""
    folder = _folder(name)
    escaped = (
        EVIL[name].encode("unicode_escape").decode().replace("'", "\\'").replace("{", "").replace("}", "")
    )
    wrong = f"{_WRONG}{_STRINGS.replace('{}', escaped)}"
    model, _, training = _WRONG.partition("base.trainable = False\n")
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": wrong}
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    for ending, content in {
        ".py": wrong, ".ipynb": notebook, "_broken.py": f"{_WRONG}print '\n", "_no.ipynb": "{",
        "_codec.py": f"# coding: rot13\n{_WRONG}",
    }.items():  # fmt: skip
        (folder / f"{folder.name}{ending}").write_text(content)
    (folder / "helper.py").write_text(model)
    (folder / "train.py").write_text(f"from helper import *\nbase.trainable = False\n{training}")
    (folder / f"{folder.name}_gone.py").symlink_to("nowhere")
    return [str(folder)]


def _is_harmless(character: str) -> bool:
    return character == "\n" or unicodedata.category(character) not in (
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
        "Co",
        "Cn",
    )


def _check(done: Done, *ours: str) -> None:
    """No control character, and no command but `ours`."""
    for text in (done.out, done.err):
        bad = {character for character in text if not _is_harmless(character)}
        assert not bad, text[:2_000]
        for line in text.split("\n"):
            # ":::" has a command without a name: there is none.
            command = line.lstrip(" ").startswith(("::", "##[")) and not line.startswith(" ::: ")
            assert not command or line.startswith(ours or "\0"), line
        assert "Traceback" not in text


def _no_constant(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys))
    return dict(pairs)


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("form", _FORMATS)
def test_formats(form: str, name: str) -> None:
    paths = _write(name)
    done = cli(
        "check", "-j1", "--select=ALL", "--verbose", "--show-unknown", f"--output-format={form}", *paths
    )
    _check(
        done, *(("::warning title=dropout-lint", "::error title=dropout-lint") if form == "github" else ())
    )
    assert "KFD101" in done.out
    assert done.code == 1
    if form in ("json", "sarif", "rdjson"):
        content = json.loads(done.out, parse_constant=_no_constant, object_pairs_hook=_once)
        json.dumps(content, ensure_ascii=False).encode()  # what is no text cannot be written
    if form == "sarif":
        _existing(content)


def _existing(log: dict[str, Any]) -> None:
    """Readers of SARIF find the files by their addresses."""
    for result in log["runs"][0]["results"]:
        address = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[!-~]+", address)
        assert os.path.exists(unquote_to_bytes(address))


_COMMANDS = {
    "differences": ("fix", "--unsafe-fixes", "--diff"),
    "comments": ("check", "--add-noqa", "--diff"),
    "settings": ("check", "--show-settings"),
    "statistics": ("check", "--statistics"),
    "tables": ("show",),
}


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("what", _COMMANDS)
def test_commands(what: str, name: str) -> None:
    (folder,) = _write(name)
    paths = [folder] if what != "tables" else [f"{folder}/{folder}.py"]
    _check(cli(*_COMMANDS[what], *paths))


@pytest.mark.parametrize("name", EVIL)
def test_errors(name: str) -> None:
    """What cannot be read, or meant, is named as well."""
    evil = EVIL[name].replace("/", ".")
    (folder,) = _write(name)
    for command in (
        ("check", f"{evil}.py"), ("explain", f"{folder}/{evil}.py:1"), ("explain", evil),
        ("explain", f"{evil}:3"), ("check", f"--select={evil}", "."), ("check", f"--{evil}", "."),
        ("check", f"--keras-version={evil}", "."), ("check", f"--output-format={evil}", "."), (evil,),
        ("check", f"--baseline={evil}", "."), ("check", f"--output-file={evil}/x/y", "."), ("show", evil),
        ("check", f"--exclude={evil}", "."), ("check", f"--stdin-filename={evil}", "-"),
        ("fix", "--diff", "--stdin-filename", evil, "-"),
    ):  # fmt: skip
        _check(cli(*command, stdin=_WRONG))
    Path(folder, "pyproject.toml").write_text("[tool.dropout-lint]\nselekt = []\n")
    done = cli("check", folder)
    _check(done)
    assert done.code == 2
    quoted = json.dumps(EVIL[name].encode("utf-8", "replace").decode())
    for line in (
        "{} = 1",
        "select = [{}]",
        "keras-version = {}",
        "[tool.dropout-lint.per-file-ignores]\n{} = 1",
    ):
        Path(folder, "pyproject.toml").write_text(f"[tool.dropout-lint]\n{line.format(quoted)}\n")
        done = cli("check", folder)
        _check(done)
        assert done.code == 2


@pytest.mark.parametrize("name", EVIL)
def test_written_files(name: str) -> None:
    """A baseline, and a report in a file, have what the terminal has."""
    (folder,) = _write(name)
    done = cli("check", "--write-baseline=known.json", folder)
    _check(done)
    json.loads(Path("known.json").read_bytes(), parse_constant=_no_constant, object_pairs_hook=_once)
    known = cli("check", "--baseline=known.json", folder)
    _check(known)
    assert "KFD101" not in known.out
    _check(cli("check", "--output-file=report", "--output-format=json", folder))
    json.loads(Path("report").read_bytes().decode(), parse_constant=_no_constant)
