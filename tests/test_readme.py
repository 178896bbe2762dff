"""README tells the truth: its table is the rules' own, its example prints what it shows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dropout_lint import __version__, lint_source
from dropout_lint.address import repository
from dropout_lint.cli import FORMATS as cli_formats
from dropout_lint.config import config_for
from dropout_lint.help_texts import COMMANDS
from dropout_lint.pyproject import KEYS
from dropout_lint.reporters import FORMATS
from dropout_lint.selection import CODES
from tests.commands.running import cli
from tests.conftest import Kerases
from tests.pictures import opening_program
from tests.rules_table import README, SCHEMA, SELECTION, updated

TEXT = README.read_text(encoding="utf-8")
SCRIPTS = sysconfig.get_path("scripts")


@pytest.mark.parametrize("path", [README, SELECTION, SCHEMA], ids=lambda path: path.name)
def test_what_repeats_the_rules_is_theirs(path: Path) -> None:
    assert updated(path) == path.read_text(encoding="utf-8"), "run `python -m tests.rules_table`"


def test_the_opening_example_prints_what_is_shown() -> None:
    numbered = re.search(r"```python\n(.*?)```\n\n```\n(train.py.*?)\n```", TEXT, re.DOTALL)
    assert numbered is not None
    lines = {int(line[:2]): line[4:] for line in numbered[1].splitlines()}
    imports = "from tensorflow import keras\nfrom tensorflow.keras import layers\n\n"
    source = imports + "\n".join(lines.get(number, "") for number in range(4, max(lines) + 1))
    (finding,) = lint_source(source, "train.py")
    shown = numbered[2].removesuffix("…")
    place = f"{finding.place.path}:{finding.place.line}:{finding.place.column + 1}"
    assert f"{place}: {finding.code} {finding.message}".startswith(shown.rstrip())


SESSION = """
import numpy as np
keras.utils.set_random_seed(1)
x, y = np.random.rand(16, 8), np.random.rand(16, 1)
"""


@pytest.mark.parametrize("rate", [0.5, 0.0])
def test_keras_does_what_is_shown(rate: float, kerases: Kerases) -> None:
    """And it is the Dropout that does it: with a rate of 0 each epoch has the same loss."""
    session = re.findall(r"^>>> (.*)$", block("what-keras-does"), re.MULTILINE)
    shown = json.loads(block("what-keras-does").splitlines()[-1])
    head, program = opening_program().replace("Dropout(0.5)", f"Dropout({rate})").split("\n\n", 1)
    wanted = f"({shown} == losses) is {rate > 0} and (len(set(losses)) == 1) is {rate == 0}"
    lines = [head, SESSION, program, session[0], f"losses = {session[1]}", f"assert {wanted}, losses"]
    assert kerases.get("3.15").run_source("\n".join(lines))["error"] is None


def test_the_workflow_s_command_writes_sarif(project: Path) -> None:
    (command,) = re.findall(
        r"- run: dropout-lint (.*) > dropout-lint.sarif$", block("workflow"), re.MULTILINE
    )
    done = cli(*command.split())
    assert done.code == 0
    assert [result["ruleId"] for result in json.loads(done.out)["runs"][0]["results"]] == ["KFD101"]


def test_pycharm_s_filter_reads_what_its_command_prints(project: Path) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("| PyCharm |"))
    arguments = re.search(r"arguments `(.*?)`", row)
    output_filter = re.search(r"output filter `(.*?)`", row)
    assert arguments is not None
    assert output_filter is not None
    pattern = re.escape(output_filter[1]).replace(r"\.\*", ".*")
    for macro, what in (("FILE_PATH", "(.+)"), ("LINE", r"(\d+)"), ("COLUMN", r"(\d+)")):
        pattern = pattern.replace(re.escape(f"${macro}$"), what)
    done = cli(*arguments[1].replace('"$FilePath$"', str(project / "train.py")).split())
    found = re.fullmatch(pattern, done.out.rstrip("\n"))
    assert found is not None
    assert found.groups() == (str(project / "train.py"), "11", "12")


def test_ruff_takes_the_setting_that_is_shown(project: Path) -> None:
    """Without it, ruff complains of a noqa comment with a code that it does not know."""
    text = "x = 1  # noqa: KFD101\n"
    (project / "a.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--select=RUF100,RUF102", "--no-cache", "a.py"]
    without = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "KFD101" in without.stdout + without.stderr
    setting = re.search(r"```toml\n(\[tool.ruff.lint\]\n.*?)```", TEXT, re.DOTALL)
    assert setting is not None
    (project / "pyproject.toml").write_text(setting[1], encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All checks passed!\n", "")


def test_the_example_command_shows_findings() -> None:
    block = re.search(r"<!-- example-command -->\n```sh\n(.*?)\n```", TEXT, re.DOTALL)
    assert block is not None
    *_, run = block[1].split(" && ")
    assert run.startswith(".venv/bin/flake8 ")
    command = [sys.executable, "-m", "flake8", "--isolated", *run.split()[1:]]
    done = subprocess.run(command, cwd=README.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.count(" KFD101 ") == 2
    assert Path(run.split()[-1]).parts[0] == "fixtures"


def block(name: str) -> str:
    """The code block below a mark."""
    found = re.search(rf"<!-- {name} -->\n```\w*\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None, name
    return found[1]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the program of the opening example."""
    (tmp_path / "train.py").write_text(opening_program(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a fresh virtual environment in which the checkout is installed as users install it."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    install = [scripts / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", README.parent]
    subprocess.run(install, check=True)
    return scripts


def test_the_commands_run_where_only_the_package_is_installed(project: Path, fresh: Path) -> None:
    commands = [line.split("#")[0].split() for line in block("commands").splitlines()]
    assert {command[1] for command in commands} == set(COMMANDS) - {"lsp"}
    for program, *arguments in commands:
        done = subprocess.run([fresh / program, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        assert done.stdout or "finding" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_flake8_command_runs_where_only_the_package_is_installed(project: Path, fresh: Path) -> None:
    found = re.search(r"^flake8 (--extend-select=KFD train.py)$", TEXT, re.MULTILINE)
    assert found is not None
    command = [fresh / "flake8", "--isolated", *found[1].split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert " KFD101 " in done.stdout


def test_the_configuration_is_accepted_and_complete(project: Path) -> None:
    (project / "pyproject.toml").write_text(block("configuration"), encoding="utf-8")
    (project / "src").mkdir()
    config = config_for(project / "tests" / "test_train.py")
    assert config.selection.wants("KFD105")
    assert not config.wants("KFD301", project / "tests" / "test_train.py")
    assert set(re.findall(r"^([a-z-]+) = ", block("configuration"), re.MULTILINE)) == set(KEYS) - {
        "per-file-ignores"
    }
    table = TEXT[TEXT.index("| key | meaning |") : TEXT.index("### Silencing")]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == set(KEYS)


def test_the_formats_are_all_listed() -> None:
    table = TEXT[TEXT.index("| `--output-format` |") : TEXT.index("## Configuration")]
    assert tuple(re.findall(r"^\| `([a-z]+)` \|", table, re.MULTILINE)) == FORMATS == cli_formats
    assert (README.parent / "dropout_lint/reporters/json.schema.json").is_file()
    assert "dropout_lint/reporters/json.schema.json" in table


def test_the_options_that_are_named_exist() -> None:
    helps = "".join(cli(command, "--help").out for command in COMMANDS)
    helps += subprocess.run(
        [sys.executable, "-m", "flake8", "--help"], capture_output=True, text=True, check=True
    ).stdout
    text = TEXT[TEXT.index("## Use it on the command line") : TEXT.index("## Notebooks")]
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    assert {option for option in named if option not in helps} == set()
    assert len(named) > 10


def test_the_workflow_names_exact_commits_and_gives_few_rights() -> None:
    lines = [line.strip() for line in block("workflow").splitlines()]
    used = [line.removeprefix("- uses: ") for line in lines if line.startswith("- uses: ")]
    assert len(used) == 3
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action) for action in used)
    assert "persist-credentials: false" in lines
    everywhere, job = block("workflow").split("jobs:")
    assert "write" not in everywhere
    assert job.count("write") == 1


@pytest.mark.skipif(shutil.which("zizmor", path=SCRIPTS) is None, reason="no zizmor for this machine")
def test_zizmor_has_nothing_to_say_of_the_workflow(tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "lint.yml"
    file.parent.mkdir(parents=True)
    file.write_text(block("workflow"), encoding="utf-8")
    command = [str(shutil.which("zizmor", path=SCRIPTS)), "--offline", "--no-progress", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings to report" in done.stdout


@pytest.mark.parametrize(
    ("name", "where"),
    [
        (
            "vscode",
            lambda snippet: [snippet["glspc.server.command"], *snippet["glspc.server.commandArguments"]],
        ),
        (
            "jupyter",
            lambda snippet: snippet["LanguageServerManager"]["language_servers"]["dropout-lint"]["argv"],
        ),
    ],
)
def test_editors_start_the_server(name: str, where: Callable[[Any], list[str]]) -> None:
    program, *arguments = where(json.loads(block(name)))
    assert program == "dropout-lint"
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})
    exit_message = json.dumps({"jsonrpc": "2.0", "method": "exit"})
    sent = "".join(f"Content-Length: {len(text)}\r\n\r\n{text}" for text in (message, exit_message))
    command = [sys.executable, "-m", "dropout_lint", *arguments]
    done = subprocess.run(command, input=sent.encode(), capture_output=True, check=False, timeout=120)
    assert b'"name":"dropout-lint"' in done.stdout.replace(b" ", b"")


def test_the_package_is_installed_from_one_address_until_it_is_released() -> None:
    address = repository() or "URL-OF-THIS-REPOSITORY"
    assert block("install") == f'pip install "git+{address}"\n'
    assert "pip install dropout-lint" not in TEXT
    assert repository() is None or "URL-OF-THIS-REPOSITORY" not in TEXT


def test_the_changes_name_each_rule_once() -> None:
    table = TEXT[TEXT.index("<!-- changes") :]
    rows = re.findall(r"^\| (\d+\.\d+\.\d+)(?:, not released)? \| (.*) \|$", table, re.MULTILINE)
    assert rows[0][0] == __version__
    spans = re.findall(r"(KFD\d+)(?:–(KFD\d+))?", table)
    listed = [code for first, last in spans for code in CODES if first <= code <= (last or first)]
    assert listed == list(CODES)
