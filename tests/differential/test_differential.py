"""The short run: fresh programs, executed under each Keras, and renderings that are only linted.

Every commit draws its own programs: the seed, which is printed, comes from its files.
DROPOUT_LINT_SEED chooses another one, "fresh" draws one. A disagreement is reported with its program;
the long run (`python -m tests.differential --seed N --count M`) simplifies it.
"""

from __future__ import annotations

import os
import random
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import Kerases
from tests.differential.campaign import Campaign, drawn, run_all
from tests.differential.drawing import draw_many, styles, valid_scenarios
from tests.differential.program import render
from tests.differential.renderings import different
from tests.differential.reporting import groups, report
from tests.oracle import available

EXECUTIONS = 300
RENDERED_SCENARIOS, RENDERINGS = 40, 10


@pytest.fixture(scope="module")
def seed() -> int:
    given = os.environ.get("DROPOUT_LINT_SEED") or _tree()
    return random.SystemRandom().randrange(1_000_000) if given == "fresh" else int(given) % 1_000_000


def _tree() -> str:
    """A number that stands for the files of the commit; "fresh" outside of a repository."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD^{tree}"]
    with suppress(OSError):
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode == 0:
            return str(int(done.stdout.strip(), 16))
    return "fresh"


def test_generated_programs_agree_with_keras(
    seed: int, kerases: Kerases, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f" [DROPOUT_LINT_SEED={seed}]", end="")
    running = [keras for keras in ("2", "3.15", "3.16") if available(keras)]
    count = -(-EXECUTIONS // len(running))
    with Campaign({keras: kerases.get(keras) for keras in running}) as campaign:
        outcomes = list(run_all(campaign, drawn(seed, count), None))
    refused = sum(outcome.error is not None for outcome in outcomes)
    assert refused <= 0.05 * len(outcomes), report(outcomes, {})
    assert not groups(outcomes), report(outcomes, {})


@pytest.mark.parametrize("keras", ["2", "3.15", "3.16"])
def test_renderings_get_the_same_codes(seed: int, keras: str) -> None:
    scenarios = draw_many(valid_scenarios, seed, RENDERED_SCENARIOS)
    chosen = draw_many(styles(), seed + 1, RENDERED_SCENARIOS * RENDERINGS)
    for i, scenario in enumerate(scenarios):
        found = different(scenario, chosen[i * RENDERINGS : (i + 1) * RENDERINGS], keras)
        for case, codes, plain in found:
            text = render(case).text
            pytest.fail(
                f"seed {seed}, Keras {keras}: {sorted(codes)}, plain: {sorted(plain)}\n{case}\n{text}"
            )
