"""README tells the truth: its table is the rules' own, its example prints what it shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from dropout_lint import lint_source
from tests.rules_table import README, updated

TEXT = README.read_text(encoding="utf-8")


def test_the_table_is_that_of_the_rules() -> None:
    assert updated(TEXT) == TEXT, "run `python -m tests.rules_table`"


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
