"""The short run: fresh programs, executed under each Keras, and renderings that are only linted.

Every commit draws its own programs (`tests.drawn`). A disagreement is reported with its program;
the long run (`python -m tests.differential --seed N --count M`) simplifies it.
"""

from __future__ import annotations

import pytest

from tests import drawn
from tests.conftest import Kerases
from tests.differential import campaign as long_run
from tests.differential.campaign import Campaign, run_all
from tests.differential.drawing import draw_many, styles, valid_scenarios
from tests.differential.program import render
from tests.differential.renderings import different
from tests.differential.reporting import groups, report
from tests.oracle import available

EXECUTIONS, FEW_EXECUTIONS = 300, 24
RENDERED_SCENARIOS, FEW_SCENARIOS, RENDERINGS = 40, 10, 10


@pytest.fixture(scope="module")
def seed() -> int:
    return drawn.seed()


def test_generated_programs_agree_with_keras(
    seed: int, kerases: Kerases, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f" [DROPOUT_LINT_SEED={seed}]", end="")
    running = [keras for keras in ("2", "3.15", "3.16") if available(keras)]
    count = -(-drawn.count(EXECUTIONS, FEW_EXECUTIONS) // len(running))
    with Campaign({keras: kerases.get(keras) for keras in running}) as campaign:
        outcomes = list(run_all(campaign, long_run.drawn(seed, count), None))
    refused = sum(outcome.error is not None for outcome in outcomes)
    # One program that each Keras refuses is no sign of anything, however few were drawn.
    assert refused <= max(len(running), 0.05 * len(outcomes)), report(outcomes, {})
    assert not groups(outcomes), report(outcomes, {})


@pytest.mark.parametrize("keras", ["2", "3.15", "3.16"])
def test_renderings_get_the_same_codes(seed: int, keras: str) -> None:
    count = drawn.count(RENDERED_SCENARIOS, FEW_SCENARIOS)
    scenarios = draw_many(valid_scenarios, seed, count)
    chosen = draw_many(styles(), seed + 1, count * RENDERINGS)
    for i, scenario in enumerate(scenarios):
        found = different(scenario, chosen[i * RENDERINGS : (i + 1) * RENDERINGS], keras)
        for case, codes, plain in found:
            text = render(case).text
            pytest.fail(
                f"seed {seed}, Keras {keras}: {sorted(codes)}, plain: {sorted(plain)}\n{case}\n{text}"
            )
