"""What the linter reports: findings, their places and how sure it is of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class Confidence(IntEnum):
    """How sure a finding is.

    CERTAIN: every object on the way was seen. LIKELY: one step rests on an assumption (training
    happens elsewhere, one opaque call, an assumed order of methods). POSSIBLE: more than one.
    """

    POSSIBLE = 0
    LIKELY = 1
    CERTAIN = 2

    @classmethod
    def parse(cls, text: str) -> Confidence:
        """The level with this name, in any case.

        Raises:
            ValueError: there is no such level.
        """
        try:
            return cls[text.strip().upper()]
        except KeyError:
            levels = ", ".join(level.name.lower() for level in cls)
            raise ValueError(f"not a confidence level: {text!r} (use one of: {levels})") from None


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Place:
    """A stretch of a file.

    Args:
        path: as the file was named to the linter.
        cell: 1-based number of the code cell in a notebook; 0 in a script.
        line: 1-based, in the cell of a notebook.
        column: 0-based, in code points.
        end_line: 1-based.
        end_column: 0-based, exclusive.
    """

    path: str
    cell: int = 0
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """Another place that a finding rests on.

    role: "created", "frozen", "thawed", "called", "compiled", "trained", "run" or "affected".
    """

    role: str
    place: Place


class Applicability(IntEnum):
    """How far a fix can be trusted.

    SAFE: right under every Keras that the finding holds for. UNSAFE: right for most programs,
    but it changes more than the fault, or one Keras of the set would need another cure.
    """

    UNSAFE = 0
    SAFE = 1


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces a stretch of a file by a text; an empty stretch is an insertion."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that cure a finding together; they do not overlap.

    title: what an editor offers, in the imperative ("Call base with training=False").
    """

    title: str
    grade: Applicability
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One report.

    Args:
        place: where to look, and where a `noqa` comment belongs.
        code: "KFD" and three digits.
        message: one line, without the code: what is wrong, where that shows, and the cure.
        confidence: how sure it is.
        related: the other places, in the order of the story.
        kerases: the classes of Keras versions it holds for ("2", "3.10–3.15").
        fix: the edits that cure it, where a text edit can.
        problem: the message without the cure; empty where it names none.
        cure: what to do.
        brief: the message without the lines of other places.
    """

    place: Place
    code: str
    message: str
    confidence: Confidence = Confidence.CERTAIN
    related: tuple[Related, ...] = ()
    kerases: tuple[str, ...] = ()
    fix: Fix | None = field(default=None, compare=False)
    problem: str = field(default="", compare=False)
    cure: str = field(default="", compare=False)
    brief: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, order=True)
class PartlySeen:
    """A training run of which not all is known.

    Args:
        place: where the program trains.
        entry: how messages call the run ("fit()").
        reasons: why, and where.
    """

    place: Place
    entry: str
    reasons: tuple[tuple[Place, str], ...]
