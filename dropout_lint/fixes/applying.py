"""Applies fixes to a text until no more can be applied, and proves each by linting the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dropout_lint.config import Settings
from dropout_lint.finding import Edit, Finding
from dropout_lint.fixes.attempts import Attempt, Trial
from dropout_lint.fixes.editing import edited
from dropout_lint.fixes.proof import apart, is_better, is_wanted, shows_only_frozen_parts
from dropout_lint.selection import NOT_ANALYSED

# Which of the findings of a text count: not silenced in it, selected ...
Keep = Callable[[str, list[Finding]], list[Finding]]
# How the findings of a text are found.
Lint = Callable[[str], list[Finding]]
# How a text is edited.
EditText = Callable[[str, list[Edit]], str]
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
    trial = Trial(edit, lint)
    found = lint(text)
    applied: list[Finding] = []
    for _ in range(_ROUNDS):
        step = _step(text, found, trial, lambda t, f: apart(count(t, f), unsafe=unsafe))
        if step is None:
            break
        applied += [*step.made, *_cured_too(count(text, found), step.made)]
        text, found = step.program, step.findings
    left = count(text, found)
    refused = [(f, _harm(found, trial.attempt(text, [f]))) for f in left if is_wanted(f, unsafe)]
    kept = {id(finding) for finding, _ in refused}
    shown = [replace(finding, fix=None) if id(finding) in kept else finding for finding in left]
    return Fixed(text, tuple(applied), tuple(shown), tuple(refused))


def _cured_too(found: Sequence[Finding], cured: Sequence[Finding]) -> list[Finding]:
    """Findings whose whole fix was made as a part of others: calls that are mended together."""
    made = {edit for finding in cured if finding.fix is not None for edit in finding.fix.edits}
    return [f for f in found if f not in cured and f.fix is not None and made.issuperset(f.fix.edits)]


def _harm(before: list[Finding], tried: Attempt[str] | None) -> str:
    """Why a fix is held back, in words."""
    if tried is None:
        return "the result would not parse"
    more = Counter(f.code for f in tried.findings) - Counter(f.code for f in before)
    return f"it would lead to {', '.join(sorted(more))}" if more else "it would not cure it"


def _step(text: str, found: list[Finding], trial: Trial[str], fixable: Keep) -> Attempt[str] | None:
    """All fixes at once, else the first that holds on its own; None when none does."""
    for tried in trial.attempts(text, fixable(text, found)):
        if is_better(found, tried.findings, tried.made):
            return tried
        # A freeze that is spelled rightly now freezes, and may need what frozen parts need.
        more = fixable(tried.program, tried.findings) if len(tried.made) == 1 else []
        again = trial.attempt(tried.program, more) if more else None
        if again is not None and is_better(found, again.findings, tried.made):
            return replace(again, made=[*tried.made, *more])
        if shows_only_frozen_parts(found, tried.findings, tried.made):
            return tried
    return None
