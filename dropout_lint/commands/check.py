"""`dropout-lint check` and `dropout-lint fix`: lint files and folders."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TextIO

from dropout_lint.checking import Checked, Problem, check_file
from dropout_lint.commands.pool import check_all, config_of
from dropout_lint.config import Config, Overrides, config_for
from dropout_lint.reporters import reporter
from dropout_lint.reporters.report import Report, plain, problem_lines, summary, where
from dropout_lint.source.discover import Unreadable, discover
from dropout_lint.source.reading import decode

CLEAN, FINDINGS, ERROR = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; see `dropout-lint check --help`."""

    paths: Sequence[str]
    overrides: Overrides = field(default_factory=Overrides)
    stdin_filename: str | None = None
    jobs: int | None = None
    output_format: str = "text"
    color: bool = True
    noqa: bool = True
    force_exclude: bool = False
    exit_zero: bool = False
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    verbose: bool = False
    show_unknown: bool = False


def run(request: Request) -> int:
    """Checks or fixes, reports, and returns the exit code.

    Raises:
        ConfigError: a pyproject.toml cannot be meant.
    """
    out: TextIO = sys.stdout
    if "-" in request.paths:
        report, text = _from_stdin(request)
        if request.fix and not request.diff:  # the fixed program is the output
            sys.stdout.write(text)
            out = sys.stderr
    else:
        report = _from_paths(request)
    for line in (*problem_lines(report.problems), *_notes(request, report)):
        print(line, file=sys.stderr)
    if request.diff:
        for file in report.checked:
            sys.stdout.write(file.diff)
        print(summary(report), file=sys.stderr)
    else:
        reporter(request.output_format).write(report, out, request.color)
    return _exit_code(request, report)


def _exit_code(request: Request, report: Report) -> int:
    """2 if a path could not be read or written, 1 if there are findings or no Python, else 0."""
    if any(problem.kind != "unparsable" for problem in report.problems):
        return ERROR
    found = report.findings or report.problems or (request.diff and any(f.diff for f in report.checked))
    return FINDINGS if found and not request.exit_zero else CLEAN


def _from_paths(request: Request) -> Report:
    """What comes of the files that the paths name."""

    def excludes(path: str) -> bool:
        return config_of(path, request.overrides).excludes(path)

    found = list(discover(request.paths, excludes, request.force_exclude))
    files = [item for item in found if isinstance(item, str)]
    results = check_all(files, partial(_check, request=request), request.overrides, request.jobs)
    done = dict(zip(files, results, strict=True))
    return Report([_unreadable(item) if isinstance(item, Unreadable) else done[item] for item in found])


def _check(path: str, request: Request) -> Checked:
    config = config_of(path, request.overrides)
    if request.fix or request.diff:
        from dropout_lint.commands.fixing import fix_file

        save = not request.diff
        checked = fix_file(path, config, noqa=request.noqa, unsafe=request.unsafe_fixes, save=save)
    else:
        checked = check_file(path, config, noqa=request.noqa)
    return _with_insight(checked, config, None) if request.verbose or request.show_unknown else checked


def _from_stdin(request: Request) -> tuple[Report, str]:
    """What comes of standard input; and its text, fixed if that is asked for."""
    name = request.stdin_filename or "-"
    config = config_for(request.stdin_filename or ".", request.overrides)
    content = sys.stdin.buffer.read()
    try:
        text = decode(content, name, newline="")
    except SyntaxError:
        text = ""
    if request.stdin_filename and request.force_exclude and config.excludes(name):
        return Report([]), text
    checked = check_file(name, config, content=content, noqa=request.noqa)
    if (request.fix or request.diff) and checked.findings:
        from dropout_lint.commands.fixing import fix_text

        checked, text = fix_text(text, name, config, noqa=request.noqa, unsafe=request.unsafe_fixes)
        content = text.encode()
    if request.verbose or request.show_unknown:
        checked = _with_insight(checked, config, content)
    return Report([checked], {name: content}), text


def _with_insight(checked: Checked, config: Config, content: bytes | None) -> Checked:
    from dropout_lint.commands.insight import insight

    keras, unknowns = insight(checked.path, config, content)
    return replace(checked, keras=keras, unknowns=tuple(unknowns))


def _notes(request: Request, report: Report) -> list[str]:
    """What is said beside the report, if it was asked for."""
    notes: list[str] = []
    for file in report.checked:
        if request.verbose and file.keras:
            notes.append(f"{plain(file.path)}: {plain(file.keras)}")
        if request.show_unknown:
            notes += [f"{where(place)}: unknown: {plain(reason)}" for place, reason in file.unknowns]
    return notes


def _unreadable(item: Unreadable) -> Checked:
    return Checked(item.path, problem=Problem(item.path, "unreadable", item.reason))
