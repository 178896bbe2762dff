"""Analyses one version of a program; runs in a worker process."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dropout_lint import lint_cells, lint_source
from dropout_lint.api import not_analysed
from dropout_lint.checking import wanted
from dropout_lint.config import Config, ConfigError, Settings, config_for
from dropout_lint.finding import Finding
from dropout_lint.language_server.program import Program
from dropout_lint.screening import saved_elsewhere, text, training_elsewhere
from dropout_lint.selection import NOT_ANALYSED


@dataclass(frozen=True)
class Result:
    """What was found in one version of a program.

    Args:
        program: that version.
        findings: in the order of their places.
        passed_over: what was not analysed, and why (KFD900), whether it is reported or not.
        failed: whether it could not be analysed at all; then there are no findings.
        error: why, if the user should know at once.
    """

    program: Program
    findings: tuple[Finding, ...] = ()
    passed_over: tuple[Finding, ...] = ()
    failed: bool = False
    error: str | None = None

    @property
    def half_typed(self) -> bool:
        """Whether it is no Python at the moment."""
        return self.failed and self.error is None


def analyse(program: Program) -> Result:
    """What is in a program. Never raises: whatever it holds, the server goes on."""
    try:
        return _analysed(program)
    except SyntaxError:
        return Result(program, failed=True)  # half-typed; whoever checks the language says so
    except ConfigError as error:
        return Result(program, failed=True, error=str(error))
    except Exception as error:
        return Result(program, failed=True, error=f"{program.path}: {type(error).__name__}: {error}")


def unanswered(program: Program, reason: str) -> Result:
    """What is said of a program whose analysis was ended, or ended its process."""
    return Result(program, passed_over=tuple(not_analysed(program.path, _all(Settings()), reason)))


def as_reported(result: Result) -> Result:
    """A result with what its program was passed over for among the findings, where that is asked for."""
    path = result.program.path
    config = config_for(path)
    asked = not config.excludes(path)
    found = (finding for finding in result.passed_over if asked and config.wants(finding.code, path))
    return replace(result, findings=tuple(found))


def _analysed(program: Program) -> Result:
    for screening in (
        text,
        training_elsewhere,
        saved_elsewhere,
    ):  # files may have changed since the last analysis
        screening.forget()
    config = config_for(program.path)
    if config.excludes(program.path):
        return Result(program)
    found = _found(program, config)
    texts = [document.text for document in program.documents]
    by_cell = dict(enumerate(texts, 1)) if program.notebook else {0: texts[0]}
    reported = wanted(found, by_cell, program.path, config)
    passed_over = (finding for finding in found if finding.code == NOT_ANALYSED)
    return Result(program, tuple(reported), tuple(passed_over))


def _found(program: Program, config: Config) -> list[Finding]:
    texts = [document.text for document in program.documents]
    settings = _all(config.settings)
    if program.notebook:
        return lint_cells(texts, program.path, settings)
    return lint_source(texts[0], program.path, settings)


def _all(settings: Settings) -> Settings:
    """These settings, but that it is said what is passed over."""
    return replace(settings, opt_in=settings.opt_in | {NOT_ANALYSED})
