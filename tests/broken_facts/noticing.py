"""Who notices a break: the fixtures' findings, their tables, generated programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dropout_lint import Settings
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.linter import ask, simulate
from dropout_lint.rules.rule import History
from dropout_lint.source.positions import spans
from dropout_lint.source.text import SourceFile
from tests.broken_facts.patching import Break
from tests.fixture_files import all_fixtures
from tests.tables import Table, closest, simulated

Findings = list[tuple[int, str]]


@dataclass(frozen=True)
class Subject:
    """A program for one Keras, and what the unbroken linter makes of it."""

    name: str
    keras: str
    file: SourceFile
    opt_in: frozenset[str]
    findings: Findings
    tables: list[Table]
    consulted: frozenset[str]

    def shows(self, one: Break) -> bool:
        """Whether a break could change anything here."""
        if self.keras not in one.kerases or one.word not in self.file.text:
            return False
        return not one.fact or one.fact in self.consulted

    def __str__(self) -> str:
        return f"{self.name} [{self.keras}]"


@dataclass
class Notice:
    """Who noticed a break first; None if nobody did.

    Args:
        findings: the program whose findings changed.
        tables: the program whose tables changed.
        generated: the generated program of which either changed.
    """

    name: str
    findings: str | None = None
    tables: str | None = None
    generated: str | None = None

    @property
    def caught(self) -> bool:
        return any((self.findings, self.tables, self.generated))


@lru_cache(maxsize=1)
def fixtures() -> tuple[Subject, ...]:
    """The programs under fixtures/ whose findings are as marked, in an order that mixes their rooms."""
    found = []
    for fixture in sorted(all_fixtures(), key=lambda f: (hash_of(f.name), f.name)):
        text = fixture.path.read_text(encoding="utf-8")
        for keras in fixture.kerases:
            subject = _subject(fixture.name, keras, text, fixture.opt_in)
            if subject.findings == fixture.expected[keras]:
                found.append(subject)
    return tuple(found)


def hash_of(name: str) -> int:
    """A number that depends on the name alone, to mix programs up."""
    return sum(i * ord(c) for i, c in enumerate(name, 7)) * 2654435761 % 1009


@lru_cache(maxsize=4)
def generated(count: int) -> tuple[Subject, ...]:
    """Programs of the differential tests, if those can be drawn."""
    try:
        from tests.differential.campaign import drawn
        from tests.differential.program import render
    except ImportError:
        return ()
    texts = [(f"generated {i}", render(case).text) for i, case in enumerate(drawn(1, count))]
    return tuple(
        _subject(name, keras, text, frozenset()) for name, text in texts for keras in ("2", "3.15", "3.16")
    )


def notice(one: Break, generated_programs: int = 0) -> Notice:
    """Breaks a fact, looks at the programs until every witness has noticed, and mends it."""
    found = Notice(one.name)
    subjects = [s for s in fixtures() if s.shows(one)]
    others = [s for s in generated(generated_programs) if s.shows(one)] if generated_programs else []
    with one.breaker():
        for subject, findings, tables in _changes(subjects):
            found.findings = found.findings or (str(subject) if findings else None)
            found.tables = found.tables or (str(subject) if tables else None)
            if found.findings and found.tables:
                break
        for subject, findings, tables in _changes(others):
            if findings or tables:
                found.generated = str(subject)
                break
    return found


def notice_all(breaks: Iterable[Break], generated_programs: int = 0) -> Iterator[Notice]:
    fixtures()
    for one in breaks:
        yield notice(one, generated_programs)


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


def _subject(name: str, keras: str, text: str, opt_in: frozenset[str]) -> Subject:
    file = SourceFile(name, text)
    return Subject(name, keras, file, opt_in, *_look(file, keras, opt_in))


def _look(
    file: SourceFile, keras: str, opt_in: frozenset[str]
) -> tuple[Findings, list[Table], frozenset[str]]:
    behaviour = behaviours(keras)[-1]
    traces = simulate(file, behaviour)
    settings = Settings(keras_version=keras, opt_in=opt_in)
    drafts = [d for d in ask(History(behaviour, traces), settings) if d.confidence >= settings.min_confidence]
    where = spans(file.module, [d.site.node for d in drafts])
    findings = {(d.code, id(d.site.node)): (where[id(d.site.node)].line, d.code) for d in drafts}
    tables = [simulated(file, trace) for trace in traces if trace.whole_program]
    return sorted(findings.values()), tables, frozenset(behaviour.consulted)
