"""Hypothesis strategies for scenarios and styles, and a way to draw many of them by seed."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.differential import scenario as sc
from tests.differential.case import Case
from tests.differential.style import CHOICES, Style

Draw = st.DrawFn


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
def base_blocks(draw: Draw, *, sequences: bool, depth: int = 0) -> sc.Block:
    form = draw(st.sampled_from(("functional", *sc.BLOCK_FORMS)))
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
    form = draw(st.sampled_from(("attribute", "attribute", "attribute", "loop", *sc.FREEZES)))
    moment = draw(st.sampled_from(("before_wiring", *sc.MOMENTS)))
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
    base = draw(base_blocks(sequences=sequences))
    head_parts = st.lists(parts(sequences=False, stacked=True), min_size=0, max_size=2)
    found = sc.Scenario(
        base=base,
        freeze=draw(freezes(base)),
        wiring=draw(wirings(sequences=sequences)),
        head=sc.Head(tuple(draw(head_parts))),
        runs=draw(run_lists()),
        neutraliser=draw(_choice(sc.NEUTRALISERS, 1)),
        step=draw(_choice(sc.STEPS, 3)),
        decoy=draw(_choice(sc.DECOYS, 1)),
        sequences=sequences,
        eager=draw(st.integers(0, 9)) == 9,
    )
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
    """`count` examples of a strategy, the same ones for the same seed."""
    found: list[Any] = []

    @seed(number)
    @settings(
        max_examples=count + 1,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found[1 : count + 1]  # the first one is always the simplest
