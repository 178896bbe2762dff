"""What must hold for any text."""

from __future__ import annotations

from dropout_lint import Settings, linter
from dropout_lint.selection import OPT_IN
from dropout_lint.source.guard import refusal
from dropout_lint.source.text import SourceFile
from tests.robustness.counting import counted, nothing_passed_over

SETTINGS = Settings(keras_version="3.15", opt_in=frozenset(OPT_IN), prefilter=False)


def check(text: str) -> bool:
    """Lints a program without the fence, and without passing over anything. Whether it is Python.

    Raises what the linter raises; AssertionError when it did more work than its counters allow.
    """
    if refusal(text) is not None:
        return True
    try:
        with nothing_passed_over(), counted() as steps:
            linter.lint_file(SourceFile("", text), SETTINGS)
    except (SyntaxError, UnicodeEncodeError):
        return False
    assert steps.bounded, f"{steps.most} steps"
    return True
