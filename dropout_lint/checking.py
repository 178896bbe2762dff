"""Lints a text or a file and leaves out what is not wanted: one meaning for every front end."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dropout_lint import lint_notebook, lint_source
from dropout_lint.api import is_too_long, not_analysed
from dropout_lint.config import Config
from dropout_lint.finding import Finding, PartlySeen, Place
from dropout_lint.screening.text import imports_keras, may_concern
from dropout_lint.selection import UNUSED_NOQA
from dropout_lint.source.guard import Refused
from dropout_lint.source.noqa import Silence
from dropout_lint.source.reading import content_of, decode, is_notebook, program_of, texts_of
from dropout_lint.source.regular import TooLarge

if TYPE_CHECKING:
    from dropout_lint.api import Watch
    from dropout_lint.linter import Analysis


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be checked, or not be fixed.

    Args:
        path: the file.
        kind: "unreadable", "unparsable" for what is not Python, "unanalysed" for what ended the process that
            analysed it, or "unwritable".
        reason: one line.
        line: 1-based; 1 if it is not known.
    """

    path: str
    kind: Literal["unreadable", "unparsable", "unanalysed", "unwritable"]
    reason: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one file.

    Args:
        path: the file.
        findings: what is to be reported.
        problem: why it has no findings, or why they are not fixed.
        fixed: how many findings were fixed.
        silenced: how many findings were given a noqa comment.
        known: how many findings the baseline holds; they are not among `findings`.
        diff: what the fixes, or the comments, change.
        held_back: findings whose fix was asked for and not applied, and why.
        keras: the Kerases it was judged for, and why, if that was asked for.
        unknowns: what could not be known, and why, if that was asked for.
        partly_seen: the training runs that could not be seen whole, if that was asked for.
        open_runs: how many those are.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    problem: Problem | None = None
    fixed: int = 0
    silenced: int = 0
    known: int = 0
    diff: str = ""
    held_back: tuple[tuple[Finding, str], ...] = ()
    keras: str | None = None
    unknowns: tuple[tuple[Place, str], ...] = ()
    partly_seen: tuple[PartlySeen, ...] = ()
    open_runs: int = 0


def check_text(
    text: str,
    path: str | Path,
    config: Config,
    *,
    noqa: bool = True,
    watch: Watch | None = None,
    explain: bool = True,
) -> list[Finding]:
    """The findings to report of a Python program.

    Args:
        text: the program.
        path: how findings name it; it is not opened.
        config: how to lint it, which rules speak, and where they do not.
        noqa: comments silence findings.
        watch: is handed the whole analysis, if there is one.
        explain: find out for it where and why something could not be known.

    Returns:
        the findings in the order of their places.

    Raises:
        SyntaxError: the text is not Python.
        ValueError: the settings name no Keras version.
    """
    findings = lint_source(text, str(path), config.settings, watch=watch, explain=explain)
    return wanted(findings, {0: text}, path, config, noqa=noqa)


def check_notebook(
    text: str,
    path: str | Path,
    config: Config,
    *,
    noqa: bool = True,
    watch: Watch | None = None,
    explain: bool = True,
) -> list[Finding]:
    """The findings to report of a notebook, given as the text of its file; see `check_text`.

    Raises:
        SyntaxError: it is not a notebook.
        ValueError: the settings name no Keras version.
    """
    findings = lint_notebook(text, str(path), config.settings, watch=watch, explain=explain)
    asked = bool(findings) or config.wants(UNUSED_NOQA, path)
    return wanted(findings, texts_of(text, path), path, config, noqa=noqa) if asked else []


def wanted(
    findings: list[Finding], texts: dict[int, str], path: str | Path, config: Config, *, noqa: bool = True
) -> list[Finding]:
    """The findings of a file that its configuration and its comments leave.

    Args:
        findings: of one file.
        texts: its text under 0, or those of a notebook's code cells under their numbers.
        path: the file.
        config: its configuration.
        noqa: comments silence findings.
    """
    findings = [finding for finding in findings if config.wants(finding.code, path)]
    asked = noqa and config.wants(UNUSED_NOQA, path)
    if not noqa or not (findings or asked):
        return findings
    silences = {cell: Silence(text) for cell, text in texts.items()}
    if any(silence.whole_file for silence in silences.values()):
        return []
    left = [f for f in findings if not _covered(silences.get(f.place.cell), f)]
    if asked:
        from dropout_lint.source.noqa import unused

        for cell, silence in silences.items():
            found = [(f.place.line, f.code) for f in findings if f.place.cell == cell]
            left += unused(silence, found, lambda code: config.wants(code, path), str(path), cell)
    return sorted(left)


def _covered(silence: Silence | None, finding: Finding) -> bool:
    """Whether a comment silences a finding; what is about a whole notebook is in no cell."""
    return silence is not None and silence.covers(finding.place.line, finding.code)


def check_file(
    path: str, config: Config, *, content: bytes | None = None, noqa: bool = True, insight: bool = False
) -> Checked:
    """Checks one file; what cannot be read or parsed is a problem and no exception.

    Args:
        path: the file.
        config: its configuration.
        content: what is in it; None: read it.
        noqa: comments silence findings.
        insight: say which Keras the file is judged for, and what could not be known.
    """
    told: list[Analysis] = []
    try:
        if content is None:
            content = content_of(path)
        check = check_notebook if is_notebook(path) else check_text
        text = decode(content, path)
        findings = check(text, path, config, noqa=noqa, watch=told.append, explain=insight)
        if not told and imports_keras(text):  # nobody has read it as a program yet
            _parse(text, path)
        return with_insight(Checked(path, tuple(findings)), told)
    except TooLarge as error:
        notice = not_analysed(path, config.settings, str(error.strerror))
        return Checked(path, tuple(found for found in notice if config.wants(found.code, path)))
    except OSError as error:
        return Checked(path, problem=Problem(path, "unreadable", error.strerror or str(error)))
    except SyntaxError as error:
        if content is None or not concerns(content):  # nothing in it is about Keras
            return Checked(path)
        reason = " ".join((error.msg or str(error)).split())
        return Checked(path, problem=Problem(path, "unparsable", reason, error.lineno or 1))


def _parse(text: str, path: str) -> None:
    """Raises SyntaxError for what is no Python, or no notebook; of what is not analysed nobody asks."""
    if is_notebook(path):
        texts_of(text, path)
        return
    if is_too_long(text):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        with suppress(Refused):  # too deep to be read: nobody can say that it is no Python
            program_of(text, path).module  # noqa: B018 - it may be newer than the Python that runs


def with_insight(checked: Checked, analyses: Sequence[Analysis]) -> Checked:
    """With what the linter knows beyond findings; a file that is not about Keras has no analysis."""
    if not analyses:
        return checked
    (analysis,) = analyses
    checked = replace(checked, open_runs=analysis.open_runs, partly_seen=tuple(analysis.partly_seen))
    if analysis.keras is None:
        return checked
    from dropout_lint.keras.behaviour import releases

    why = f"judged for Keras {releases(analysis.keras.specifier)} ({analysis.keras.short})"
    return replace(checked, keras=why, unknowns=tuple(analysis.unknowns))


def concerns(content: bytes) -> bool:
    """Whether a file with these bytes may have findings, or imports Keras."""
    text = content.decode("latin-1")
    return may_concern(text) or imports_keras(text)
