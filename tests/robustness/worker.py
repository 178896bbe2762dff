"""Lints files in a process of its own, so that a crash or a hang of one file is seen and survived."""

from __future__ import annotations

import ast
import faulthandler
import logging
import multiprocessing
import resource
import time
import traceback
import warnings
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from dropout_lint import Settings, lint_path
from dropout_lint.selection import OPT_IN
from tests.robustness.counting import counted, nothing_passed_over

TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file.

    Args:
        kind: "linted", "no Python", "notice", or what must not be: "failure", "crash", "timeout".
        detail: the reason of a notice; the traceback of a failure.
        findings: how many, without the notice.
        steps: those of its largest analysis; 0 when it was not analysed.
        seconds: of processor time.
        memory: the most that the process had until then, in megabytes.
        parse: the seconds of processor time that `ast.parse` has with it, if that was asked for.
    """

    kind: str
    detail: str = ""
    findings: int = 0
    steps: int = 0
    seconds: float = 0.0
    memory: int = 0
    parse: float = 0.0

    @property
    def is_fault(self) -> bool:
        """Whether it must not be."""
        return self.kind in ("failure", "crash", "timeout")


class Worker:
    """The process; it is started anew when a file has ended it."""

    def __init__(self) -> None:
        self._start()

    def stop(self) -> None:
        """Ends it for good."""
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def lint(self, path: Path, prefilter: bool, parsed: bool = False) -> Outcome:
        """Lints one file. parsed: whether `ast` parses it too, to compare with."""
        self._pipe.send((path, prefilter, parsed))
        try:
            if self._pipe.poll(TIMEOUT):
                outcome: Outcome = self._pipe.recv()
                return outcome
            kind = "timeout"
        except (EOFError, ConnectionError):
            kind = "crash"
        self._process.kill()
        self._process.join()
        code = self._process.exitcode
        self._start()
        return Outcome(kind, f"exit code {code}")


class _Fenced(logging.Handler):
    """Keeps the traceback of what the linter fenced off."""

    trace = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.trace = record.getMessage()


def _serve(pipe: Connection) -> None:
    faulthandler.disable()  # how it ends is seen by its exit code
    while True:
        path, prefilter, parsed = pipe.recv()
        result = outcome(path, prefilter)
        pipe.send(replace(result, parse=_parse(path)) if parsed else result)


def _parse(path: Path) -> float:
    """The seconds that `ast` takes with a file, until it has a tree or refuses it."""
    text = path.read_text()
    start = time.process_time()
    with warnings.catch_warnings(), suppress(SyntaxError, ValueError, MemoryError, RecursionError):
        warnings.simplefilter("ignore")
        ast.parse(text)
    return time.process_time() - start


def outcome(path: Path, prefilter: bool) -> Outcome:
    """Lints one file here. prefilter: False to analyse it whatever is in it."""
    fenced = _Fenced()
    logger = logging.getLogger("flake8.dropout_lint")
    logger.addHandler(fenced)
    start = time.process_time()
    kind, detail, found = "linted", "", []
    try:
        with counted() as steps, nullcontext() if prefilter else nothing_passed_over():
            found = lint_path(path, Settings(opt_in=frozenset(OPT_IN), prefilter=prefilter))
    except SyntaxError as error:
        kind, detail = "no Python", str(error.msg)
    except Exception:
        kind, detail = "failure", traceback.format_exc()
    finally:
        logger.removeHandler(fenced)
    notices = [finding.message for finding in found if finding.code == "KFD900"]
    if fenced.trace:
        kind, detail = "failure", fenced.trace
    elif not steps.bounded:
        kind, detail = "failure", f"{steps.most} steps"
    elif notices:
        kind, detail = "notice", notices[0]
    seconds, memory = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Outcome(kind, detail, len(found) - len(notices), steps.most, seconds, memory)
