"""What the linter says of each labelled program, and the counts that come of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist

from dropout_lint import Finding, Settings, lint_path
from dropout_lint.rules import codes_that
from dropout_lint.rules.claim import OF_FROZEN_PARTS, Claim
from dropout_lint.selection import OPT_IN
from tests.realworld.labels import Label

# Any of these says that a frozen part's Dropout is active, or would be if a flag were not overridden.
FROZEN = codes_that(OF_FROZEN_PARTS).difference(OPT_IN)
(ADVERSARY,) = codes_that({Claim.ADVERSARY_ACTIVE})
(_OVERRIDDEN,) = codes_that({Claim.FALSE_OVERRIDDEN})
OVERRIDING = ">=3.0,<3.16"
HONOURING = "2.15"


@dataclass(frozen=True)
class Outcome:
    """What became of one program.

    Args:
        label: its label.
        found: the linter said of a frozen Dropout what the label says.
        alarms: findings that the label contradicts.
        problem: why the file could not be analysed.
    """

    label: Label
    found: bool
    alarms: tuple[Finding, ...] = ()
    problem: str = ""

    @property
    def wanted(self) -> bool:
        return self.label.verdict in ("positive", "version-dependent")


def score(label: Label, folder: Path) -> Outcome:
    """Lints the program of a label in a folder of clones.

    Raises:
        OSError: it is not there.
    """
    settings = Settings(opt_in=frozenset({ADVERSARY}))
    files = label.files(folder)
    try:
        if label.verdict == "version-dependent":
            # Both readings of the program must come out, whatever Keras it was written for.
            here = _linted(files, replace(settings, keras_version=OVERRIDING))
            there = _linted(files, replace(settings, keras_version=HONOURING))
            return Outcome(label, bool(_of(here, FROZEN)), _of(there, FROZEN))
        findings = _linted(files, settings)
    except SyntaxError as error:
        return Outcome(label, False, problem=f"not Python: {error.msg}")
    if label.verdict == "gan":
        return Outcome(label, bool(_of(findings, {ADVERSARY})), _of(findings, FROZEN))
    frozen = _of(findings, FROZEN)
    return Outcome(label, bool(frozen), frozen if label.verdict == "negative" else ())


def _linted(files: Iterable[Path], settings: Settings) -> list[Finding]:
    return [finding for file in files for finding in lint_path(file, settings)]


def _of(findings: Iterable[Finding], codes: Iterable[str]) -> tuple[Finding, ...]:
    """The findings of these rules that speak of something frozen: KFD102 reports parts that train, too."""
    return tuple(finding for finding in findings if finding.code in codes and _is_of_frozen(finding))


def _is_of_frozen(finding: Finding) -> bool:
    return finding.code != _OVERRIDDEN or any(place.role == "frozen" for place in finding.related)


@dataclass(frozen=True)
class Share:
    """A count of successes."""

    hits: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval (Wilson 1927); everything if nothing was counted."""
        if not self.of:
            return 0.0, 1.0
        z2 = NormalDist().inv_cdf(0.975) ** 2
        middle = (self.hits + z2 / 2) / (self.of + z2)
        wide = (z2 * (self.hits * (self.of - self.hits) / self.of + z2 / 4)) ** 0.5 / (self.of + z2)
        return max(0.0, middle - wide), min(1.0, middle + wide)

    def __str__(self) -> str:
        low, high = self.interval
        ratio = f"{self.hits / self.of:.2f}" if self.of else "-"
        return f"{self.hits} of {self.of} ({ratio}; {low:.2f} to {high:.2f})"


def recall(outcomes: Iterable[Outcome]) -> Share:
    """Of the programs in which a frozen Dropout is active, those that the linter finds."""
    wanted = [outcome for outcome in outcomes if outcome.wanted]
    return Share(sum(outcome.found for outcome in wanted), len(wanted))


def precision(outcomes: Iterable[Outcome]) -> Share:
    """Of the programs that the linter speaks of, those in which it is right. Unknown ones do not count."""
    known = [outcome for outcome in outcomes if outcome.label.verdict != "unknown"]
    wrong = sum(bool(outcome.alarms) for outcome in known)
    right = sum(outcome.wanted and outcome.found and not outcome.alarms for outcome in known)
    return Share(right, right + wrong)
