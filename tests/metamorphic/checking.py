"""Applies relations to programs and compares the verdicts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module

from dropout_lint import Settings, lint_source
from tests.fixture_files import Fixture, all_fixtures
from tests.metamorphic.files import Verdict, lint_files, shown
from tests.metamorphic.relation import RELATIONS, Demand, Files, Relation

# Pairs are drawn by the place of a relation in the list, which is the order in which these are imported.
_MODULES = (
    "arguments", "calling", "values", "functions", "constants", "cells", "flipping", "hiding", "importing",
    "layout", "moving", "renaming", "loops", "freezes", "assignments", "definitions", "additions", "wrapping",
)  # fmt: skip
for _module in _MODULES:
    import_module(f"tests.metamorphic.{_module}")

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
def transformed(program: str, name: str) -> list[str | Files]:
    """The programs that a relation makes of one; none where it does not apply."""
    relation = RELATIONS[name]
    if relation.spread is not None:
        return list(relation.spread(source(program)))
    text = relation.rewrite(source(program))
    return [] if text is None or text == source(program) else [text]


@cache
def verdict_before(program: str, keras: str) -> tuple[tuple[int, str], ...]:
    return tuple(lint(source(program), program, keras))


def settings(program: str, keras: str) -> Settings:
    """As the program's own header asks for; a program that could not be analysed is KFD900."""
    return Settings(keras_version=keras, opt_in=programs()[program].opt_in | {"KFD900"})


def lint(text: str, program: str, keras: str) -> Verdict:
    """The findings as (line, code)."""
    found = lint_source(text, program, settings(program, keras))
    return [(finding.place.line, finding.code) for finding in found]


def check(program: str, name: str, kerases: Iterable[str] = ()) -> Iterator[Pair]:
    """The pairs of one program and one relation, one for each Keras (of the program, or these)."""
    for new in transformed(program, name):
        for keras in kerases or programs()[program].kerases:
            before = list(verdict_before(program, keras))
            if isinstance(new, str):
                after, elsewhere, text = lint(new, program, keras), [], new
            else:
                found = lint_files(new, settings(program, keras))
                main, *others = new
                after, elsewhere = found[main], [pair for other in others for pair in found[other]]
                text = shown(main, new[main])
            problem = _problem(RELATIONS[name], before, after, elsewhere, text)
            yield Pair(program, name, keras, before, after, _all_text(new), problem)


def cases(only: Iterable[str] = (), part: tuple[int, int] = (0, 1)) -> Iterator[tuple[str, str]]:
    """Every program with every relation; of n parts, only the programs of one."""
    names = list(only) or list(RELATIONS)
    for program in list(programs())[part[0] :: part[1]]:
        for name in names:
            yield program, name


def _all_text(program: str | Files) -> str:
    if isinstance(program, str):
        return program
    return "\n".join(f"### {name}\n{shown(name, text)}" for name, text in program.items())


def _problem(
    relation: Relation, before: Verdict, after: Verdict, elsewhere: Verdict, text: str
) -> str | None:
    codes, left = Counter(code for _, code in before), Counter(code for _, code in after)
    if relation.demand is Demand.GONE:
        stay = [c for c in left if c.startswith(relation.gone) and c not in relation.kept]
        return f"still there: {', '.join(sorted(stay))}" if stay else None
    if relation.demand is Demand.FEWER:
        more = left - codes
        return f"new: {', '.join(sorted(more))}" if more else None
    if relation.demand is Demand.MOVED:
        new, lost = set(left) - set(codes), set(codes) - set(left) - {code for _, code in elsewhere}
        return f"new: {sorted(new)}, lost: {sorted(lost)}" if new or lost else None
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
