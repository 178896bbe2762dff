"""Room for deep recursion over a syntax tree, and what is too deep all the same."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

RECURSION_LIMIT = 8_000
# libcst's parser is compiled code: it ends the process when its thread has no stack left.
_STACK = 64 * 1024 * 1024

# libcst parses a chain (`a + b + c`, `a.b().c()`) in time that grows with the square of its length.
MAX_CHAIN = 1_000
_LONG_LINE = 2_000
_MANY_LINES = 300
_LINKS = ("-", "+", "*", "/", "%", "&", "|", "^", "@", ".")
_BEGINS = (*_LINKS, "and ", "or ")
_ENDS = (*_LINKS, "\\", " and", " or")

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


def has_endless_chain(text: str) -> bool:
    """Whether a program has an expression of so many links that libcst would take for ever."""
    if not _looks_chained(text):
        return False  # as good as every file
    import ast

    try:
        found: list[tuple[ast.AST, int]] = [(ast.parse(text), 0)]
    except (RecursionError, MemoryError):
        return True
    except (SyntaxError, ValueError):
        return False  # libcst will say so, or can do what this Python cannot
    while found:
        node, depth = found.pop()
        if depth > MAX_CHAIN:
            return True
        inner = depth + 1 if isinstance(node, ast.expr) else 0
        found.extend((child, inner) for child in ast.iter_child_nodes(node))
    return False


def _looks_chained(text: str) -> bool:
    """Whether there is a very long line, or many lines in a row that go on with an expression."""
    row = 0
    for line in text.split("\n"):
        if len(line) >= _LONG_LINE:
            return True
        line = line.strip()
        row = row + 1 if line.startswith(_BEGINS) or line.endswith(_ENDS) else 0
        if row >= _MANY_LINES:
            return True
    return False
