"""What a relation is, and the list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TypeVar

import libcst as cst

from dropout_lint.source.text import SourceFile

Apply = Callable[[cst.Module], "cst.Module | None"]
Rewrite = Callable[[str], "str | None"]
# The files of a program by name, the main file first; a notebook's name ends in ".ipynb".
Files = dict[str, str]
Spread = Callable[[str], Iterable[Files]]


class Demand(Enum):
    """What must hold between the verdicts before and after."""

    SAME = "the same codes, as often, on the mapped lines"
    SAME_SET = "the same codes; code was copied or merged, so their number may differ"
    GONE = "none of the named codes is left"
    FEWER = "no finding that was not there before"
    MOVED = "the same codes, some of them in another file; none in the main file that was not there before"


@dataclass(frozen=True)
class Relation:
    """One transformation and what it must do to the verdict.

    Args:
        name: of the transformation.
        demand: see `Demand`.
        rewrite: the program's text to the new text; None where it does not apply.
        spread: instead of `rewrite`: the program's text to programs of other files.
        meaning: one line on what it does.
        lines: the mapped lines are compared too.
        gone: for `Demand.GONE`: the beginnings of the codes that must be gone.
        kept: codes that may stay nevertheless.
    """

    name: str
    demand: Demand
    rewrite: Rewrite
    meaning: str
    lines: bool = True
    gone: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    spread: Spread | None = None


RELATIONS: dict[str, Relation] = {}

_Apply = TypeVar("_Apply", bound=Apply)
_Rewrite = TypeVar("_Rewrite", bound=Rewrite)
_Spread = TypeVar("_Spread", bound=Spread)


def relation(
    demand: Demand = Demand.SAME,
    *,
    lines: bool = True,
    gone: tuple[str, ...] = (),
    kept: tuple[str, ...] = (),
) -> Callable[[_Apply], _Apply]:
    """Registers `apply(module) -> module | None`; the docstring's first line is its meaning."""

    def register(apply: _Apply) -> _Apply:
        _add(apply, lambda text: _through_tree(apply, text), demand, lines, gone, kept)
        return apply

    return register


def text_relation(demand: Demand = Demand.SAME, *, lines: bool = True) -> Callable[[_Rewrite], _Rewrite]:
    """Registers a transformation of the text itself."""

    def register(rewrite: _Rewrite) -> _Rewrite:
        _add(rewrite, rewrite, demand, lines, (), ())
        return rewrite

    return register


def files_relation(demand: Demand = Demand.SAME, *, lines: bool = True) -> Callable[[_Spread], _Spread]:
    """Registers a transformation into programs of one or more files."""

    def register(spread: _Spread) -> _Spread:
        _add(spread, lambda text: None, demand, lines, (), ())
        name = spread.__name__
        RELATIONS[name] = replace(RELATIONS[name], spread=spread)
        return spread

    return register


def _add(
    function: Apply | Rewrite | Spread,
    rewrite: Rewrite,
    demand: Demand,
    lines: bool,
    gone: tuple[str, ...],
    kept: tuple[str, ...],
) -> None:
    name = function.__name__.strip("_")
    meaning = (function.__doc__ or name).splitlines()[0]
    assert name not in RELATIONS, name
    RELATIONS[name] = Relation(name, demand, rewrite, meaning, lines, gone, kept)


@lru_cache(maxsize=8)
def _parsed(text: str) -> cst.Module:
    return SourceFile("program.py", text).module


def _through_tree(apply: Apply, text: str) -> str | None:
    before = _parsed(text)
    after = apply(before)
    code = None if after is None else after.code
    return None if code == text else code
