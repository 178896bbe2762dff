"""Room for deep recursion over a syntax tree."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

RECURSION_LIMIT = 8_000
# libcst's parser is compiled code: it ends the process when its thread has no stack left.
_STACK = 64 * 1024 * 1024

Result = TypeVar("Result")


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for the depth that the budgets allow; Python's own default is less."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def with_room(work: Callable[[], Result]) -> Result:
    """Does some work where the stack is large: the threads of editors and of some hosts have little.

    Raises what the work raises.
    """
    if threading.current_thread() is threading.main_thread() and sys.platform != "win32":
        return work()
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=run, name="dropout-lint")
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
