"""Some breaks are noticed, and the linter is mended after each; `python -m tests.broken_facts` does all."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source
from tests.broken_facts.catalogue import BREAKS
from tests.broken_facts.noticing import notice
from tests.fixture_files import FOLDER

_QUICK = (
    "fact graph_overrides_flag",
    "fact flag_restored_on_return",
    "Dropout is never random",
    "trainable_stays_here",
    "written_flag_ignored",
    "lambda_body_never_runs",
    "graph_runs_backwards",
    "fit_passes_false",
)


def test_there_are_enough() -> None:
    assert len(BREAKS) >= 45
    assert all(one.sentence.endswith(".") for one in BREAKS.values())


@pytest.mark.parametrize("name", _QUICK)
def test_break_is_noticed(name: str) -> None:
    found = notice(BREAKS[name])
    assert found.findings is not None
    assert found.tables is not None


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_break_is_mended(name: str) -> None:
    path = FOLDER / "overflow" / "merged_towers.py"
    text = path.read_text(encoding="utf-8")
    before = lint_source(text, "program.py", Settings(keras_version="3.15"))
    with BREAKS[name].breaker():
        pass
    assert before
    assert lint_source(text, "program.py", Settings(keras_version="3.15")) == before
