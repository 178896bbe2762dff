"""What a rule is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from dropout_lint.finding import Confidence
from dropout_lint.fixes.repair import Repair
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.behaviour import Behaviour
from dropout_lint.keras.objects import Layer, TrainableAssignment
from dropout_lint.keras.trace import Activity, Doubtful, RateSet, Run, Trace
from dropout_lint.rules.claim import Claim

# A message in pieces: text, and sites that become "line 12" once positions are known.
Message = tuple["str | Site", ...]
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class History:
    """Everything one class of Keras versions showed of a program: one trace for each run of the
    interpreter (each root, each vector of branch decisions)."""

    behaviour: Behaviour
    traces: Sequence[Trace]
    _answers: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    def once(self, question: Callable[[History], _Answer]) -> _Answer:
        """The answer to a question about the tables that several rules ask; worked out at the first."""
        if question not in self._answers:
            self._answers[question] = question(self)
        return cast(_Answer, self._answers[question])


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows of the tables that a finding rests on; what there is depends on the rule.

    Args:
        trace: where they stand.
        run: the run that shows it.
        row: what a layer does there.
        freeze: the assignment to `trainable`.
        thaw: a later one, which the first does not let through.
        part: the layer that is meant, where it is not that of the row: a frozen part, a model.
        wire: the place of the part among the frames of the row.
        read: the part is reused by its output: there is no call of it.
        rate: a rate that was set too late.
        doubtful: an assignment that Keras takes no notice of.
        in_callback: the assignment stands in a hook of a callback.
    """

    trace: Trace
    run: Run | None = None
    row: Activity | None = None
    freeze: TrainableAssignment | None = None
    thaw: TrainableAssignment | None = None
    part: Layer | None = None
    wire: int | None = None
    read: bool = False
    rate: RateSet | None = None
    doubtful: Doubtful | None = None
    in_callback: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding before positions are computed and Keras versions are merged.

    Args:
        code: of the rule.
        site: the primary site.
        message: what is wrong.
        cure: what to do, for the Keras it was found in.
        confidence: how sure it is.
        related: (role, site) in the order of the story.
        repair: the cure as changes of the program, where they are certain.
        evidence: what it rests on, for what shows it in Keras.
    """

    code: str
    site: Site
    message: Message
    cure: str
    confidence: Confidence
    related: tuple[tuple[str, Site], ...]
    repair: Repair | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule and its page.

    Args:
        code: three letters and three digits, never reused.
        name: names the bad pattern, in kebab case.
        claim: what its findings say of Keras.
        summary: one line.
        kerases: for which Keras it can fire.
        why: why it matters.
        evidence: which test runs it, under which Keras, and what was observed.
        wrong: a complete program that it reports.
        right: the same program, cured.
        cure: what to do, per Keras version.
        limits: what it does not see.
        check: the question it asks of the tables.
        default: reported unless the user asks otherwise.
    """

    code: str
    name: str
    claim: Claim
    summary: str
    kerases: str
    why: str
    evidence: str
    wrong: str
    right: str
    cure: str
    limits: str
    check: Callable[[History], Iterable[Diagnostic]]
    default: bool = True
