"""Hypothesis strategies for scenarios and styles, and a way to draw many of them by seed."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.differential import scenario as sc
from tests.differential.case import Case
from tests.differential.style import CHOICES, Style

Draw = st.DrawFn
_TOGETHER = 6


def _often(first: str, others: tuple[str, ...], weight: int) -> st.SearchStrategy[str]:
    """`first` about `weight` times out of `weight + 1`."""
    return st.sampled_from((*([first] * (weight * len(others))), *others) if weight else (first, *others))


def _choice(options: tuple[str, ...], weight: int = 0) -> st.SearchStrategy[str]:
    return _often(options[0], options[1:], weight)


@st.composite
def parts(draw: Draw, *, sequences: bool, stacked: bool) -> sc.Part:
    """One layer, as likely random as not."""
    kinds = [k for k in sc.KINDS if sequences or k not in sc.ON_SEQUENCES]
    if stacked:
        kinds = [k for k in kinds if k not in sc.ATTENTION]
    kind = draw(st.sampled_from(("Dropout", "Dropout", "BatchNormalization", *kinds)))
    rate = draw(st.sampled_from((0.3, 0.3, 0.3, 0.0))) if kind in sc.RANDOM else 0.3
    return sc.Part(kind, rate)


@st.composite
def base_blocks(draw: Draw, *, sequences: bool, graph: bool = False, depth: int = 0) -> sc.Block:
    """A block; `graph`: one that has a graph from the start."""
    forms = ("functional", "sequential") if graph else ("functional", *sc.BLOCK_FORMS)
    form = draw(st.sampled_from(forms))
    user, stacked = form in ("model", "layer"), form in ("sequential", "deferred")
    stack = draw(st.lists(parts(sequences=sequences, stacked=stacked), min_size=1, max_size=3))
    call = draw(_choice(sc.CALLS, 1)) if user else "none"
    told = user and call in ("none", "false")
    flags = sc.MEMBER_FLAGS if told else sc.FLAGS
    member = draw(_choice(flags, 1)) if user else "absent"
    inner = None
    if depth < 2 and draw(st.integers(0, 3)) == 3:
        inner = draw(base_blocks(sequences=sequences, depth=depth + 1))
    inner_flag = draw(_choice(flags, 1)) if inner is not None and not stacked else "absent"
    return sc.Block(form, tuple(stack), draw(_choice(sc.DENSE, 1)), call, member, inner, inner_flag)


@st.composite
def freezes(draw: Draw, base: sc.Block) -> sc.Freeze:
    target = draw(_choice(sc.TARGETS, 3))
    if target == "inner" and base.inner is None:
        target = "base"
    block = base.inner if target == "inner" and base.inner is not None else base
    forms = sc.FREEZES if sc.is_model(block) else sc.WHOLE_FREEZES
    form = draw(st.sampled_from(("attribute", "attribute", "attribute", *forms)))
    moment = draw(st.sampled_from(("before_wiring", *sc.MOMENTS)))
    if "keyword" in form:
        moment = "before_wiring"
    if target == "outer":
        form = draw(st.sampled_from(("loop", "tail", "attribute")))
        moment = draw(st.sampled_from(sc.MOMENTS[1:]))
    return sc.Freeze(form, moment, target, draw(st.integers(1, 4)))


@st.composite
def wirings(draw: Draw, *, sequences: bool) -> sc.Wiring:
    form = draw(st.sampled_from(("call", "subclass", "subclass", "wrapper", *sc.WIRINGS)))
    call = draw(_choice(sc.CALLS, 1)) if form in sc.SIGNATURE_WIRINGS else "none"
    told = form in sc.SIGNATURE_WIRINGS and call in ("none", "false")
    flags = sc.MEMBER_FLAGS if told else sc.FLAGS
    flag = draw(_choice(flags)) if form in (*sc.GRAPH_FLAG_WIRINGS, *sc.CODE_FLAG_WIRINGS) else "absent"
    second = "absent"
    if form in ("shared", "towers", "two_levels", "nested_subclass"):
        second = draw(_choice(flags if form == "nested_subclass" else sc.FLAGS))
    head_flag = draw(_choice(flags, 1)) if form == "subclass" else "absent"
    return sc.Wiring(form, flag, second, call, head_flag)


@st.composite
def run_lists(draw: Draw) -> tuple[sc.Run, ...]:
    found = []
    for i in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(("fit", *sc.RUNS)))
        flag = draw(_choice(("True", "absent", "False", "None"), 1)) if kind.startswith("tape") else "True"
        found.append(sc.Run(kind, flag, i > 0 and draw(st.booleans()), draw(st.integers(0, 5)) == 5))
    return tuple(found)


@st.composite
def scenarios(draw: Draw) -> sc.Scenario:
    """A valid scenario."""
    sequences = draw(st.booleans())
    wiring = draw(wirings(sequences=sequences))
    in_time = sequences and wiring.form != "time_distributed"
    base = draw(base_blocks(sequences=in_time, graph=wiring.form in sc.GRAPH_WIRINGS))
    head_parts = st.lists(parts(sequences=False, stacked=True), min_size=0, max_size=2)
    simple = sc.is_graph(base) and wiring.form == "call" and wiring.flag == "absent"
    neutralisers = sc.NEUTRALISERS if simple else sc.NEUTRALISERS[: -1 if sc.is_graph(base) else -4]
    found = sc.Scenario(
        base=base,
        freeze=draw(freezes(base)),
        wiring=wiring,
        head=sc.Head(tuple(draw(head_parts))),
        runs=draw(run_lists()),
        neutraliser=draw(_choice(neutralisers, 1)),
        step=draw(_choice(sc.STEPS, 3)),
        decoy=draw(_choice(sc.DECOYS, 1)),
        sequences=sequences,
        eager=draw(st.integers(0, 9)) == 9,
    )
    late = draw(st.integers(0, 3))
    if late > 1:
        # most scenarios cannot have these: what stands in the way is left out
        plain = replace(found.freeze, moment="before_wiring", target="base")
        form = found.freeze.form if found.freeze.form in ("attribute", "none", "loop", "keyword") else "none"
        runs = (sc.Run("fit"), *found.runs[1:])
        found = replace(
            found, freeze=replace(plain, form=form), runs=runs, neutraliser="none", decoy="none", eager=False
        )
        if late == 2:
            callback = draw(_choice(sc.CALLBACKS[1:]))
            found = replace(found, callback=callback, step="default")
        else:
            found = replace(found, twin=True)
    return found


valid_scenarios = scenarios().filter(sc.valid)


@st.composite
def styles(draw: Draw) -> Style:
    """Every axis independently; half of the time an axis keeps its plainest form."""
    chosen: dict[str, Any] = {}
    for axis in fields(Style):
        chosen[axis.name] = draw(st.sampled_from(CHOICES[axis.name]))
    return Style(**chosen)


@st.composite
def cases(draw: Draw) -> Case:
    """A program: a scenario and a style."""
    return Case(draw(valid_scenarios), draw(styles()))


def draw_many(strategy: st.SearchStrategy[Any], number: int, count: int) -> list[Any]:
    """`count` different examples of a strategy, the same ones for the same seed.

    Hypothesis varies examples that it has; starting anew every few examples gives more variety.
    """
    found: dict[Any, None] = {}
    for attempt in itertools.count():
        found.update(dict.fromkeys(_draw(strategy, number * 1_000_003 + attempt)))
        if len(found) >= count:
            return list(found)[:count]
    raise AssertionError


def _draw(strategy: st.SearchStrategy[Any], number: int) -> list[Any]:
    found: list[Any] = []

    @seed(number)
    @settings(
        max_examples=_TOGETHER + 1,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found[1:]  # the first one is always the simplest
