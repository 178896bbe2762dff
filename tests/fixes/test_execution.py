"""A sample of the fixes, executed: one of each rule, grade and Keras. All of them: `python -m tests.fixes`.

Before: the frozen part is random in training (or whatever the rule says is wrong). After: it is not,
the trainable Dropouts still drop, inference is as it was, and the weights that moved still move.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Kerases
from tests.fixes.cases import Case, cases
from tests.fixes.execution import Executed


def _sample() -> Iterator[tuple[Case, str]]:
    cells: dict[tuple[str, str, str], list[Case]] = {}
    for case in cases():
        for keras in case.kerases:
            cells.setdefault((case.finding.code, case.grade, keras), []).append(case)
    for (code, _, keras), members in cells.items():
        if code == "KFD104" and keras != "3.15":
            continue  # large models: by command
        for place in sorted({0, len(members) // 2}) if code == "KFD101" else [0]:
            yield members[place], keras


@pytest.fixture(scope="module")
def executed(kerases: Kerases) -> dict[str, Executed]:
    return {}


@pytest.mark.parametrize(("case", "keras"), [pytest.param(c, k, id=f"{c.name}-{k}") for c, k in _sample()])
def test_fix_cures(case: Case, keras: str, kerases: Kerases, executed: dict[str, Executed]) -> None:
    here = executed.setdefault(keras, Executed(kerases.get(keras)))
    if not here.not_seen(case):
        assert here.faults(case) == []
