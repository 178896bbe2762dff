"""Every finding of the fixtures, and the programs that are built for it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dropout_lint import Settings
from dropout_lint.linter import reasons
from dropout_lint.reproducing.plan import CannotBuild
from dropout_lint.reproducing.stories import Reproduction, reproduce
from dropout_lint.source.reading import content_of, decode, program_of
from tests.drawn import seed
from tests.fixture_files import Fixture, all_programs

KERASES = ("2", "3.15")


@dataclass(frozen=True)
class Case:
    """A finding under one Keras.

    Args:
        name: the fixture and the line.
        code: the rule.
        keras: the Keras.
        made: the programs; None if there are none.
        why: why there are none.
    """

    name: str
    code: str
    keras: str
    made: Reproduction | None
    why: str = ""

    def faults(self, seen: dict[str, dict[str, Any]]) -> list[str]:
        """What Keras did not show, by what was seen of each text."""
        made = self.made
        if made is None:
            return []
        both = (("shown", made.shown), ("cured", made.cured))
        return [name for name, program in both if not program.is_shown(seen[program.text])]


def cases(keras: str, fixtures: Iterable[Fixture] | None = None) -> Iterator[Case]:
    """The findings of all fixtures, or of some, under one Keras."""
    for fixture in all_programs() if fixtures is None else fixtures:
        if keras not in fixture.kerases:
            continue
        for path in fixture.files:
            file = program_of(decode(content_of(str(path)), str(path)), str(path))
            settings = Settings(keras_version=keras, opt_in=fixture.opt_in)
            found = {(reason.code, reason.place): reason for reason in reasons(file, settings)}
            for (code, place), reason in found.items():
                name = f"{fixture.name}:{place.line}"
                try:
                    yield Case(name, code, keras, reproduce(code, reason.evidence))
                except CannotBuild as why:
                    yield Case(name, code, keras, None, str(why))


def drawn(count: int) -> list[Fixture]:
    """Some of the fixtures that are not silent twins, by the number that everything is drawn by."""
    loud = [fixture for fixture in all_programs() if any(fixture.expected.values())]
    return random.Random(seed()).sample(loud, min(count, len(loud)))


def texts(found: Iterable[Case]) -> list[str]:
    """Every program of some cases, each once: many findings are the same in small."""
    made = [case.made for case in found if case.made is not None]
    return list(dict.fromkeys(p.text for both in made for p in (both.shown, both.cured)))
