"""Applies relations to programs and compares the verdicts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from dropout_lint import Settings, lint_source
from tests.fixture_files import Fixture, all_fixtures
from tests.metamorphic import calling, flipping, hiding, importing, layout, renaming, rewriting, wrapping
from tests.metamorphic.relation import RELATIONS, Demand, Relation

assert all((calling, flipping, hiding, importing, layout, renaming, rewriting, wrapping))

Verdict = list[tuple[int, str]]
_MARKER = re.compile(r"# expect: .*$")
_TAG = re.compile(r"# was line (\d+)\b")


@dataclass(frozen=True)
class Pair:
    """One program under one relation, for one Keras.

    Args:
        problem: what is violated; None if nothing is.
        text: the transformed program.
    """

    program: str
    relation: str
    keras: str
    before: Verdict
    after: Verdict
    text: str
    problem: str | None


@lru_cache(maxsize=1)
def programs() -> dict[str, Fixture]:
    """All programs by name."""
    return {fixture.name: fixture for fixture in all_fixtures()}


@cache
def source(program: str) -> str:
    """A program whose expected findings are replaced by neutral comments that name the line."""
    lines = programs()[program].path.read_text(encoding="utf-8").split("\n")
    return "\n".join(_MARKER.sub(f"# was line {i}", line) for i, line in enumerate(lines, 1))


@cache
def transformed(program: str, name: str) -> str | None:
    """The program under a relation; None where it does not apply."""
    text = RELATIONS[name].rewrite(source(program))
    return None if text == source(program) else text


@cache
def verdict_before(program: str, keras: str) -> tuple[tuple[int, str], ...]:
    return tuple(lint(source(program), program, keras))


def lint(text: str, program: str, keras: str) -> Verdict:
    """The findings as (line, code); a program that could not be analysed is KFD900."""
    opt_in = programs()[program].opt_in | {"KFD900"}
    found = lint_source(text, program, Settings(keras_version=keras, opt_in=opt_in))
    return [(finding.place.line, finding.code) for finding in found]


def check(program: str, name: str) -> Iterator[Pair]:
    """The pairs of one program and one relation, one for each Keras of the program."""
    text = transformed(program, name)
    if text is None:
        return
    for keras in programs()[program].kerases:
        before = list(verdict_before(program, keras))
        after = lint(text, program, keras)
        problem = _problem(RELATIONS[name], before, after, text)
        yield Pair(program, name, keras, before, after, text, problem)


def cases(only: Iterable[str] = (), part: tuple[int, int] = (0, 1)) -> Iterator[tuple[str, str]]:
    """Every program with every relation; of n parts, only the programs of one."""
    names = list(only) or list(RELATIONS)
    for program in list(programs())[part[0] :: part[1]]:
        for name in names:
            yield program, name


def _problem(relation: Relation, before: Verdict, after: Verdict, text: str) -> str | None:
    codes, left = Counter(code for _, code in before), Counter(code for _, code in after)
    if relation.demand is Demand.GONE:
        stay = [c for c in left if c.startswith(relation.gone) and c not in relation.kept]
        return f"still there: {', '.join(sorted(stay))}" if stay else None
    if relation.demand is Demand.FEWER:
        more = left - codes
        return f"new: {', '.join(sorted(more))}" if more else None
    same = set(codes) == set(left) if relation.demand is Demand.SAME_SET else codes == left
    if not same:
        return "the codes differ"
    return _moved(before, after, text) if relation.lines else None


def _moved(before: Verdict, after: Verdict, text: str) -> str | None:
    """Whether a finding is on a line that does not come from the line it was on."""
    places: dict[int, int] = {}
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        for tag in _TAG.findall(line):
            places[number] = int(tag)
    expected = {(line, code) for line, code in before if line in places.values()}
    if len(expected) < len(set(before)):
        return None  # the program's marks are not up to date: lines cannot be compared
    for number, code in after:
        if (places.get(number), code) not in expected:
            return f"{code} is on line {number}, which was not reported"
    return None
