"""The order in which classes are looked through is Python's own."""

from __future__ import annotations

import random
from typing import Any, cast

from dropout_lint.interpreter.values.classes import is_hidden, linearised, lookup
from dropout_lint.interpreter.values.kinds import TRUE, Class, ExternalName, Value


def _class(name: str, bases: tuple[Value, ...], **names: Value) -> Class:
    made = Class(name, cast(Any, None), bases, names, cast(Any, None))
    made.order = linearised(made)
    return made


def _names(cls: Class) -> list[str]:
    return [base.name for base in cls.order if isinstance(base, Class)]


def test_order_is_pythons() -> None:
    drawn = random.Random(20)
    compared = 0
    for _ in range(300):
        ours: list[Class] = []
        real: list[type] = []
        for number in range(8):
            chosen = drawn.sample(range(number), drawn.randint(0, min(number, 3)))
            try:
                made = type(f"C{number}", tuple(real[n] for n in chosen), {})
            except TypeError:  # Python refuses bases that contradict each other
                made, chosen = type(f"C{number}", (), {}), []
            real.append(made)
            ours.append(_class(made.__name__, tuple(ours[n] for n in chosen)))
            assert _names(ours[-1]) == [base.__name__ for base in made.__mro__[:-1]]
            compared += len(chosen) > 1
    assert compared > 500


def test_contradicting_bases_are_taken_depth_first() -> None:
    one, two = _class("One", ()), _class("Two", ())
    left, right = _class("Left", (one, two)), _class("Right", (two, one))
    assert _names(_class("Both", (left, right))) == ["Both", "Left", "One", "Two", "Right"]


def test_unseen_base_hides_what_stands_behind_it() -> None:
    known = _class("Known", (), size=TRUE)
    before = _class("Before", (ExternalName("lib.Mixin"), known), depth=TRUE)
    after = _class("After", (known, ExternalName("lib.Mixin")))
    assert lookup(before.order, "size") is None
    assert is_hidden(before.order, "size")
    assert lookup(before.order, "depth") is TRUE
    assert lookup(after.order, "size") is TRUE
    assert not is_hidden(after.order, "size")
