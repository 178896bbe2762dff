"""The same scenario in several styles must get the same codes; nothing is executed.

    python -m tests.differential.renderings --count 20000 --seed 1 [--jobs 2]

lints that many renderings, ten of each scenario, each Keras in turn.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.differential.case import Case
from tests.differential.drawing import draw_many, styles, valid_scenarios
from tests.differential.program import render
from tests.differential.running import simulate_text
from tests.differential.scenario import Scenario
from tests.differential.style import OPEN_BRANCHES, Style

STYLES = 10
_CHUNK = 50
_KERASES = ("2", "3.15", "3.16")


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
    scenario: Scenario, chosen: Sequence[Style], keras: str
) -> list[tuple[Case, set[str], set[str]]]:
    """The renderings whose codes differ from those of the plain style, as (case, its codes, the plain codes).

    A style with a path that is not executed may add codes.
    """
    plain = codes_of(Case(scenario), keras)
    found = []
    for style in chosen:
        case = Case(scenario, style)
        codes = codes_of(case, keras)
        same = codes >= plain if style.branch in OPEN_BRANCHES else codes == plain
        if not same:
            found.append((case, codes, plain))
    return found


def chunk(number: int) -> list[str]:
    """Lints the renderings of some scenarios; what differs, as text."""
    scenarios = draw_many(valid_scenarios, number, _CHUNK)
    chosen = draw_many(styles(), number + 1, _CHUNK * STYLES)
    wrong = []
    for i, scenario in enumerate(scenarios):
        keras = _KERASES[(number + i) % len(_KERASES)]
        for case, codes, plain in different(scenario, chosen[i * STYLES : (i + 1) * STYLES], keras):
            text = render(case).text
            wrong.append(f"Keras {keras}: {sorted(codes)}, plain: {sorted(plain)}\n{case}\n{text}")
    return wrong


def main() -> int:
    """Prints what differs and how many there were. 1 if anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential.renderings", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    numbers = [options.seed * 1_000_003 + i for i in range(-(-options.count // (_CHUNK * STYLES)))]
    wrong: list[str] = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for done, found in enumerate(pool.map(chunk, numbers), 1):
            wrong += found
            print(f"{done * _CHUNK * STYLES} renderings, {len(wrong)} differ", flush=True)
    print("\n\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
