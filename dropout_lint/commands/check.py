"""`dropout-lint check`: lints files and folders."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from dropout_lint.checking import Checked, Problem, check_file
from dropout_lint.commands.pool import check_all
from dropout_lint.config import Overrides, config_for
from dropout_lint.reporters import reporter
from dropout_lint.reporters.report import Report, problem_lines
from dropout_lint.source.discover import Unreadable, discover

CLEAN, FINDINGS, ERROR = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Request:
    """What `check` is asked to do; see `dropout-lint check --help`."""

    paths: Sequence[str]
    overrides: Overrides = field(default_factory=Overrides)
    stdin_filename: str | None = None
    jobs: int | None = None
    output_format: str = "text"
    color: bool = True
    noqa: bool = True
    force_exclude: bool = False
    exit_zero: bool = False


def run(request: Request) -> int:
    """Checks, reports, and returns the exit code.

    Raises:
        ConfigError: a pyproject.toml cannot be meant.
    """
    report = from_stdin(request) if "-" in request.paths else from_paths(request)
    for line in problem_lines(report.problems):
        print(line, file=sys.stderr)
    reporter(request.output_format).write(report, sys.stdout, request.color)
    return exit_code(report, request.exit_zero)


def exit_code(report: Report, exit_zero: bool = False) -> int:
    """2 if a path could not be read, 1 if there are findings or a file is not Python, else 0."""
    if any(problem.kind == "unreadable" for problem in report.problems):
        return ERROR
    return FINDINGS if (report.findings or report.problems) and not exit_zero else CLEAN


def from_paths(request: Request) -> Report:
    """Checks the files that the paths name."""

    def excludes(path: str) -> bool:
        return config_for(path, request.overrides).excludes(path)

    found = list(discover(request.paths, excludes, request.force_exclude))
    files = [item for item in found if isinstance(item, str)]
    done = dict(zip(files, check_all(files, request.overrides, request.noqa, request.jobs), strict=True))
    return Report([_unreadable(item) if isinstance(item, Unreadable) else done[item] for item in found])


def from_stdin(request: Request) -> Report:
    """Checks standard input."""
    name = request.stdin_filename or "-"
    config = config_for(request.stdin_filename or ".", request.overrides)
    if request.stdin_filename and request.force_exclude and config.excludes(name):
        return Report([])
    content = sys.stdin.buffer.read()
    return Report([check_file(name, config, content=content, noqa=request.noqa)], {name: content})


def _unreadable(item: Unreadable) -> Checked:
    return Checked(item.path, problem=Problem(item.path, "unreadable", item.reason))
