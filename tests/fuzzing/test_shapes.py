"""A drawn part of `python -m tests.fuzzing.shaping`."""

from __future__ import annotations

from pathlib import Path

from tests import drawn
from tests.fuzzing import shaping
from tests.fuzzing.shapes import Shape

# A machine that has other work counts more processor time for the same.
_PATIENCE = 5


def test_drawn_shapes(tmp_path: Path) -> None:
    shapes = shaping.drawn(drawn.count(300, 50), drawn.count(200, 30), drawn.seed())
    result = shaping.lint(shapes, tmp_path, _PATIENCE)
    assert not result.faults
    assert result.kinds["linted"] > len(shapes) / 5  # not everything is refused


def test_what_ends_the_process_or_takes_long_is_seen(tmp_path: Path) -> None:
    deep = Shape("deep", "x = " + "(" * 3_000 + ")" * 3_000)
    with shaping.without_the_guard():
        result = shaping.lint([deep, Shape("flat", "x = 1")], tmp_path)
    assert [shape.name for shape, trouble in result.faults if "crash" in trouble] == ["deep"]
    assert result.kinds == {"crash": 1, "linted": 1}
    assert shaping.lint([Shape("flat", "x = 1")], tmp_path, patience=0).faults
