"""Python's collector of cycles, kept away while a file is analysed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """No cycles are collected inside.

    A syntax tree is hundreds of thousands of objects that all stay; looking at them again and again
    takes a tenth to a quarter of an analysis and frees next to nothing: what one leaves behind is
    bounded by its counters, and collected later.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
