"""`tqdm`: a bar around what is iterated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.builtins import numbers
from dropout_lint.interpreter.values.kinds import Args, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _first(machine: Machine, args: Args, at: Site) -> Value | None:
    """A function that gives back its first argument, or something that iterates like it."""
    return args.get(0, "iterable")


def _range(machine: Machine, args: Args, at: Site) -> Value | None:
    return numbers.FUNCTIONS["range"](machine, None, args, at)


FUNCTIONS: dict[str, Function] = {
    "tqdm.auto.tqdm": _first,
    "tqdm.notebook.tqdm": _first,
    "tqdm.tqdm": _first,
    "tqdm.tqdm_notebook": _first,
    "tqdm.trange": _range,
}
