"""What must hold for any text."""

from __future__ import annotations

from unittest import mock

from dropout_lint import Settings, linter
from dropout_lint.interpreter.budget import Budget
from dropout_lint.interpreter.roots import TOTAL_STEPS
from dropout_lint.keras.relevance import Relevance
from dropout_lint.source.recursion import has_endless_chain
from dropout_lint.source.text import SourceFile

SETTINGS = Settings(keras_version="3.15", opt_in=frozenset({"KFD105", "KFD107"}), prefilter=False)


def check(text: str) -> bool:
    """Lints a program without the fence, and without passing over anything. Whether it is Python.

    Raises what the linter raises; AssertionError when it did more work than its counters allow.
    """
    steps = [0]
    original = Budget.step

    def step(self: Budget, count: int = 1) -> None:
        steps[0] += min(count, max(self.steps, 0))
        original(self, count)

    if has_endless_chain(text):
        return True
    try:
        with (
            mock.patch.object(Relevance, "concerns", return_value=True),
            mock.patch.object(Budget, "step", step),
        ):
            linter.lint_file(SourceFile("", text), SETTINGS)
    except (SyntaxError, UnicodeEncodeError):
        return False
    assert steps[0] <= TOTAL_STEPS, f"{steps[0]} steps"
    return True
