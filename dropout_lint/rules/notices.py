"""The codes that are no rules about Keras: they speak of the linter's own work. All are opt-in."""

from __future__ import annotations

from dataclasses import dataclass

from dropout_lint.selection import NOT_ANALYSED, UNUSED_NOQA


@dataclass(frozen=True, slots=True)
class Notice:
    """One code.

    Args:
        code: "KFD9" and two digits.
        name: in words joined by hyphens.
        summary: what it says, in half a sentence.
        why: why it matters.
        cure: what to do.
    """

    code: str
    name: str
    summary: str
    why: str
    cure: str


NOTICES = (
    Notice(
        NOT_ANALYSED,
        "not-analysed",
        "a file was passed over, with the reason",
        "A file that is too large, or that the linter itself fails on, has no findings. That must not be "
        "taken for a clean one.",
        "Read the reason.",
    ),
    Notice(
        UNUSED_NOQA,
        "unused-noqa",
        "a noqa comment names a KFD code that is not found on its line",
        "What such a comment silenced is gone; it would silence the next fault in the same place. Codes of "
        "rules that are switched off are left alone. flake8 keeps its own comments: this code is for the "
        "command line and editors.",
        "Delete the code from the comment.",
    ),
)
