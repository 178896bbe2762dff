"""What the linter reports: findings, their places and how sure it is of them."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a file.

    Args:
        path: as the file was named to the linter.
        line: 1-based.
        column: 0-based, in code points.
        end_line: 1-based.
        end_column: 0-based, exclusive.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """Another place that a finding rests on.

    role: "created", "frozen", "called", "trained" or "affected".
    """

    role: str
    place: Place


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One report.

    Args:
        place: where to look, and where a `noqa` comment belongs.
        code: "KFD" and three digits.
        message: one line, without the code.
        confidence: how sure it is.
        related: the other places, in the order of the story.
        kerases: the classes of Keras versions it holds for ("2", "3.10–3.15").
    """

    place: Place
    code: str
    message: str
    confidence: Confidence = Confidence.CERTAIN
    related: tuple[Related, ...] = ()
    kerases: tuple[str, ...] = ()
