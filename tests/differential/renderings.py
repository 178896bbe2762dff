"""The same scenario in several styles must get the same codes; nothing is executed."""

from __future__ import annotations

from collections.abc import Sequence

from tests.differential.case import Case
from tests.differential.program import render
from tests.differential.running import simulate_text
from tests.differential.scenario import Scenario
from tests.differential.style import OPEN_BRANCHES, Style


def codes_of(case: Case, keras: str) -> set[str]:
    """The codes of one program.

    Raises:
        RuntimeError: the linter failed on it.
    """
    found = simulate_text(render(case).text, keras)
    if found.failure is not None:
        raise RuntimeError(found.failure)
    return found.codes


def different(
    scenario: Scenario, styles: Sequence[Style], keras: str
) -> list[tuple[Case, set[str], set[str]]]:
    """The renderings whose codes differ from those of the plain style, as (case, its codes, the plain codes).

    A style with a path that is not executed may add codes.
    """
    plain = codes_of(Case(scenario), keras)
    found = []
    for style in styles:
        case = Case(scenario, style)
        codes = codes_of(case, keras)
        same = codes >= plain if style.branch in OPEN_BRANCHES else codes == plain
        if not same:
            found.append((case, codes, plain))
    return found
