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
# Each round applies at least one fix and leaves fewer findings; this only stops a fault of ours.
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of a text.

    Args:
        text: the text with the fixes.
        applied: the findings that were cured, with their places at that moment.
        left: the findings of the new text.
    """

    text: str
    applied: tuple[Finding, ...]
    left: tuple[Finding, ...]


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
    more often than before.

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
        text, found, cured = step
        applied += cured
    return Fixed(text, tuple(applied), tuple(count(text, found)))


def _fixable(findings: Sequence[Finding], unsafe: bool) -> list[Finding]:
    """Findings whose fixes are wanted and do not touch each other; safe ones go first."""
    chosen: list[Finding] = []
    taken: list[Fix] = []
    for finding in sorted(findings, key=lambda f: (-f.fix.grade if f.fix else 0, f)):
        wanted = finding.fix is not None and (unsafe or finding.fix.grade is Applicability.SAFE)
        if wanted and finding.fix is not None and not overlap(finding.fix, taken):
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
    return None


def _is_better(before: list[Finding], after: list[Finding], cured: list[Finding]) -> bool:
    """No code is reported more often than before, and those that were cured less often."""
    old, new = Counter(f.code for f in before), Counter(f.code for f in after)
    gone = Counter(f.code for f in cured)
    return all(new[code] <= old[code] - gone[code] for code in {*old, *new})
