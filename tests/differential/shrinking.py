"""Makes a case simpler while it still shows the same disagreement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from tests.differential.case import Case
from tests.differential.scenario import Block, valid


def shrink(case: Case, still: Callable[[Case], bool], budget: int = 60) -> Case:
    """The smallest case reached by single simplifications for which `still` holds.

    Args:
        still: whether a case shows the disagreement; it is asked at most `budget` times.
    """
    plain = replace(case, style=type(case.style)())
    spent = 1
    if plain != case and still(plain):
        case = plain
    improved = True
    while improved and spent < budget:
        improved = False
        for simpler in simplifications(case):
            if not valid(simpler.scenario):
                continue
            if spent >= budget:
                break
            spent += 1
            if still(simpler):
                case, improved = simpler, True
                break
    return case


def simplifications(case: Case) -> Iterator[Case]:
    """Every case that is one step simpler, the biggest steps first."""
    for scenario in _simpler(case.scenario):
        yield replace(case, scenario=scenario)
    for style in _simpler(case.style):
        yield replace(case, style=style)


def _simpler(value: Any) -> Iterator[Any]:
    """A dataclass with one of its fields replaced by its default, or by something simpler inside."""
    default = type(value)()
    for axis in fields(value):
        now, plain = getattr(value, axis.name), getattr(default, axis.name)
        if now == plain:
            continue
        yield replace(value, **{axis.name: plain})
        if isinstance(now, tuple):
            yield from (replace(value, **{axis.name: items}) for items in _simpler_tuple(now))
        elif is_dataclass(now):
            yield from (replace(value, **{axis.name: inner}) for inner in _simpler(now))
            if axis.name == "inner" and isinstance(now, Block):
                yield replace(value, inner=now.inner)


def _simpler_tuple(items: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for i in range(len(items)):
        yield items[:i] + items[i + 1 :]
    for i, item in enumerate(items):
        for simpler in _simpler(item):
            yield (*items[:i], simpler, *items[i + 1 :])
