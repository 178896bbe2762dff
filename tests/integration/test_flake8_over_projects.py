"""However flake8 is given the files of a project, it finds the same."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.fixture_files import PROJECTS

_REPORT = re.compile(r"^(?P<path>.+?):(?P<line>\d+):\d+: (?P<code>KFD\d{3}) (?P<message>.*)$", re.MULTILINE)

_START_METHOD = """
import multiprocessing, sys
from flake8.main import cli
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    sys.exit(cli.main(sys.argv[2:]))
"""


def _flake8(
    *arguments: str, text: str | None = None, program: tuple[str, ...] = ("-m", "flake8")
) -> list[str]:
    options = ["--isolated", "--select=KFD", "--kfd-keras-version=3.15"]
    done = subprocess.run(
        [sys.executable, *program, *options, *arguments],
        input=text,
        cwd=PROJECTS,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    reports = [match.groupdict() for match in _REPORT.finditer(done.stdout)]
    assert len(reports) == len(done.stdout.splitlines())
    return sorted("{path}:{line} {code} {message}".format(**report).removeprefix("./") for report in reports)


@cache
def _all_at_once() -> list[str]:
    return _flake8("-j1", ".")


def _files_with_findings() -> list[str]:
    return sorted({report.partition(":")[0] for report in _all_at_once()})


def test_there_is_something_to_find_in_several_projects() -> None:
    assert len({name.split("/")[0] for name in _files_with_findings()}) >= 10


def test_several_processes_find_the_same() -> None:
    assert _flake8("-j2", ".") == _all_at_once()


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_started_in_another_way_find_the_same(method: str, tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(_START_METHOD, encoding="utf-8")
    assert _flake8("-j2", ".", program=(str(script), method)) == _all_at_once()


def test_one_file_at_a_time_finds_the_same() -> None:
    mains = [path for path in _files_with_findings() if not path.startswith("two_programs")][:6]
    found = [report for path in mains for report in _flake8("-j1", path)]
    assert sorted(found) == [report for report in _all_at_once() if report.partition(":")[0] in mains]


@pytest.mark.parametrize("name", ["src_layout", "package_reexports", "fit_in_another_file"])
def test_standard_input_with_a_display_name_finds_the_same(name: str) -> None:
    here = [path for path in _files_with_findings() if path.startswith(f"{name}/")]
    assert here
    for path in here:
        text = Path(PROJECTS, path).read_text(encoding="utf-8")
        found = _flake8("-", f"--stdin-display-name={path}", text=text)
        assert found == [report for report in _all_at_once() if report.startswith(f"{path}:")]
