"""Fixes made on trial: all that can be made together at once, then each on its own.

The command line and editors try fixes alike; `proof` says whether a program is better for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dropout_lint.finding import Edit, Finding

# A program as a front end has it: a text, or several documents.
Program = TypeVar("Program")


@dataclass(frozen=True, slots=True)
class Attempt(Generic[Program]):
    """A program with some fixes.

    Args:
        program: the program, edited.
        findings: what is found in it.
        made: the findings whose fixes were made.
    """

    program: Program
    findings: list[Finding]
    made: list[Finding]


@dataclass(frozen=True, slots=True)
class Trial(Generic[Program]):
    """How fixes are tried in the programs of a front end. Both raise SyntaxError for what is none any more.

    Args:
        edit: gives the program after some edits.
        analyse: gives its findings; what could not be analysed is one of them.
    """

    edit: Callable[[Program, list[Edit]], Program]
    analyse: Callable[[Program], list[Finding]]

    def attempt(self, program: Program, chosen: Sequence[Finding]) -> Attempt[Program] | None:
        """The program with the fixes of these findings; None when it is no program any more, or the same."""
        try:
            new = self.edit(program, edits_of(chosen))
            return None if new == program else Attempt(new, self.analyse(new), list(chosen))
        except SyntaxError:
            return None

    def attempts(
        self, program: Program, chosen: Sequence[Finding], most: int | None = None
    ) -> Iterator[Attempt[Program]]:
        """What comes of the fixes of all these findings, then of each; `most`: of so many trials at most."""
        batches = [chosen, *([finding] for finding in chosen)] if len(chosen) > 1 else [chosen]
        for batch in batches[:most]:
            tried = self.attempt(program, batch)
            if tried is not None:
                yield tried


def edits_of(findings: Iterable[Finding]) -> list[Edit]:
    """The edits of their fixes."""
    return [edit for finding in findings if finding.fix is not None for edit in finding.fix.edits]
