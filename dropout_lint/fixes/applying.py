"""Applies fixes to a text until no more can be applied, and proves each by linting the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dropout_lint.config import Settings
from dropout_lint.finding import Applicability, Edit, Finding, Fix
from dropout_lint.fixes.editing import edited, overlap
from dropout_lint.selection import NOT_ANALYSED

# Which of the findings of a text count: not silenced in it, selected ...
Keep = Callable[[str, list[Finding]], list[Finding]]
# How the findings of a text are found.
Lint = Callable[[str], list[Finding]]
# How a text is edited.
EditText = Callable[[str, list[Edit]], str]
# A text with some fixes and its findings; None when it is no program any more, or the same.
Attempt = Callable[[str, list[Finding]], "tuple[str, list[Finding]] | None"]
# What makes `trainable` hold: the Dropout of what is frozen then was random before, and is now spoken of.
_OF_WEIGHTS = frozenset({"KFD301", "KFD302"})
_OF_FROZEN_PARTS = "KFD1"
# Each round applies at least one fix and leaves fewer findings; this only stops a fault of ours.
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of a text.

    Args:
        text: the text with the fixes.
        applied: the findings that were cured, with their places at that moment.
        left: the findings of the new text; those whose fix was held back have none.
        held_back: findings whose fix was asked for and does harm, and what.
    """

    text: str
    applied: tuple[Finding, ...]
    left: tuple[Finding, ...]
    held_back: tuple[tuple[Finding, str], ...] = ()


def fixed_source(
    text: str,
    filename: str = "<string>",
    settings: Settings | None = None,
    *,
    unsafe: bool = False,
    keep: Keep | None = None,
) -> Fixed:
    """Applies the fixes of a program.

    A fix is only kept if the program still parses, the finding is gone, and no code is reported
    more often than before; a freeze that begins to work may show what frozen parts suffer from.

    Args:
        text: the program.
        filename: how findings name it; it is never opened.
        settings: None for the defaults.
        unsafe: apply unsafe fixes too.
        keep: which findings count (all, if None); only those are fixed.

    Raises:
        SyntaxError: the text is not Python.
        ValueError: the settings name no Keras version.
    """
    from dropout_lint import lint_source

    settings = settings or Settings()

    def lint(program: str) -> list[Finding]:
        return lint_source(program, filename, noisy(settings))

    return without_notices(fixed_text(text, lint, unsafe=unsafe, keep=keep), settings)


def noisy(settings: Settings) -> Settings:
    """Settings under which a program that the linter fails on does not look like a success."""
    return replace(settings, opt_in=settings.opt_in | {NOT_ANALYSED})


def without_notices(fixed: Fixed, settings: Settings) -> Fixed:
    """The result without the notices that nobody asked for."""
    if NOT_ANALYSED in settings.opt_in:
        return fixed
    return replace(fixed, left=tuple(f for f in fixed.left if f.code != NOT_ANALYSED))


def fixed_text(
    text: str, lint: Lint, *, unsafe: bool, keep: Keep | None = None, edit: EditText = edited
) -> Fixed:
    """As `fixed_source`, for any text that `lint` finds the findings of and `edit` edits."""
    count: Keep = keep or (lambda _, findings: findings)

    def attempt(text: str, batch: list[Finding]) -> tuple[str, list[Finding]] | None:
        edits = [change for finding in batch if finding.fix is not None for change in finding.fix.edits]
        try:
            new = edit(text, edits)
            return None if new == text else (new, lint(new))
        except SyntaxError:
            return None

    found = lint(text)
    applied: list[Finding] = []
    for _ in range(_ROUNDS):
        step = _step(text, found, attempt, lambda t, f: _fixable(count(t, f), unsafe))
        if step is None:
            break
        applied += [*step[2], *_cured_too(count(text, found), step[2])]
        text, found, _ = step
    left = count(text, found)
    refused = [(f, _harm(f, found, attempt(text, [f]))) for f in left if _is_wanted(f, unsafe)]
    kept = {id(finding) for finding, _ in refused}
    shown = [replace(finding, fix=None) if id(finding) in kept else finding for finding in left]
    return Fixed(text, tuple(applied), tuple(shown), tuple(refused))


def _cured_too(found: Sequence[Finding], cured: Sequence[Finding]) -> list[Finding]:
    """Findings whose whole fix was made as a part of others: calls that are mended together."""
    made = {edit for finding in cured if finding.fix is not None for edit in finding.fix.edits}
    return [f for f in found if f not in cured and f.fix is not None and made.issuperset(f.fix.edits)]


def _harm(finding: Finding, before: list[Finding], tried: tuple[str, list[Finding]] | None) -> str:
    """Why a fix is held back, in words."""
    if tried is None:
        return "the result would not parse"
    more = Counter(f.code for f in tried[1]) - Counter(f.code for f in before)
    return f"it would lead to {', '.join(sorted(more))}" if more else "it would not cure it"


def _is_wanted(finding: Finding, unsafe: bool) -> bool:
    return finding.fix is not None and (unsafe or finding.fix.grade is Applicability.SAFE)


def _fixable(findings: Sequence[Finding], unsafe: bool) -> list[Finding]:
    """Findings whose fixes are wanted and do not touch each other; safe ones go first."""
    chosen: list[Finding] = []
    taken: list[Fix] = []
    for finding in sorted(findings, key=lambda f: (-f.fix.grade if f.fix else 0, f)):
        if _is_wanted(finding, unsafe) and finding.fix is not None and not overlap(finding.fix, taken):
            chosen.append(finding)
            taken.append(finding.fix)
    return chosen


def _step(
    text: str, found: list[Finding], attempt: Attempt, fixable: Keep
) -> tuple[str, list[Finding], list[Finding]] | None:
    """All fixes at once, else the first that holds on its own; None when none does."""
    chosen = fixable(text, found)
    batches = [chosen, *([finding] for finding in chosen)] if len(chosen) > 1 else [chosen]
    for batch in batches:
        tried = attempt(text, batch)
        if tried is None:
            continue
        if _is_better(found, tried[1], batch):
            return *tried, batch
        # A freeze that is spelled rightly now freezes, and may need what frozen parts need.
        more = fixable(*tried) if len(batch) == 1 else []
        again = attempt(tried[0], more) if more else None
        if again is not None and _is_better(found, again[1], batch):
            return *again, [*batch, *more]
        if _shows_only_frozen_parts(found, tried[1], batch):
            return *tried, batch
    return None


def _shows_only_frozen_parts(before: list[Finding], after: list[Finding], cured: list[Finding]) -> bool:
    """Whether a freeze that begins to work is all that leads to new findings."""
    if any(finding.code not in _OF_WEIGHTS for finding in cured):
        return False
    uncovered = [f for f in after if f.code.startswith(_OF_FROZEN_PARTS)]
    rest = [f for f in before if not f.code.startswith(_OF_FROZEN_PARTS)]
    return _is_better(rest, [f for f in after if f not in uncovered], cured)


def _is_better(before: list[Finding], after: list[Finding], cured: list[Finding]) -> bool:
    """No code is reported more often than before, and those that were cured less often."""
    old, new = Counter(f.code for f in before), Counter(f.code for f in after)
    gone = Counter(f.code for f in cured)
    return all(new[code] <= old[code] - gone[code] for code in {*old, *new})
