"""For each claim: the program that shows a finding, the same after the cure, and what Keras should show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dropout_lint.keras.trace import Flag, cause
from dropout_lint.reproducing import weights
from dropout_lint.reproducing.chain import plan_of
from dropout_lint.reproducing.plan import CannotBuild, Deed, Frozen, Link, Plan, Program
from dropout_lint.reproducing.writing import program
from dropout_lint.rules import claim_of
from dropout_lint.rules.claim import Claim
from dropout_lint.rules.rule import Evidence

_OPPOSITE: dict[Deed, Deed] = {"active": "off", "off": "active", "moves": "stays", "stays": "moves"}


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A finding as a program, and its cure."""

    shown: Program
    cured: Program


def reproduce(code: str, evidence: Evidence | None) -> Reproduction:
    """Builds the programs for a finding.

    Args:
        code: its rule.
        evidence: what it rests on.

    Raises:
        CannotBuild: there is no small program for it.
    """
    claim = claim_of(code)
    if evidence is None or claim is None:
        raise CannotBuild("the tables do not tell how it came to be")
    return STORIES[claim](evidence)


def _both(plan: Plan, cured: Plan, deed: Deed) -> Reproduction:
    return Reproduction(program(plan, deed), program(cured, _OPPOSITE[deed]))


# --- a frozen part that stays active


def _frozen_active(evidence: Evidence) -> Reproduction:
    plan = plan_of(evidence)
    return _both(plan, _quiet(plan), "active")


def _quiet(plan: Plan) -> Plan:
    """The part told to run in inference mode: at its call, or by a Layer around it."""
    around = plan.links[plan.wire - 1].form if plan.wire else "class"
    if around == "wrapper":  # it asks what it wraps for a shape, which our Layer does not know
        return _quiet(replace(_flagged(plan, plan.wire, ""), wire=plan.wire - 1))
    in_code = plan.wire == 0 or around == "class"
    if in_code and not plan.read and not plan.direct:
        return _flagged(plan, plan.wire, "False")
    return replace(_flagged(plan, plan.wire, ""), shield="False")


def _flagged(plan: Plan, index: int, flag: str) -> Plan:
    """The plan with another flag at the call of a link."""
    links = [replace(link, flag=flag) if i == index else link for i, link in enumerate(plan.links)]
    return replace(plan, links=tuple(links))


def _pointless(evidence: Evidence) -> Reproduction:
    """The layer alone is frozen, not those around it."""
    plan = plan_of(evidence)
    if any(link.form == "ready" for link in plan.links):
        raise CannotBuild("the layer is one of a ready-made model")
    freeze = plan.freeze
    if freeze is not None and freeze.how == "layers":
        freeze = Frozen(len(plan.links) - 1)
    elif freeze is None or plan.links[freeze.index].form != "wrapper":
        freeze = freeze if freeze and freeze.how == "constructor" else Frozen(len(plan.links) - 1)
    plan = replace(plan, freeze=freeze, wire=len(plan.links) - 1)
    if any(link.form == "wrapper" for link in plan.links):
        plan = replace(plan, wire=next(i for i, link in enumerate(plan.links) if link.form == "wrapper"))
    return _both(plan, _quiet(plan), "active")


def _in_turn(evidence: Evidence) -> Reproduction:
    """The part is trained itself in turn."""
    plan = replace(plan_of(evidence), in_turn=True)
    if plan.links[plan.wire].form not in ("functional", "sequential") or plan.wire == 0:
        raise CannotBuild("the part that is trained in turn is no plain model")
    return _both(plan, _quiet(plan), "active")


def _swallowed(evidence: Evidence) -> Reproduction:
    """The callee takes no flag, or its `.call` is called."""
    plan = plan_of(evidence)
    if plan.direct:
        return _both(plan, replace(plan, direct=False), "active")
    index = next((i for i, link in enumerate(plan.links) if link.flag == "False"), plan.wire)
    return _both(plan, _telling(plan, index), "active")


def _batch_norm_thawed(evidence: Evidence) -> Reproduction:
    """Frozen, thawed, and left to a flag that is overridden."""
    plan = plan_of(evidence)
    index = next((i for i, link in enumerate(plan.links) if link.flag == "False"), 1)
    thaw = ("{name}.trainable = True",)
    kept = (
        "for part in {name}.layers:",
        "    part.trainable = not isinstance(part, layers.BatchNormalization)",
    )
    plan = replace(plan, wire=index, freeze=Frozen(index), after_freeze=thaw)
    return _both(plan, replace(plan, after_freeze=kept), "active")


# --- flags


def _telling(plan: Plan, first: int = 0) -> Plan:
    """The plan in which each class of the program's own takes `training` and passes it on."""
    links = list(plan.links)
    for index, link in enumerate(links[:-1]):
        if link.form == "class" and index >= first:
            links[index] = replace(link, takes=True)
            links[index + 1] = replace(links[index + 1], flag="training")
    return replace(plan, links=tuple(links))


def _never_told(evidence: Evidence) -> Reproduction:
    """The outermost `call()` takes no flag."""
    plan = plan_of(evidence)
    return _both(plan, _telling(plan), "off")


