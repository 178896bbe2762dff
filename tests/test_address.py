"""The project's address is read from its metadata alone, and every output links to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dropout_lint.rules import RULES
from dropout_lint.selection import CODES

URL = "https://example.org/someone/dropout-lint"
LINK = f"{URL}#rules"
WRONG = next(rule.wrong for rule in RULES if rule.code == "KFD101")


def run(folder: Path, *arguments: str, url: str = f"Repository, {URL}/") -> Any:
    """What a command prints as JSON, with a package whose metadata names this address."""
    installed = folder / "installed" / "dropout_lint-0.1.0.dist-info"
    installed.mkdir(parents=True, exist_ok=True)
    lines = ["Metadata-Version: 2.4", "Name: dropout-lint", "Version: 0.1.0", "Project-URL: Docs, https://d"]
    lines += [f"Project-URL: {url}"] if url else []
    (installed / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "train.py").write_text(WRONG, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed.parent)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return json.loads(done.stdout)


def check(folder: Path, form: str, url: str = f"Repository, {URL}/") -> Any:
    command = ("-m", "dropout_lint", "check", "--output-format", form, "train.py")
    return run(folder, *command, url=url)


def test_sarif(tmp_path: Path) -> None:
    driver = check(tmp_path, "sarif")["runs"][0]["tool"]["driver"]
    assert driver["informationUri"] == URL
    assert [rule["helpUri"] for rule in driver["rules"]] == [LINK] * len(CODES)


def test_rdjson(tmp_path: Path) -> None:
    (found,) = check(tmp_path, "rdjson")["diagnostics"]
    assert found["code"] == {"value": "KFD101", "url": LINK}


def test_rules(tmp_path: Path) -> None:
    told = run(tmp_path, "-m", "dropout_lint", "rules", "--output-format", "json")
    assert [rule["url"] for rule in told] == [LINK] * len(CODES)


_DIAGNOSTICS = """
import json, sys
from pathlib import Path
from lsprotocol import converters
from dropout_lint.language_server.analysis import analyse
from dropout_lint.language_server.diagnostics import Reader, diagnostics
from dropout_lint.language_server.program import Document, Program
document = Document(Path("train.py").resolve().as_uri(), 1, Path("train.py").read_text(), "utf-16")
result = analyse(Program(document.uri, (document,)))
found = diagnostics(result, document, Reader(related=True, tags=True))
json.dump(converters.get_converter().unstructure(found), sys.stdout)
"""


def test_editors(tmp_path: Path) -> None:
    (found,) = run(tmp_path, "-c", _DIAGNOSTICS)
    assert found["codeDescription"] == {"href": LINK}


@pytest.mark.parametrize("url", ["", "Repository, javascript:alert(1)", "Repository", "Homepage, https://h"])
def test_without_an_address_there_is_no_link(url: str, tmp_path: Path) -> None:
    driver = check(tmp_path, "sarif", url)["runs"][0]["tool"]["driver"]
    assert "informationUri" not in driver
    assert not any("helpUri" in rule for rule in driver["rules"])
    assert check(tmp_path, "rdjson", url)["diagnostics"][0]["code"] == {"value": "KFD101"}
