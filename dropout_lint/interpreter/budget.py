"""How much work one run of the interpreter may do. Counters only, never a clock:
the same text must give the same findings on a slow machine and on a fast one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_INT_BITS = 256
MAX_TEXT = 10_000
MAX_ITEMS = 10_000
MAX_ITERATIONS = 2_000
MAX_ROUNDS = 1_000
"""How often one loop over numbers goes round in a run, however often it is entered: tables are made so."""
MAX_DEPTH = 40
MAX_REENTRY = 8
MAX_NESTING = 600
MAX_NOTES = 200


class BudgetExceeded(Exception):
    """A run did more work than it may. Only the driver catches it."""


@dataclass(slots=True)
class Budget:
    """What is left of the work that one run may do.

    Args:
        steps: expressions and statements evaluated.
        calls: calls of the program's own functions.
    """

    steps: int = 60_000
    calls: int = 5_000
    _kept_back: int = 0
    _deserved: Callable[[], bool] = bool

    @property
    def left(self) -> int:
        """The steps that are left, with those that are kept back."""
        return self.steps + self._kept_back

    def step(self, count: int = 1) -> None:
        """Counts `count` steps. Raises `BudgetExceeded` when there are none left."""
        self.steps -= count
        if self.steps < 0 and self._kept_back and self._deserved():
            self.release()
        if self.steps < 0:
            raise BudgetExceeded("too many steps")

    def keep_back(self, but: int, deserved: Callable[[], bool]) -> None:
        """Keeps back all steps but so many, which are to be had if by then the run deserves them."""
        self._kept_back = max(self.steps - but, 0)
        self.steps -= self._kept_back
        self._deserved = deserved

    def release(self) -> None:
        """What was kept back can be had."""
        self.steps, self._kept_back = self.left, 0

    def call(self) -> None:
        """Counts one call. Raises `BudgetExceeded` when there are none left."""
        self.calls -= 1
        if self.calls < 0:
            raise BudgetExceeded("too many calls")


def fits(value: Any) -> bool:
    """Whether a Python constant is small enough to be carried along as a known value."""
    if isinstance(value, int):
        return value.bit_length() <= MAX_INT_BITS
    if isinstance(value, (str, bytes)):
        return len(value) <= MAX_TEXT
    return True