def _leaked(evidence: Evidence) -> Reproduction:
    """A flag outlives the call that it was written at."""
    plan = plan_of(evidence)
    flag = next((f for f in _displaced(evidence) if f.kind == "written"), None)
    if flag is None or plan.links[0].form != "class":
        raise CannotBuild("the flag leaks in a graph")
    plan = replace(plan, told=str(flag.value))
    cured = _flagged(plan, 1, "training")
    return _both(plan, cured, "off" if flag.value is False else "active")


def _displaced(evidence: Evidence) -> Iterator[Flag]:
    """The flag that the layer received, and those that were in force before it."""
    flag = evidence.row.flag if evidence.row is not None else None
    while flag is not None:
        yield flag
        flag = flag.displaced


def _reset(evidence: Evidence) -> Reproduction:
    """A literal None."""
    plan = plan_of(evidence)
    assert evidence.row is not None
    frame = cause(evidence.row.flag).frame
    index = next((i for i, f in enumerate(evidence.row.frames) if f is frame), None)
    if index is None:
        raise CannotBuild("the None is written at another part, whose flag leaks")
    plan, around = _flagged(plan, index, "None"), plan.links[index - 1]
    told = "training" if around.form == "class" and around.takes else ""
    return _both(plan, _flagged(plan, index, told), "off")


def _learning_phase(evidence: Evidence) -> Reproduction:
    """A setting of TensorFlow 1."""
    plan = replace(plan_of(evidence), phase=True, wire=1)
    return _both(plan, replace(plan, shield="False"), "active")


def _overridden_true(evidence: Evidence) -> Reproduction:
    """`training=True` in a graph, and inference."""
    plan = plan_of(evidence)
    return _both(plan, replace(_flagged(plan, plan.wire, ""), shield="True"), "off")


def _own_step(evidence: Evidence) -> Reproduction:
    """A step without training=True."""
    plan = plan_of(evidence)
    if plan.entry not in ("tape", "step"):
        plan = replace(plan, entry="step")
    return _both(plan, _flagged(plan, 0, "True"), "off")


def _stored(evidence: Evidence) -> Reproduction:
    """The flag is an attribute."""
    plan = _flagged(plan_of(evidence), evidence.wire or 1, "self.mode")
    if plan.entry in ("predict", "evaluate"):
        raise CannotBuild("what is stored is True")
    return _both(plan, _telling(plan), "off")


def _too_late(evidence: Evidence) -> Reproduction:
    """A rate is set when the step is traced."""
    rate = evidence.rate
    if rate is None or (evidence.run is not None and evidence.run.traced_in is None):
        raise CannotBuild("what a callback changes within one fit() cannot be told apart from outside")
    values = [value.value if hasattr(value, "value") else value for value in (rate.before, rate.value)]
    before, after = (float(value) if isinstance(value, (int, float)) else 0.5 for value in values)
    if bool(before) == bool(after):
        raise CannotBuild("both rates drop something, which cannot be told apart")
    plan = plan_of(evidence)
    plan = replace(plan, late=(before, after))
    return _both(plan, replace(plan, compiled_again=True), "active" if before else "off")


def _without_effect(evidence: Evidence) -> Reproduction:
    """Of what looks like a freeze, only `training = False` is about randomness."""
    doubtful = evidence.doubtful
    if doubtful is None or doubtful.kind != "training":
        return Reproduction(*weights.without_effect(evidence))
    links = (Link("functional"), Link("sequential"), Link("leaf", weights.a_dropout(doubtful.layer)))
    plan = Plan(links, "fit", 1, after_freeze=("{name}.training = False",))
    return _both(plan, replace(_quiet(plan), after_freeze=()), "active")


STORIES: dict[Claim, Callable[[Evidence], Reproduction]] = {
    Claim.FROZEN_ACTIVE: _frozen_active,
    Claim.FROZEN_FORCED_ON: _frozen_active,
    Claim.ADVERSARY_ACTIVE: _in_turn,
    Claim.FALSE_OVERRIDDEN: _frozen_active,
    Claim.FALSE_SWALLOWED: _swallowed,
    Claim.NOTHING_TO_FREEZE: _pointless,
    Claim.FLAG_NOT_TAKEN: _never_told,
    Claim.STEP_UNTOLD: _own_step,
    Claim.FALSE_LEAKS: _leaked,
    Claim.NONE_RESETS: _reset,
    Claim.TRUE_LEAKS: _leaked,
    Claim.TRUE_OVERRIDDEN: _overridden_true,
    Claim.PHASE_IGNORED: _learning_phase,
    Claim.NOISE_OFF: lambda evidence: Reproduction(*weights.in_map(evidence)),
    Claim.FLAG_STORED: _stored,
    Claim.TRAINABLE_TOO_LATE: lambda evidence: Reproduction(*weights.too_late(evidence)),
    Claim.NO_FREEZE: _without_effect,
    Claim.NOTHING_TRAINED: lambda evidence: Reproduction(*weights.nothing_trained(evidence)),
    Claim.THAWED_IN_TRAINING: _batch_norm_thawed,
    Claim.ADVERSARY_STANDS: lambda evidence: Reproduction(*weights.in_turn(evidence)),
    Claim.RATE_TOO_LATE: _too_late,
}
