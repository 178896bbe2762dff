"""Lints every program of a folder and keeps what came out, how long it took and what went wrong."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from dropout_lint import Finding, Settings, lint_path
from dropout_lint.rules import RULES
from dropout_lint.screening.text import may_concern
from dropout_lint.selection import NOT_ANALYSED

# A file that takes longer is a fault of the linter. Time is the process's own: the machine may be busy.
LIMIT_SECONDS = 20


@dataclass(frozen=True)
class Outcome:
    """What became of one program.

    Args:
        path: relative to the folder.
        lines: how many it has.
        candidate: whether the prefilter lets it through.
        seconds: what it took with the prefilter on.
        findings: its findings with the prefilter on.
        problem: why it could not be analysed ("" if it could).
        faulty: the problem is the linter's, not the file's.
    """

    path: str
    lines: int
    candidate: bool
    seconds: float
    findings: tuple[Finding, ...] = ()
    problem: str = ""
    faulty: bool = False


class TooSlow(BaseException):
    """Not an Exception, so that the linter's fence lets it through."""


def programs(folder: Path) -> list[Path]:
    """The Python files and notebooks in a folder."""
    files = (path for path in folder.rglob("*") if path.suffix in (".py", ".ipynb"))
    return sorted(path for path in files if path.is_file() and not path.is_symlink())


def lint_folder(folder: Path, settings: Settings) -> Iterator[Outcome]:
    """Lints each program of a folder with all rules, and again with the prefilter off."""
    opt_in = {rule.code for rule in RULES if not rule.default}
    settings = replace(settings, opt_in=frozenset({NOT_ANALYSED, *opt_in}))
    for path in programs(folder):
        yield _lint(path, path.relative_to(folder).as_posix(), settings)


def _lint(path: Path, name: str, settings: Settings) -> Outcome:
    text = path.read_text(encoding="utf-8", errors="replace")
    candidate = may_concern(text, path)
    start = time.process_time()
    findings, problem, faulty = _guarded(path, settings)
    seconds = time.process_time() - start
    if not candidate:
        # What the prefilter lets through is analysed the same way; the rest is looked at without it.
        unfiltered, problem, faulty = _guarded(path, replace(settings, prefilter=False))
        if unfiltered:
            problem, faulty = f"the prefilter hides {len(unfiltered)} findings", True
    return Outcome(name, text.count("\n"), candidate, seconds, findings, problem, faulty)


def _guarded(path: Path, settings: Settings) -> tuple[tuple[Finding, ...], str, bool]:
    """The findings; or the problem, and whether it is the linter's."""
    try:
        with _limit():
            findings = tuple(lint_path(path, settings))
    except SyntaxError:
        return (), "not Python 3", False
    except (TooSlow, Exception) as error:
        return (), f"{type(error).__name__}: {error}", True
    for finding in findings:
        whole = finding.code == NOT_ANALYSED and not finding.place.cell
        if whole and "print statements" not in finding.message:
            return (), finding.message, "over " not in finding.message
    # A cell that is not Python is no fault of the linter, nor are statements that only Python 2 had.
    return tuple(finding for finding in findings if finding.code != NOT_ANALYSED), "", False


@contextmanager
def _limit() -> Iterator[None]:
    """Raises TooSlow in the block when it takes longer than a file may."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TooSlow(f"over {LIMIT_SECONDS} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
