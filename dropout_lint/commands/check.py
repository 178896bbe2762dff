"""`dropout-lint check` and `dropout-lint fix`: lint files and folders."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TextIO

from dropout_lint import cache, ignored_settings
from dropout_lint.checking import Checked, Problem, check_file
from dropout_lint.commands.output import deliver
from dropout_lint.commands.pool import check_all, config_of
from dropout_lint.config import Overrides, config_for
from dropout_lint.finding import PartlySeen
from dropout_lint.reporters.report import Report, named, plain, problem_lines, where
from dropout_lint.source.discover import Unreadable, discover
from dropout_lint.source.modules import one_look

if TYPE_CHECKING:
    from dropout_lint.baseline import Lines
    from dropout_lint.cache.results import Asked

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
    quiet: bool = False
    statistics: bool = False
    output_file: str | None = None
    show_settings: bool = False
    add_noqa: bool = False
    noqa_reason: str = ""
    baseline: str | None = None
    write_baseline: str | None = None
    cache: bool | None = None

    @property
    def insight(self) -> bool:
        """Whether more than findings is wanted."""
        return self.verbose or self.show_unknown or self.output_format == "json"

    @property
    def uses_cache(self) -> bool:
        """Whether results are kept, and kept ones used: if nothing is said, anywhere but in CI."""
        writes = self.fix or self.diff or self.add_noqa
        return not writes and (cache.is_usual() if self.cache is None else self.cache)


def run(request: Request) -> int:
    """Checks or fixes, reports, and returns the exit code.

    Raises:
        ConfigError: a pyproject.toml cannot be meant.
    """
    out: TextIO = sys.stdout
    if not request.overrides.isolated:
        for warning in ignored_settings.warnings(path for path in request.paths if path != "-"):
            print(f"dropout-lint: warning: {plain(warning)}", file=sys.stderr)
    if request.show_settings:
        from dropout_lint.commands import settings

        found, _ = _files(request)
        settings.write(found, [config_of(path, request.overrides) for path in found])
        return CLEAN
    if "-" in request.paths:
        report, content = _from_stdin(request)
        if request.fix and not request.diff:  # the fixed program is the output, in its own encoding
            sys.stdout.buffer.write(content)
            out = sys.stderr
    else:
        report = _from_paths(request)
        if not report.checked and not request.quiet:
            names = " ".join(plain(path) for path in request.paths)
            print(f"dropout-lint: warning: no Python file or notebook in {names}", file=sys.stderr)
    for line in (*problem_lines(report.problems), *_notes(request, report)):
        print(line, file=sys.stderr)
    if request.write_baseline is not None:
        from dropout_lint import baseline

        count = baseline.write(report.findings, request.write_baseline, _lines(report))
        print(f"{named(request.write_baseline)} holds {count:,} finding{'' if count == 1 else 's'}.")
        return ERROR if _failed(report) else CLEAN
    deliver(request, report, out)
    return _exit_code(request, report)


def _exit_code(request: Request, report: Report) -> int:
    """2 if a path could not be read or written, 1 if there are findings or no analysis of a file, else 0."""
    if _failed(report):
        return ERROR
    found = report.findings or report.problems or (request.diff and any(f.diff for f in report.checked))
    return FINDINGS if found and not request.exit_zero else CLEAN


def _failed(report: Report) -> bool:
    return any(problem.kind not in ("unparsable", "unanalysed") for problem in report.problems)


def _lines(report: Report) -> Lines:
    """What a baseline asks of the files that were checked."""
    from dropout_lint.baseline import Lines

    return Lines(lambda finding: report.line(finding.place), lambda finding: report.program(finding.place))


def _files(request: Request) -> tuple[list[str], list[str | Unreadable]]:
    """The files to check; and with them, in their order, what cannot be read."""

    def excludes(path: str) -> bool:
        return config_of(path, request.overrides).excludes(path)

    found = list(discover(request.paths, excludes, request.force_exclude))
    return [item for item in found if isinstance(item, str)], found


def _from_paths(request: Request) -> Report:
    """What comes of the files that the paths name."""
    files, found = _files(request)
    done = _kept(files, request) if request.uses_cache else {}
    left = [path for path in files if path not in done]
    check = partial(_check, request=request)
    with one_look():
        done |= zip(left, check_all(left, check, request.overrides, request.jobs), strict=True)
    checked = [_unreadable(item) if isinstance(item, Unreadable) else done[item] for item in found]
    report = Report(checked)
    if request.baseline is not None:
        from dropout_lint.baseline import without_known

        report = Report(without_known(checked, request.baseline, _lines(report)))
    return report


def _kept(files: Sequence[str], request: Request) -> dict[str, Checked]:
    """The results that were kept and still hold."""
    from dropout_lint.cache import results

    found = {path: results.find(_asked(path, request)) for path in files}
    return {path: checked for path, checked in found.items() if checked is not None}


def _asked(path: str, request: Request) -> Asked:
    from dropout_lint.cache.results import Asked

    return Asked(path, config_of(path, request.overrides), request.noqa, request.insight)


def _check(path: str, request: Request) -> Checked:
    if request.uses_cache:
        from dropout_lint.cache import results

        return results.check(_asked(path, request))
    config = config_of(path, request.overrides)
    if request.add_noqa:
        from dropout_lint.commands.silencing import silence_file

        return silence_file(path, config, reason=request.noqa_reason, save=not request.diff)
    if request.fix or request.diff:
        from dropout_lint.commands.fixing import fix_file

        save = not request.diff
        unsafe, insight = request.unsafe_fixes, request.insight
        return fix_file(path, config, noqa=request.noqa, unsafe=unsafe, save=save, insight=insight)
    return check_file(path, config, noqa=request.noqa, insight=request.insight)


def _from_stdin(request: Request) -> tuple[Report, bytes]:
    """What comes of standard input; and its content, fixed if that is asked for."""
    name = request.stdin_filename or "-"
    config = config_for(request.stdin_filename or ".", request.overrides)
    content = sys.stdin.buffer.read()
    if request.stdin_filename and request.force_exclude and config.excludes(name):
        return Report([]), content
    checked = check_file(name, config, content=content, noqa=request.noqa, insight=request.insight)
    if (request.fix or request.diff) and checked.findings:
        from dropout_lint.commands.fixing import fix_content

        noqa, unsafe = request.noqa, request.unsafe_fixes
        checked, content = fix_content(
            content, name, config, noqa=noqa, unsafe=unsafe, insight=request.insight
        )
    return Report([checked], {name: content}), content


def _notes(request: Request, report: Report) -> list[str]:
    """What is said beside the report, if it was asked for."""
    notes: list[str] = []
    for file in report.checked:
        if request.verbose and file.keras:
            notes.append(f"{named(file.path)}: {plain(file.keras)}")
        if request.show_unknown:
            notes += [_told(run) for run in file.partly_seen]
            notes += [f"{where(place)}: unknown: {plain(reason)}" for place, reason in file.unknowns]
    return notes


def _told(run: PartlySeen) -> str:
    """A training run that could not be seen whole, and why."""
    reasons = "; ".join(f"{plain(reason)} ({where(place)})" for place, reason in run.reasons)
    return f"{where(run.place)}: not fully known: {run.entry}, because {reasons}"


def _unreadable(item: Unreadable) -> Checked:
    return Checked(item.path, problem=Problem(item.path, "unreadable", item.reason))
