"""Rows of numbers that a library computes: `np.linspace(0, 0.2, depth)`, the rates of stochastic depth.

They are objects of their own and no lists: `rates * 2` is twice each number. What is done with one as a whole
is not followed, but its elements, and stretches of it, are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dropout_lint.interpreter.budget import MAX_ITEMS
from dropout_lint.interpreter.values.keys import ArrayElement
from dropout_lint.interpreter.values.kinds import (
    FALSE,
    TRUE,
    Args,
    Collection,
    Const,
    Modelled,
    Presumed,
    Site,
    Value,
    plain,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function, Method

ARRAY = "numpy.ndarray"
_ITEMS = "*"


def _linspace(machine: Machine, args: Args, at: Site) -> Value | None:
    """`linspace(start, stop, num=50, endpoint=True)`."""
    given = [args.get(0, "start"), args.get(1, "stop"), args.get(2, "num") or Const(50)]
    numbers = _numbers(given)
    endpoint = args.get(3, "endpoint") or TRUE
    if numbers is None or not args.complete or plain(endpoint) not in (TRUE, FALSE):
        return None
    start, stop, count = numbers
    if not isinstance(count, int) or not 0 <= count <= MAX_ITEMS:
        return None
    gaps = count - 1 if endpoint is TRUE else count
    step = (stop - start) / gaps if gaps > 0 else 0.0
    found = [float(start + step * number) for number in range(count)]
    if endpoint is TRUE and count > 1:
        found[-1] = float(stop)
    return _array(machine, [Const(number) for number in found], given)


def _arange(machine: Machine, args: Args, at: Site) -> Value | None:
    """`arange(stop)`, `arange(start, stop, step)`."""
    given = list(args.positional)
    if len(given) == 1:
        given = [Const(0), *given]
    numbers = _numbers([*given, Const(1)][:3])
    if numbers is None or len(given) < 2 or args.keywords or not args.complete or not numbers[2]:
        return None
    start, stop, step = numbers
    size = (stop - start) / step
    if not size <= MAX_ITEMS:
        return None
    found = [start + step * number for number in range(max(0, math.ceil(size)))]
    return _array(machine, [Const(number) for number in found], given)


def _numbers(values: Sequence[Value | None]) -> list[int | float] | None:
    """The arguments as numbers; None if one of them is none, or cannot be known."""
    found = [value.value for value in values if isinstance(value, Const)]
    numbers = [number for number in found if type(number) in (int, float) and math.isfinite(number)]
    return numbers if len(numbers) == len(values) else None


def _array(machine: Machine, items: list[Const], made_of: Sequence[Value | None]) -> Modelled:
    """An array; of presumed numbers its elements are presumed."""
    sources = [value for value in made_of if isinstance(value, Presumed)]
    keys = tuple(machine.keys.of(value) for value in sources)
    held: list[Value] = [
        Presumed(item.value, machine.keys.limited(ArrayElement(number, keys))) if keys else item
        for number, item in enumerate(items)
    ]
    return Modelled(ARRAY, {_ITEMS: Collection(held)})


def _list(machine: Machine, array: Modelled, args: Args, at: Site) -> Value | None:
    """A list of its elements; None after some of them were set."""
    items = array.names[_ITEMS]
    return Collection(list(items.items)) if array.complete and isinstance(items, Collection) else None


def _item(machine: Machine, array: Modelled, args: Args, at: Site) -> Value | None:
    from dropout_lint.interpreter.values import subscripts

    items = _list(machine, array, args, at)
    if items is None or not args.positional:
        return None
    found = subscripts.get(machine, items, args.positional[0], at)
    return Modelled(ARRAY, {_ITEMS: found}) if isinstance(found, Collection) else found


def _of_scalar(machine: Machine, number: Const, args: Args, at: Site) -> Value | None:
    """`rates[0].item()`, `.numpy()`: the element itself."""
    return number if not args.positional else None


def _left_alone(machine: Machine, array: Modelled, args: Args, at: Site) -> Value | None:
    return array


FUNCTIONS: dict[str, Function] = {
    "keras.ops.arange": _arange,
    "keras.ops.linspace": _linspace,
    "numpy.arange": _arange,
    "numpy.linspace": _linspace,
    "tensorflow.lin_space": _linspace,
    "tensorflow.linspace": _linspace,
}
METHODS: dict[str, Method] = {
    f"{ARRAY}.__getitem__": _item,
    f"{ARRAY}.__iter__": _list,
    f"{ARRAY}.copy": _left_alone,
    f"{ARRAY}.numpy": _left_alone,
    f"{ARRAY}.tolist": _list,
    "float.item": _of_scalar,
    "float.numpy": _of_scalar,
    "int.item": _of_scalar,
    "int.numpy": _of_scalar,
}
