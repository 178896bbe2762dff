"""Roots that write nothing down: they get few runs."""

from __future__ import annotations

from tests.interpreter.test_entry_points import runs_of

IDLE = """
    def f(a, b, c, d):
        x = 1
        if a: x = 2
        if b: x = 3
        if c: x = 4
        if d: {last}
    """


def test_what_writes_nothing_down_is_run_twice_and_the_second_time_takes_the_other_sides() -> None:
    found = runs_of(IDLE.format(last="x = 5"), "f")
    assert [run.events for run in found] == [[], []]
    assert not any("not looked at" in note for run in found for note in run.notes)


def test_all_ways_are_open_again_once_something_is_written_down() -> None:
    found = runs_of(IDLE.format(last="x = 5\n        else: lib.record(x)"), "f")
    assert [run.events for run in found][:2] == [[], [1]]
    assert len(found) > 2
