"""Who notices a break: the fixtures' findings, their tables, generated programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from dropout_lint import Settings
from dropout_lint.judging import simulate
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.keras.facts import Fact
from dropout_lint.linter import ask
from dropout_lint.rules.rule import History
from dropout_lint.source.positions import spans
from dropout_lint.source.text import SourceFile
from tests.fixture_files import FOLDER, Fixture, all_fixtures, read
from tests.mutation.patching import Break
from tests.tables import Table, closest, simulated

Findings = list[tuple[int, str]]
GENERATED = "generated "


class Witness(NamedTuple):
    """Who notices a break: what of which program ("findings", "tables" or "either"), under which Keras."""

    of: str
    program: str
    keras: str

    def __str__(self) -> str:
        return f"{self.of} of {self.program} [{self.keras}]"


@dataclass(frozen=True)
class Subject:
    """A program for one Keras, and what the unbroken linter makes of it."""

    name: str
    keras: str
    file: SourceFile
    opt_in: frozenset[str]
    findings: Findings
    tables: list[Table]
    consulted: frozenset[Fact]

    def shows(self, one: Break) -> bool:
        """Whether a break could change anything here."""
        if self.keras not in one.kerases or one.word not in self.file.text:
            return False
        return one.fact is None or one.fact in self.consulted

    def witness(self, of: str) -> Witness:
        return Witness(of, self.name, self.keras)


@dataclass
class Notice:
    """Who noticed a break first; None if nobody did.

    Args:
        findings: the program whose findings changed.
        tables: the program whose tables changed.
        generated: the generated program of which either changed.
    """

    name: str
    findings: Witness | None = None
    tables: Witness | None = None
    generated: Witness | None = None

    @property
    def witness(self) -> Witness | None:
        """The best of them."""
        return self.findings or self.tables or self.generated


@lru_cache(maxsize=1)
def fixtures() -> tuple[Subject, ...]:
    """The programs under fixtures/, in an order that mixes their rooms."""
    ordered = sorted(all_fixtures(), key=lambda f: (hash_of(f.name), f.name))
    return tuple(_fixture(fixture, keras) for fixture in ordered for keras in fixture.kerases)


def hash_of(name: str) -> int:
    """A number that depends on the name alone, to mix programs up."""
    return sum(i * ord(c) for i, c in enumerate(name, 7)) * 2654435761 % 1009


@cache
def generated(number: int) -> tuple[Subject, ...]:
    """One program of the short run of the differential tests, for the Kerases that always run there."""
    from tests.differential.campaign import drawn
    from tests.differential.program import render
    from tests.differential.test_differential import USUAL_SEED

    text = render(next(drawn(USUAL_SEED, number + 1, number))).text
    return tuple(_subject(f"{GENERATED}{number}", keras, text, frozenset()) for keras in ("2", "3.15"))


@cache
def subject_of(program: str, keras: str) -> Subject:
    """A program by its name.

    Raises:
        StopIteration: there is no such program for this Keras.
    """
    if program.startswith(GENERATED):
        return next(s for s in generated(int(program.removeprefix(GENERATED))) if s.keras == keras)
    fixture = read(FOLDER / program)
    return next(_fixture(fixture, k) for k in fixture.kerases if k == keras)


def notice(one: Break, generated_programs: int = 0) -> Notice:
    """Breaks a fact, looks at the programs until every witness has noticed, and mends it."""
    found = Notice(one.name)
    fixed = [s for s in fixtures() if s.shows(one)]
    drawn = [s for number in range(generated_programs) for s in generated(number) if s.shows(one)]
    with one.breaker():
        for subject, findings, tables in _changes(fixed):
            found.findings = found.findings or (subject.witness("findings") if findings else None)
            found.tables = found.tables or (subject.witness("tables") if tables else None)
            if found.findings and found.tables:
                break
        for subject, _, _ in _changes(drawn):
            found.generated = subject.witness("either")
            break
    return found


def still_notices(one: Break, witness: Witness) -> bool:
    """Whether a break is noticed by this witness, now."""
    subject = subject_of(witness.program, witness.keras)
    with one.breaker():
        for _, findings, tables in _changes([subject]):
            return {"findings": findings, "tables": tables}.get(witness.of, True)
    return False


def _changes(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, bool, bool]]:
    """Each program that changes, and whether its findings and its tables do."""
    for subject in subjects:
        try:
            findings, tables, _ = _look(subject.file, subject.keras, subject.opt_in)
        except Exception:  # a break that makes the linter fail is noticed by everybody
            yield subject, True, True
            continue
        changed = findings != subject.findings, _differ(subject.tables, tables)
        if any(changed):
            yield subject, *changed


def _differ(truth: list[Table], tables: list[Table]) -> bool:
    """Whether no simulated path is one that Keras may have taken."""
    return bool(truth) and all(closest(tables, table) for table in truth)


def _fixture(fixture: Fixture, keras: str) -> Subject:
    text = fixture.path.read_text(encoding="utf-8")
    subject = _subject(fixture.name, keras, text, fixture.opt_in)
    expected = sorted(fixture.expected[keras], key=str)
    assert sorted(subject.findings, key=str) == expected, (fixture.name, keras)
    return subject


def _subject(name: str, keras: str, text: str, opt_in: frozenset[str]) -> Subject:
    file = SourceFile(name, text)
    return Subject(name, keras, file, opt_in, *_look(file, keras, opt_in))


def _look(
    file: SourceFile, keras: str, opt_in: frozenset[str]
) -> tuple[Findings, list[Table], frozenset[Fact]]:
    behaviour = behaviours(keras)[-1]
    traces = simulate(file, behaviour)
    settings = Settings(keras_version=keras, opt_in=opt_in)
    drafts = [d for d in ask(History(behaviour, traces), settings) if d.confidence >= settings.min_confidence]
    where = spans(file.module, [d.site.node for d in drafts])
    findings = {(d.code, id(d.site.node)): (where[id(d.site.node)].line, d.code) for d in drafts}
    tables = [simulated(file, trace) for trace in traces if trace.whole_program]
    return sorted(findings.values()), tables, frozenset(behaviour.consulted)
