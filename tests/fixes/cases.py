"""Every fix that the linter offers for the programs of the tests, each with the Kerases it claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from dropout_lint import Finding
from dropout_lint.rules import RULES, claim_of
from dropout_lint.rules.claim import OF_FROZEN_PARTS, OF_TRAINABLE
from tests.differential.campaign import drawn
from tests.differential.program import render
from tests.fixes.programs import Program, programs_of
from tests.fixture_files import KERASES, all_programs
from tests.test_rule_pages import CLAIMS

# Each Keras alone, and what a library that supports them all would name.
SPECIFIERS = (*KERASES, ">=3.0,<3.16", "2||3.15||3.16")
_EXECUTED_AS = {"2": "2", "3.10–3.15": "3.15", "3.16": "3.16"}


@dataclass(frozen=True)
class Case:
    """One fix of one program."""

    program: Program
    finding: Finding
    text: str
    kerases: tuple[str, ...]

    def holds(self) -> bool:
        """By the linter's own word: the finding is gone under every Keras, and nothing is new.

        A freeze that begins to work may show what frozen parts suffer from.
        """
        fixed = self.fixed
        compile(fixed.script(), self.name, "exec")
        for keras in self.kerases:
            before = Counter(finding.code for finding in self.program.findings(keras))
            after = Counter(finding.code for finding in fixed.findings(keras))
            new = after - before
            if claim_of(self.finding.code) in OF_TRAINABLE:
                new = Counter(code for code in new if claim_of(code) not in OF_FROZEN_PARTS)
            if new or after[self.finding.code] >= before[self.finding.code]:
                return False
        return True

    @property
    def fixed(self) -> Program:
        """The program with the fix."""
        return replace(self.program, text=self.text)

    @property
    def name(self) -> str:
        return f"{self.program.name}:{self.finding.place.line}-{self.finding.code}-{self.grade}"

    @property
    def wraps(self) -> bool:
        """Whether the fix puts a Layer around a part."""
        assert self.finding.fix is not None
        return self.finding.fix.title.startswith("Wrap ")

    @property
    def grade(self) -> str:
        assert self.finding.fix is not None
        return self.finding.fix.grade.name.lower()


def drawn_programs(seed: int, count: int) -> Iterator[Program]:
    """Programs as the differential tests draw them."""
    for number, case in enumerate(drawn(seed, count)):
        yield Program(f"drawn-{seed}-{number}.py", render(case).text, KERASES, frozenset())


def programs() -> list[Program]:
    """All fixtures with findings, and the wrong examples of all rules."""
    found = [program for f in all_programs() if any(f.expected.values()) for program in programs_of(f)]
    codes = frozenset(rule.code for rule in RULES)
    for rule in RULES:
        claimed = tuple(sorted(CLAIMS[rule.kerases]))
        found.append(Program(f"{rule.code}.py", rule.wrong, claimed, codes))
    return found


@cache
def cases() -> tuple[Case, ...]:
    """Every different fix, with all the Kerases that some setting claims it for."""
    return tuple(cases_of(programs()))


def cases_of(wanted: Iterable[Program]) -> Iterator[Case]:
    """The fixes of some programs."""
    for program in wanted:
        merged: dict[tuple[str, int, str, str], tuple[Finding, set[str]]] = {}
        for specifier in SPECIFIERS:
            for finding in program.findings(specifier):
                if finding.fix is not None:
                    text = program.edited(finding.fix.edits)
                    key = (finding.code, finding.place.line, finding.fix.grade.name, text)
                    claimed = {_EXECUTED_AS[k] for k in finding.kerases if k in _EXECUTED_AS}
                    merged.setdefault(key, (finding, set()))[1].update(claimed & set(program.kerases))
        for (_, _, _, text), (finding, kerases) in merged.items():
            if kerases:
                yield Case(program, finding, text, tuple(sorted(kerases)))
