"""Which fixes can be made together, and whether a program is better for them; the same in every front end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from dropout_lint.finding import Applicability, Finding, Fix
from dropout_lint.fixes.editing import overlap


def is_wanted(finding: Finding, unsafe: bool) -> bool:
    """Whether a finding has a fix of such a grade."""
    return finding.fix is not None and (unsafe or finding.fix.grade is Applicability.SAFE)


def apart(findings: Iterable[Finding], *, unsafe: bool) -> list[Finding]:
    """Findings whose fixes are wanted and do not touch each other; safe ones go first."""
    chosen: list[Finding] = []
    taken: list[Fix] = []
    for finding in sorted(findings, key=lambda f: (-f.fix.grade if f.fix else 0, f)):
        if is_wanted(finding, unsafe) and finding.fix is not None and not overlap(finding.fix, taken):
            chosen.append(finding)
            taken.append(finding.fix)
    return chosen


def is_better(before: Sequence[Finding], after: Sequence[Finding], cured: Sequence[Finding]) -> bool:
    """No code is reported more often than before, and those that were cured less often."""
    old, new = Counter(f.code for f in before), Counter(f.code for f in after)
    gone = Counter(f.code for f in cured)
    return all(new[code] <= old[code] - gone[code] for code in {*old, *new})


def shows_only_frozen_parts(
    before: Sequence[Finding], after: Sequence[Finding], cured: Sequence[Finding]
) -> bool:
    """Whether a freeze that begins to work is all that leads to new findings.

    The Dropout of what is frozen then was random before, and is now spoken of.
    """
    from dropout_lint.rules import codes_that  # not to be waited for where nothing is fixed
    from dropout_lint.rules.claim import OF_FROZEN_PARTS, OF_TRAINABLE

    freezing, spoken_of = codes_that(OF_TRAINABLE), codes_that(OF_FROZEN_PARTS)
    if any(finding.code not in freezing for finding in cured):
        return False
    old, new = ([f for f in found if f.code not in spoken_of] for found in (before, after))
    return is_better(old, new, cured)
