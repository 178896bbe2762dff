"""Breaks, and how to put something else in place of a part of the linter for a while."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import BY_NAME

ALL = ("2", "3.15", "3.16")
Breaker = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Break:
    """One broken fact.

    Args:
        name: what is broken.
        sentence: what the simulation wrongly believes while it is in force.
        breaker: makes the context manager that keeps it in force.
        kerases: the Kerases it can show in.
        word: it can show only in programs with this word in their text.
        fact: it can show only in programs whose simulation asks for this fact.
    """

    name: str
    sentence: str
    breaker: Breaker
    kerases: tuple[str, ...] = ALL
    word: str = ""
    fact: Fact | None = None


BREAKS: dict[str, Break] = {}


def add(one: Break) -> None:
    """Registers a break."""
    assert one.name not in BREAKS, one.name
    BREAKS[one.name] = one


def broken(function: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    """Registers a generator that breaks something, yields, and mends it; its docstring is the sentence."""
    sentence = " ".join((function.__doc__ or "").split())
    add(Break(function.__name__.strip("_"), sentence, contextmanager(function)))
    return function


@contextmanager
def everywhere(original: Any, replacement: Any) -> Iterator[None]:
    """Replaces a function in every module of the linter that has it under some name."""
    places = [
        (module, name)
        for module_name, module in list(sys.modules.items())
        if module_name.split(".")[0] == "dropout_lint"
        for name, value in list(vars(module).items())
        if value is original
    ]
    assert places, original
    for module, name in places:
        setattr(module, name, replacement)
    try:
        yield
    finally:
        for module, name in places:
            setattr(module, name, original)


@contextmanager
def attribute(owner: Any, name: str, replacement: Any) -> Iterator[None]:
    """Replaces an attribute of a class or module."""
    original = vars(owner)[name]
    setattr(owner, name, replacement)
    try:
        yield
    finally:
        setattr(owner, name, original)


@contextmanager
def item(mapping: dict[Any, Any], key: Any, value: Any) -> Iterator[None]:
    """Replaces an item of a dict."""
    original = mapping[key]
    mapping[key] = value
    try:
        yield
    finally:
        mapping[key] = original


def kind(name: str, **changes: Any) -> AbstractContextManager[None]:
    """Changes what is known of a layer class."""
    return item(BY_NAME, name, replace(BY_NAME[name], **changes))
