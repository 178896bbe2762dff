"""`dropout-lint explain FILE:LINE --run`: a finding as a small program, executed, and its cure.

The program is built from the tables (`dropout_lint.reproducing`): nothing of the user's file is in it, and
that file is never run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dropout_lint.commands.trying import NotTried, numbered, table, try_programs
from dropout_lint.config import Config
from dropout_lint.finding import Finding
from dropout_lint.keras.behaviour import behaviours, joined
from dropout_lint.linter import Reason, reasons
from dropout_lint.reporters.report import plain, where
from dropout_lint.reproducing.plan import CannotBuild, Program
from dropout_lint.reproducing.stories import Reproduction, reproduce
from dropout_lint.source.reading import content_of, decode, program_of
from dropout_lint.target.requirements import installed

_SAID = {
    "active": "is active",
    "off": "is off",
    "moves": "moves its weights",
    "stays": "keeps its weights as they are",
}


def show(path: str, findings: Iterable[Finding], config: Config, write: str | None) -> list[str]:
    """Builds and executes programs for findings of a file.

    Args:
        path: the file.
        findings: which of them.
        config: its configuration.
        write: where to keep the program that shows the first of them; None: nowhere.

    Returns:
        what to print.

    Raises:
        OSError: the program cannot be written; a file that is there is not overwritten.
    """
    known = list(reasons(program_of(decode(content_of(path), path), path), config.settings))
    lines: list[str] = []
    for finding in findings:
        lines += [f"{where(finding.place)}: {finding.code} {plain(finding.message)}", ""]
        try:
            made = _made(finding, known)
        except CannotBuild as why:
            lines += [f"No small program shows it: {why}.", ""]
            continue
        if write is not None:
            _keep(Path(write), finding, made.shown)
            lines += [f"Written to {write}.", ""]
            write = None
        lines += _executed(made, finding)
    return lines


def _made(finding: Finding, known: list[Reason]) -> Reproduction:
    """The programs of a finding, for the Keras that is installed if it holds there."""
    mine = [reason for reason in known if (reason.code, reason.place) == (finding.code, finding.place)]
    here = _here()
    mine.sort(key=lambda reason: reason.keras not in here)
    problem = CannotBuild("the tables do not tell how it came to be")
    for reason in mine:
        try:
            return reproduce(reason.code, reason.evidence)
        except CannotBuild as why:
            problem = why
    raise problem


def _here() -> list[str]:
    """The classes of Kerases that the one installed beside the linter is of."""
    if os.environ.get("TF_USE_LEGACY_KERAS", "").lower() in ("1", "true"):
        return [behaviour.name for behaviour in behaviours("2")]
    choice = installed()
    return [] if choice is None else [behaviour.name for behaviour in behaviours(choice.specifier)]


def _keep(path: Path, finding: Finding, program: Program) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(f"# {finding.code} in few lines: in Keras {joined(finding.kerases)}, in the run of line ")
        file.write(f"{program.run + 1}, what line {program.subject + 1} makes {_SAID[program.deed]}.\n")
        file.write(program.text)


def _executed(made: Reproduction, finding: Finding) -> Iterator[str]:
    """Both programs, what was seen of them, and whether that is what the finding says."""
    programs = {"shown": made.shown, "cured": made.cured}
    seen: list[dict[str, Any]] = []
    reason = ""
    try:
        seen = try_programs([program.text for program in programs.values()])
    except NotTried as why:
        reason = f"Not executed: {why}."
    for number, (title, program) in enumerate(programs.items()):
        yield from (f"--- {title}", numbered(program.text), "")
        if reason:
            yield from (reason, "")
            continue
        yield from (f"Keras {seen[number]['keras']}:", *table(seen[number]), "")
        yield from (_verdict(program, seen[number], finding), "")


def _verdict(program: Program, seen: dict[str, Any], finding: Finding) -> str:
    row = program.row(seen)
    what = f"what line {program.subject} makes" if row is None else row[0]
    if program.is_shown(seen):
        return f"As said: in the run of line {program.run}, {what} {_SAID[program.deed]}."
    expected = f"{what} should be seen in the run of line {program.run}: that it {_SAID[program.deed]}"
    return f"NOT as said, for Keras {joined(finding.kerases)}: {expected}."
