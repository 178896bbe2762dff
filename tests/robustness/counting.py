"""Counts the steps of analyses: what bounds each is a counter, whatever it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from dropout_lint import judging
from dropout_lint.interpreter.budget import Budget
from dropout_lint.interpreter.exploration.driver import TOTAL_STEPS
from dropout_lint.interpreter.exploration.entry_points import run_roots
from dropout_lint.screening.relevance import Relevance


@dataclass(slots=True)
class Steps:
    """What was counted.

    Args:
        total: the steps of all analyses.
        most: those of the largest one: one program under one Keras.
    """

    total: int = 0
    most: int = 0

    @property
    def bounded(self) -> bool:
        """Whether each analysis kept to what it may do."""
        return self.most <= TOTAL_STEPS


@contextmanager
def counted() -> Iterator[Steps]:
    """Counts the steps of what is linted meanwhile."""
    steps = Steps()
    step = Budget.step

    def count(self: Budget, number: int = 1) -> None:
        steps.total += min(number, max(self.steps, 0))
        step(self, number)

    def analyse(*args: Any, **keywords: Any) -> list[Any]:
        before = steps.total
        try:
            return run_roots(*args, **keywords)
        finally:
            steps.most = max(steps.most, steps.total - before)

    with mock.patch.object(Budget, "step", count), mock.patch.object(judging, "run_roots", analyse):
        yield steps


@contextmanager
def nothing_passed_over() -> Iterator[None]:
    """Programs are analysed whole, also those that have nothing to do with Keras."""
    with mock.patch.object(Relevance, "concerns", return_value=True):
        yield
